import ordered from 'icon:list-ol';
import icon from 'icon:list-ul';
import { wrappingInputRule } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { liftListItem, sinkListItem, splitListItem } from '@tiptap/pm/schema-list';
import type { Block } from 'galley/blocks';
import { t } from 'galley/client';
import { blockNode, own, shownAttributes } from '../model/block-node.ts';
import { writeInline } from '../model/inline-html.ts';
import type { BlockKind } from '../model/kinds.ts';
import { make, paragraph } from '../model/make.ts';
import type { Reader } from '../model/reader.ts';
import { withData } from '../model/settings.ts';
import { renameTag, writeAttribute } from '../model/tag.ts';
import { framed } from '../model/text-kind.ts';
import { LIST_TOOLS } from './inner-tools.ts';
import { plainItems, readOldList } from './list-old.ts';

const listNode = blockNode('list', 'core/list', {
  content: 'listItem+',
  addAttributes: () => ({ ordered: own(false) }),
  parseHTML: () => [{ tag: 'ul' }, { tag: 'ol', attrs: { ordered: true, data: { ordered: true } } }],
  renderHTML: ({ node }) => [node.attrs['ordered'] ? 'ol' : 'ul', shownAttributes(node), 0],
  addInputRules() {
    return [
      wrappingInputRule({
        find: /^\s*[-+*]\s$/,
        type: this.type,
        joinPredicate: (_, before) => !before.attrs['ordered'],
      }),
      wrappingInputRule({
        find: /^\s*1[.)]\s$/,
        type: this.type,
        getAttributes: { ordered: true, data: { ordered: true } },
        joinPredicate: (_, before) => Boolean(before.attrs['ordered']),
      }),
    ];
  },
});

const itemNode = blockNode('listItem', 'core/list-item', {
  group: '',
  content: 'paragraph list*',
  parseHTML: () => [{ tag: 'li' }],
  renderHTML: () => ['li', 0],
  addKeyboardShortcuts() {
    const { type } = this;
    const run = (command: ReturnType<typeof splitListItem>): boolean =>
      command(this.editor.state, this.editor.view.dispatch);
    return {
      Enter: () => run(splitListItem(type, { src: null, head: null, tail: null })) || run(liftListItem(type)),
      Tab: () => run(sinkListItem(type)),
      'Shift-Tab': () => run(liftListItem(type)),
    };
  },
});

const around = (node: Node) => {
  const tag = node.attrs['ordered'] ? 'ol' : 'ul';
  return { head: `\n<${tag} class="wp-block-list">`, tail: `</${tag}>\n` };
};
const aroundItem = () => ({ head: '\n<li>', tail: '</li>\n' });

function readList(block: Block, reader: Reader): Node | undefined {
  if (block.innerBlocks.length === 0) return readOldList(block, reader);
  const frame = reader.frame(block);
  if (!frame || !/^\s*<[uo]l[^>]*>\s*$/.test(frame.head)) return undefined;
  const attrs = { head: frame.head, tail: frame.tail, ordered: /<ol/.test(frame.head) };
  return reader.make('list', attrs, reader.inner(frame, block));
}

function readItem(block: Block, reader: Reader): Node | undefined {
  const frame = block.innerBlocks.length > 0 ? reader.frame(block) : undefined;
  const match = frame
    ? /^(\s*<li(?:\s[^>]*)?>)([\s\S]*)()$/.exec(frame.head)
    : /^(\s*<li(?:\s[^>]*)?>)([\s\S]*)(<\/li>\s*)$/.exec(block.innerHTML);
  const line = match && reader.inline(match[2] ?? '');
  const text = line && reader.make('paragraph', {}, line);
  if (!match || !text) return undefined;
  const attrs = { head: match[1], tail: frame ? frame.tail : match[3] };
  return reader.make('listItem', attrs, [text, ...(frame ? reader.inner(frame, block) : [])]);
}

const listOf = (isOrdered: boolean): Record<string, unknown> =>
  isOrdered ? { ordered: true, data: { ordered: true } } : {};

/** The attributes of a list that becomes numbered, or not. */
export function changeOrder(node: Node, isOrdered: boolean): Record<string, unknown> {
  const { head, tail } = framed(node, around);
  const data = withData(node, 'ordered', isOrdered);
  return { ordered: isOrdered, data, ...renameTag(head, tail, isOrdered ? 'ol' : 'ul') };
}

export const list: BlockKind = {
  name: 'list',
  title: t('List'),
  icon,
  blocks: ['core/list'],
  nodes: [listNode],
  around,
  read: readList,
  write: (node, writer) => {
    const { head, tail } = framed(node, around);
    if (node.attrs['block'] === null) return head + plainItems(node) + tail;
    return head + writer.blocks(node.children) + tail;
  },
  inserts: [
    { title: t('List'), icon, keywords: 'bullets ul', isOrdered: false },
    { title: t('Numbered list'), icon: ordered, keywords: 'ol steps', isOrdered: true },
  ].map(({ isOrdered, ...insert }) => ({
    ...insert,
    group: 'text' as const,
    make: (schema) => make(schema, 'list', listOf(isOrdered), make(schema, 'listItem', {}, paragraph(schema))),
  })),
  settings: [
    {
      label: t('Numbered'),
      kind: 'boolean',
      read: (node) => Boolean(node.attrs['ordered']),
      write: (node, value) => changeOrder(node, value !== ''),
    },
    {
      label: t('First number'),
      kind: 'number',
      read: (node) => Number((node.attrs['data'] as { start?: number }).start ?? 1),
      write: (node, value) => {
        const start = Number.parseInt(value, 10);
        const isOwn = Number.isInteger(start) && start !== 1;
        const { head, tail } = framed(node, around);
        const data = withData(node, 'start', isOwn ? start : undefined);
        return { data, tail, head: writeAttribute(head, ['ol'], 'start', isOwn ? String(start) : undefined) };
      },
    },
  ],
};

export const listItem: BlockKind = {
  name: 'listItem',
  title: t('List item'),
  icon,
  blocks: ['core/list-item'],
  nodes: [itemNode],
  around: aroundItem,
  read: readItem,
  tools: LIST_TOOLS,
  write: (node, writer) => {
    const { head, tail } = framed(node, aroundItem);
    const [line, ...lists] = node.children;
    return head + (line ? writeInline(line.content) : '') + writer.blocks(lists) + tail;
  },
};
