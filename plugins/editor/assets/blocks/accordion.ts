// Parts that are folded away below their headings.

import removeIcon from 'icon:dash-square';
import addIcon from 'icon:plus-square';
import icon from 'icon:view-stacked';
import type { Editor } from '@tiptap/core';
import type { Node, Schema } from '@tiptap/pm/model';
import { Selection, TextSelection } from '@tiptap/pm/state';
import type { Block } from 'galley/blocks';
import { t } from 'galley/client';
import { blockNode, shownAttributes } from '../model/block-node.ts';
import type { BlockKind, BlockTool } from '../model/kinds.ts';
import { dataOf } from '../model/leaf.ts';
import { make, paragraph } from '../model/make.ts';
import type { Reader } from '../model/reader.ts';
import { withData } from '../model/settings.ts';
import { renameTag } from '../model/tag.ts';
import { framed, textKind } from '../model/text-kind.ts';
import type { Writer } from '../model/writer.ts';

const accordionNode = blockNode('accordion', 'core/accordion', {
  content: 'accordionItem+',
  isolating: true,
  renderHTML: ({ node }) => ['div', { ...shownAttributes(node), class: 'ge-accordion' }, 0],
});

const itemNode = blockNode('accordionItem', 'core/accordion-item', {
  content: 'accordionHeading accordionPanel',
  isolating: true,
  renderHTML: () => ['div', { class: 'ge-accordion-item' }, 0],
});

const headingNode = blockNode('accordionHeading', 'core/accordion-heading', {
  content: 'inline*',
  renderHTML: () => ['p', { class: 'ge-summary' }, 0],
  // Enter goes on in what the heading opens.
  addKeyboardShortcuts() {
    return { Enter: () => intoPanel(this.editor) };
  },
});

const panelNode = blockNode('accordionPanel', 'core/accordion-panel', {
  content: 'block*',
  isolating: true,
  // Always open while one writes.
  renderHTML: () => ['div', { class: 'ge-accordion-panel' }, 0],
});

function intoPanel(editor: Editor): boolean {
  const { $from, empty } = editor.state.selection;
  if (!empty || $from.parent.type.name !== 'accordionHeading') return false;
  const start = $from.after() + 1;
  const { tr, schema } = editor.state;
  const [first] = $from.node(-1).child(1).children;
  if (!first?.isTextblock) tr.insert(start, paragraph(schema));
  editor.view.dispatch(tr.setSelection(TextSelection.create(tr.doc, start + 1)).scrollIntoView());
  return true;
}

const SIGN = '<span class="wp-block-accordion-heading__toggle-icon" aria-hidden="true">+</span>';

const aroundHeading = (node: Node) => {
  const tag = `h${dataOf(node)['level'] ?? USUAL_LEVEL}`;
  return {
    head: `\n<${tag} class="wp-block-accordion-heading"><button type="button" class="wp-block-accordion-heading__toggle"><span class="wp-block-accordion-heading__toggle-title">`,
    tail: `</span>${SIGN}</button></${tag}>\n`,
  };
};

/** The level of headings where none is written, as WordPress reads it. */
const USUAL_LEVEL = 3;
const LEVELS = [1, 2, 3, 4, 5, 6] as const;

const levelData = (level: number) => (level === USUAL_LEVEL ? {} : { level });

const newItem = (schema: Schema, level = USUAL_LEVEL): Node =>
  make(schema, 'accordionItem', {}, [
    make(schema, 'accordionHeading', { data: levelData(level) }),
    make(schema, 'accordionPanel', {}, paragraph(schema)),
  ]);

/** The level that a heading of a part is written with. */
function levelOf(heading: Node | undefined): number {
  const [, level] = /<h([1-6])/.exec(heading ? framed(heading, aroundHeading).head : '') ?? [];
  return Number(level ?? USUAL_LEVEL);
}

/** The level of the headings of an accordion: what it says, else what its first part has. */
function levelOfAll(node: Node): number {
  const { headingLevel } = dataOf(node);
  return typeof headingLevel === 'number' ? headingLevel : levelOf(node.firstChild?.firstChild ?? undefined);
}

/** The headings of all parts with another level. */
function changeHeadings(node: Node, level: number): (readonly [number, Record<string, unknown>])[] {
  const changes: (readonly [number, Record<string, unknown>])[] = [];
  node.forEach((item, offset) => {
    const heading = item.firstChild;
    if (!heading || levelOf(heading) === level) return;
    const { head, tail } = framed(heading, aroundHeading);
    const { level: _, ...rest } = dataOf(heading);
    changes.push([offset + 1, { data: { ...rest, ...levelData(level) }, ...renameTag(head, tail, `h${level}`) }]);
  });
  return changes;
}

