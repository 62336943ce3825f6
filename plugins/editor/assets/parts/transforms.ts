// What blocks can become.

import pullIcon from 'icon:blockquote-left';
import codeIcon from 'icon:code-square';
import verseIcon from 'icon:feather';
import preIcon from 'icon:file-text';
import buttonIcon from 'icon:hand-index';
import numberedIcon from 'icon:list-ol';
import listIcon from 'icon:list-ul';
import quoteIcon from 'icon:quote';
import paragraphIcon from 'icon:text-paragraph';
import oneIcon from 'icon:type-h1';
import twoIcon from 'icon:type-h2';
import threeIcon from 'icon:type-h3';
import fourIcon from 'icon:type-h4';
import fiveIcon from 'icon:type-h5';
import sixIcon from 'icon:type-h6';
import type { Editor } from '@tiptap/core';
import { Fragment, type Node, type Schema } from '@tiptap/pm/model';
import { t } from 'galley/client';
import { buttonsOf, lineOfButton } from '../blocks/button-lines.ts';
import { carried } from '../blocks/carry.ts';
import { changeLevel, levelOf } from '../blocks/heading.ts';
import { changeOrder } from '../blocks/list.ts';
import { make } from '../model/make.ts';
import { type BlockRange, blocksOf, parentOf, rangeOf } from './block-range.ts';
import type { MenuItem } from './menu.ts';
import { pictureTransforms } from './picture-transforms.ts';
import { replaceBlocks } from './replace.ts';

type Line = Fragment;

/** Blocks that are a line of words and nothing besides: a film has one too, and is more. */
const TEXTS = ['paragraph', 'heading', 'citation', 'codeBlock', 'preformatted', 'verse', 'html', 'shortcode'];

/** The lines of a block of text; undefined where it is more than lines. */
function linesOf(node: Node): Line[] | undefined {
  if (TEXTS.includes(node.type.name)) return [node.content];
  if (node.type.name === 'button') {
    const line = lineOfButton(node);
    return line && [line];
  }
  if (!['list', 'listItem', 'quote', 'pullquote', 'buttons'].includes(node.type.name)) return undefined;
  const below = node.children.map((child) => linesOf(child));
  return below.every((lines) => lines !== undefined) ? below.flat().filter((line) => line.size > 0) : undefined;
}

/** Marks, line breaks and all as one line of characters. */
function plain(schema: Schema, lines: readonly Line[]): Fragment {
  const words = lines.map((line) =>
    line.textBetween(0, line.size, '\n', (leaf) => (leaf.type.name === 'hardBreak' ? '\n' : '')),
  );
  const all = words.join('\n');
  return all === '' ? Fragment.empty : Fragment.from(schema.text(all));
}

interface Target {
  name: string;
  label: string;
  icon: string;
  /** What it is already, which needs no change. */
  is(node: Node): boolean;
  /** Whether each line is a block of its own. */
  isPerLine?: boolean;
  build(schema: Schema, lines: readonly Line[]): Node[] | undefined;
  /** How one of the same kind becomes it without being made anew. */
  change?(node: Node): Record<string, unknown>;
}

const each =
  (name: string, attrs: Record<string, unknown> = {}): Target['build'] =>
  (schema, lines) =>
    lines.map((line) => make(schema, name, attrs, line));

const listBuild =
  (attrs: Record<string, unknown>): Target['build'] =>
  (schema, lines) => {
    const items = lines.map((line) => make(schema, 'listItem', {}, make(schema, 'paragraph', {}, line)));
    return [make(schema, 'list', attrs, items)];
  };

const quoteBuild =
  (name: string): Target['build'] =>
  (schema, lines) => [
    make(schema, name, {}, [...lines.map((line) => make(schema, 'paragraph', {}, line)), make(schema, 'citation')]),
  ];

const preBuild =
  (name: string): Target['build'] =>
  (schema, lines) => [make(schema, name, {}, plain(schema, lines))];

const named = (name: string, more: (node: Node) => boolean = () => true) => ({
  name,
  is: (node: Node): boolean => node.type.name === name && more(node),
});

