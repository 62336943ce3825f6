// What a block can become, and how blocks are put into others.

import pullIcon from 'icon:blockquote-left';
import ungroupIcon from 'icon:boxes';
import codeIcon from 'icon:code-square';
import groupIcon from 'icon:collection';
import verseIcon from 'icon:feather';
import preIcon from 'icon:file-text';
import columnsIcon from 'icon:layout-three-columns';
import numberedIcon from 'icon:list-ol';
import listIcon from 'icon:list-ul';
import quoteIcon from 'icon:quote';
import paragraphIcon from 'icon:text-paragraph';
import twoIcon from 'icon:type-h2';
import threeIcon from 'icon:type-h3';
import fourIcon from 'icon:type-h4';
import type { Editor } from '@tiptap/core';
import { Fragment, type Node, type Schema } from '@tiptap/pm/model';
import { NodeSelection, Selection, TextSelection } from '@tiptap/pm/state';
import { t } from 'galley/client';
import { levelOf } from '../blocks/heading.ts';
import { make, paragraph } from '../model/make.ts';
import type { MenuItem } from './menu.ts';
import { blockOf, type Place } from './moves.ts';

type Line = Fragment;

/** The lines of a block of text; undefined where it is more than lines. */
function linesOf(node: Node): Line[] | undefined {
  if (node.type.name === 'image' || node.type.name === 'button') return undefined;
  if (node.isTextblock) return [node.content];
  if (!['list', 'listItem', 'quote', 'pullquote'].includes(node.type.name)) return undefined;
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
  build(schema: Schema, lines: readonly Line[]): Node[];
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
    [2, twoIcon],
    [3, threeIcon],
    [4, fourIcon],
  ] as const
).map(
  ([level, icon]): Target => ({
    ...named('heading', (node) => node.attrs['level'] === level),
    label: t('Heading {level}', { level }),
    icon,
    build: each('heading', levelOf(level)),
  }),
);

const TARGETS: readonly Target[] = [
  { ...named('paragraph'), label: t('Paragraph'), icon: paragraphIcon, build: each('paragraph') },
  ...headings,
  { ...named('list', (node) => !node.attrs['ordered']), label: t('List'), icon: listIcon, build: listBuild({}) },
  {
    ...named('list', (node) => Boolean(node.attrs['ordered'])),
    label: t('Numbered list'),
    icon: numberedIcon,
    build: listBuild({ ordered: true, data: { ordered: true } }),
  },
  { ...named('quote'), label: t('Quote'), icon: quoteIcon, build: quoteBuild('quote') },
  { ...named('pullquote'), label: t('Pull quote'), icon: pullIcon, build: quoteBuild('pullquote') },
  { ...named('codeBlock'), label: t('Code'), icon: codeIcon, build: preBuild('codeBlock') },
  { ...named('preformatted'), label: t('Preformatted'), icon: preIcon, build: preBuild('preformatted') },
  { ...named('verse'), label: t('Verse'), icon: verseIcon, build: preBuild('verse') },
];

/** Puts other blocks in the place of one, with the cursor in the first. */
export function replaceBlock(editor: Editor, { node, position }: Place, nodes: readonly Node[]): boolean {
  const $pos = editor.state.doc.resolve(position);
  const index = $pos.index();
  if (!$pos.parent.canReplace(index, index + 1, Fragment.from([...nodes]))) return false;
  const { tr } = editor.state;
  tr.replaceWith(position, position + node.nodeSize, nodes);
  const inside = Selection.findFrom(tr.doc.resolve(position), 1, true);
  const isOwn = inside && inside.from < position + (nodes[0]?.nodeSize ?? 0);
  if (nodes.length > 0) tr.setSelection(isOwn ? inside : NodeSelection.create(tr.doc, position));
  editor.view.dispatch(tr.scrollIntoView());
  editor.view.focus();
  return true;
}

/** A list item stands for its list, where a block becomes another. */
function changeable(editor: Editor): Place | undefined {
  const place = blockOf(editor.state);
  if (place?.node.type.name !== 'listItem') return place;
  const $pos = editor.state.doc.resolve(place.position);
  let depth = $pos.depth;
  while (depth > 1 && $pos.node(depth - 1).type.name === 'listItem') depth -= 2;
  return { node: $pos.node(depth), position: $pos.before(depth) };
}

/** What the block with the cursor can become. */
export function transformsOf(editor: Editor): MenuItem[] {
  const place = changeable(editor);
  const lines = place && linesOf(place.node);
  if (!place || !lines) return [];
  const used = lines.length > 0 ? lines : [Fragment.empty];
  return TARGETS.filter((target) => !target.is(place.node)).map(({ label, icon, build }) => ({
    label,
    icon,
    run: () => {
      replaceBlock(editor, place, build(editor.schema, used));
    },
  }));
}

/** Blocks side by side, and where they stand. */
export interface BlockRange {
  from: number;
  to: number;
  nodes: Node[];
}

/** The blocks that the selection touches, side by side in one parent. */
export function selectedBlocks(editor: Editor): BlockRange | undefined {
  const place = blockOf(editor.state);
  const { selection } = editor.state;
  if (!(selection instanceof TextSelection) || selection.empty || (place?.node.isTextblock ?? false))
    return place && { from: place.position, to: place.position + place.node.nodeSize, nodes: [place.node] };
  const range = selection.$from.blockRange(selection.$to);
  if (!range) return undefined;
  return {
    from: range.start,
    to: range.end,
    nodes: range.parent.children.slice(range.startIndex, range.endIndex),
  };
}

function wrap(editor: Editor, build: (schema: Schema, nodes: Node[]) => Node): void {
  const range = selectedBlocks(editor);
  if (!range) return;
  const { tr, schema, doc } = editor.state;
  const made = build(schema, range.nodes);
  const $from = doc.resolve(range.from);
  if (!$from.parent.canReplaceWith($from.index(), $from.index() + range.nodes.length, made.type)) return;
  tr.replaceWith(range.from, range.to, made);
  tr.setSelection(Selection.near(tr.doc.resolve(range.from + 1)));
  editor.view.dispatch(tr.scrollIntoView());
  editor.view.focus();
}

/** Groups the block, takes a group apart, puts blocks side by side. */
export function arrangementsOf(editor: Editor): MenuItem[] {
  const place = blockOf(editor.state);
  if (!place || ['listItem', 'column', 'button'].includes(place.node.type.name)) return [];
  const items: MenuItem[] = [
    {
      label: t('Group'),
      icon: groupIcon,
      run: () =>
        wrap(editor, (schema, nodes) =>
          make(schema, 'container', { data: { layout: { type: 'constrained' } } }, nodes),
        ),
    },
    {
      label: t('Put into columns'),
      icon: columnsIcon,
      run: () =>
        wrap(editor, (schema, nodes) =>
          make(schema, 'columns', {}, [
            make(schema, 'column', {}, nodes),
            make(schema, 'column', {}, paragraph(schema)),
          ]),
        ),
    },
  ];
  const inner = innerOf(place.node);
  if (inner.length > 0)
    items.push({ label: t('Ungroup'), icon: ungroupIcon, run: () => void replaceBlock(editor, place, inner) });
  return items;
}

/** The blocks in a block that only holds them. */
function innerOf(node: Node): Node[] {
  if (node.type.name === 'container') return [...node.children];
  if (node.type.name === 'columns') return node.children.flatMap((column) => [...column.children]);
  if (node.type.name === 'quote') return node.children.filter((child) => child.type.name !== 'citation');
  return [];
}