/** Puts a part into the accordion around the position. */
function put(editor: Editor, position: number): void {
  const { tr, schema, doc } = editor.state;
  tr.insert(position, newItem(schema, levelOfAll(doc.resolve(position).parent)));
  editor.view.dispatch(tr.setSelection(TextSelection.create(tr.doc, position + 2)).scrollIntoView());
}

const addLast: BlockTool = {
  title: t('Add a part'),
  icon: addIcon,
  run: (editor, node, position) => put(editor, position + node.nodeSize - 1),
};

const ITEM_TOOLS: readonly BlockTool[] = [
  {
    title: t('Another part'),
    icon: addIcon,
    run: (editor, node, position) => put(editor, position + node.nodeSize),
  },
  {
    title: t('Delete the part'),
    icon: removeIcon,
    run: (editor, node, position) => {
      const { tr, doc } = editor.state;
      // The last one takes the accordion along.
      const { parent } = doc.resolve(position);
      const rim = parent.type.name === 'accordion' && parent.childCount === 1 ? 1 : 0;
      const from = position - rim;
      tr.delete(from, position + node.nodeSize + rim);
      editor.view.dispatch(tr.setSelection(Selection.near(tr.doc.resolve(Math.min(from, tr.doc.content.size)), -1)));
    },
  },
];

const reading =
  (name: string) =>
  (block: Block, reader: Reader): Node | undefined => {
    const frame = reader.frame(block);
    return frame && reader.make(name, { head: frame.head, tail: frame.tail }, reader.inner(frame, block));
  };

const holder = (
  name: string,
  block: string,
  parts: Pick<BlockKind, 'title' | 'nodes' | 'inserts' | 'settings' | 'tools'> & { html: string },
): BlockKind => {
  const { html, ...more } = parts;
  const around = () => ({ head: `\n${html}`, tail: '</div>\n' });
  const write = (node: Node, writer: Writer): string => {
    const { head, tail } = framed(node, around);
    return head + writer.blocks(node.children) + tail;
  };
  return { name, icon, blocks: [block], around, read: reading(name), write, ...more };
};

export const accordion = holder('accordion', 'core/accordion', {
  title: t('Accordion'),
  nodes: [accordionNode],
  html: '<div role="group" class="wp-block-accordion">',
  tools: [addLast],
  settings: [
    {
      label: t('Level of the headings'),
      kind: 'select',
      choices: LEVELS.map((level) => [String(level), t('Level {level}', { level })] as const),
      read: (node) => String(levelOfAll(node)),
      write: (node, value) => ({
        data: withData(node, 'headingLevel', Number(value) === USUAL_LEVEL ? undefined : Number(value)),
      }),
      within: (node, value) => changeHeadings(node, Number(value)),
    },
    {
      label: t('Only one part open at a time'),
      kind: 'boolean',
      read: (node) => dataOf(node)['autoclose'] === true,
      write: (node, value) => ({ data: withData(node, 'autoclose', value !== '') }),
    },
  ],
  inserts: [
    {
      title: t('Accordion'),
      icon,
      keywords: 'fold faq questions toggle tabs details',
      group: 'layout',
      make: (schema) => make(schema, 'accordion', {}, [newItem(schema), newItem(schema)]),
    },
  ],
});

export const accordionItem = holder('accordionItem', 'core/accordion-item', {
  title: t('Part of an accordion'),
  nodes: [itemNode],
  html: '<div class="wp-block-accordion-item">',
  tools: ITEM_TOOLS,
  settings: [
    {
      label: t('Open at first'),
      kind: 'boolean',
      read: (node) => dataOf(node)['openByDefault'] === true,
      write: (node, value) => ({ data: withData(node, 'openByDefault', value !== '') }),
    },
  ],
});

export const accordionPanel = holder('accordionPanel', 'core/accordion-panel', {
  title: t('What the heading opens'),
  nodes: [panelNode],
  html: '<div role="region" class="wp-block-accordion-panel">',
});

export const accordionHeading = textKind({
  name: 'accordionHeading',
  title: t('Heading of a part'),
  icon,
  blocks: ['core/accordion-heading'],
  nodes: [headingNode],
  pattern:
    /^(\s*<h[1-6](?:\s[^>]*)?>\s*<button(?:\s[^>]*)?>(?:<span\s[^>]*toggle-icon[^>]*>[^<]*<\/span>)?<span\s[^>]*toggle-title[^>]*>)([\s\S]*?)(<\/span>(?:<span\s[^>]*toggle-icon[^>]*>[^<]*<\/span>)?<\/button>\s*<\/h[1-6]>\s*)$/,
  around: aroundHeading,
});