const headings = (
  [
    [1, oneIcon],
    [2, twoIcon],
    [3, threeIcon],
    [4, fourIcon],
    [5, fiveIcon],
    [6, sixIcon],
  ] as const
).map(
  ([level, icon]): Target => ({
    ...named('heading', (node) => node.attrs['level'] === level),
    label: t('Heading {level}', { level }),
    icon,
    isPerLine: true,
    change: (node) => changeLevel(node, level),
    build: each('heading', levelOf(level)),
  }),
);

const TARGETS: readonly Target[] = [
  { ...named('paragraph'), label: t('Paragraph'), icon: paragraphIcon, isPerLine: true, build: each('paragraph') },
  ...headings,
  {
    ...named('list', (node) => !node.attrs['ordered']),
    label: t('List'),
    icon: listIcon,
    change: (node) => changeOrder(node, false),
    build: listBuild({}),
  },
  {
    ...named('list', (node) => Boolean(node.attrs['ordered'])),
    label: t('Numbered list'),
    icon: numberedIcon,
    change: (node) => changeOrder(node, true),
    build: listBuild({ ordered: true, data: { ordered: true } }),
  },
  { ...named('quote'), label: t('Quote'), icon: quoteIcon, build: quoteBuild('quote') },
  { ...named('pullquote'), label: t('Pull quote'), icon: pullIcon, build: quoteBuild('pullquote') },
  { ...named('codeBlock'), label: t('Code'), icon: codeIcon, build: preBuild('codeBlock') },
  { ...named('preformatted'), label: t('Preformatted'), icon: preIcon, build: preBuild('preformatted') },
  { ...named('verse'), label: t('Verse'), icon: verseIcon, build: preBuild('verse') },
  {
    ...named('buttons'),
    label: t('Buttons'),
    icon: buttonIcon,
    build: (schema, lines) => {
      const made = buttonsOf(schema, lines);
      return made && [made];
    },
  },
];

/** What can become something else: the blocks of the selection; parts of a list or of a row of buttons stand for it. */
function changeable(editor: Editor): BlockRange | undefined {
  const range = blocksOf(editor.state);
  const isPart = range?.nodes.some(({ type }) => type.name === 'listItem' || type.name === 'button');
  if (!range || !isPart) return range;
  let around = parentOf(editor.state, range.from);
  for (let next = around; next; next = parentOf(editor.state, next.position))
    if (next.node.type.name === 'listItem') around = parentOf(editor.state, next.position);
    else if (next.node !== around?.node) break;
  return around && rangeOf(around);
}

/** The lines of blocks; undefined where one of them is more than lines. */
function linesOfAll(nodes: readonly Node[]): Line[] | undefined {
  const all = nodes.map((node) => linesOf(node));
  if (!all.every((lines) => lines !== undefined)) return undefined;
  const lines = all.flat();
  const full = lines.length > 1 ? lines.filter(({ size }) => size > 0) : lines;
  return full.length > 0 ? full : [Fragment.empty];
}

/** Blocks as what they are to become: each for itself where that can be, with what both kinds have. */
function builtOf(schema: Schema, target: Target, nodes: readonly Node[]): Node[] | undefined {
  const { name, change, isPerLine, build } = target;
  const lines = linesOfAll(nodes);
  const [only, ...others] = nodes;
  if (!lines || !only) return undefined;
  if (isPerLine && others.length > 0) {
    const all = nodes.map((node) => builtOf(schema, target, [node]));
    return all.every((made) => made !== undefined) ? all.flat() : undefined;
  }
  if (others.length === 0 && change && only.type.name === name)
    return [only.type.create({ ...only.attrs, ...change(only) }, only.content)];
  const made = build(schema, lines);
  const [first, ...more] = made ?? [];
  return first && more.length === 0 && others.length === 0 ? [carried(only, first)] : made;
}

/** What the blocks of the selection can become. */
export function transformsOf(editor: Editor): MenuItem[] {
  const range = changeable(editor);
  if (!range) return [];
  // Several lists can still become one.
  const isDone = ({ is, isPerLine }: Target): boolean =>
    (range.nodes.length === 1 || isPerLine === true) && range.nodes.every(is);
  const texts = TARGETS.filter((target) => !isDone(target)).flatMap((target) => {
    const nodes = builtOf(editor.schema, target, range.nodes);
    const run = (): void => void (nodes && replaceBlocks(editor, range, nodes));
    return nodes ? [{ label: target.label, icon: target.icon, run }] : [];
  });
  return [...pictureTransforms(editor), ...texts];
}
