// How blocks are put into others, and out of them.

import ungroupIcon from 'icon:boxes';
import groupIcon from 'icon:collection';
import columnsIcon from 'icon:layout-three-columns';
import type { Editor } from '@tiptap/core';
import { closeHistory } from '@tiptap/pm/history';
import type { Node, Schema } from '@tiptap/pm/model';
import { t } from 'galley/client';
import { make, paragraph } from '../model/make.ts';
import { type BlockRange, blocksOf, parentOf, rangeOf } from './block-range.ts';
import type { MenuItem } from './menu.ts';
import { shifted } from './moves.ts';
import { replaceBlocks } from './replace.ts';

/** Parts that stand in one kind of block only. */
const PARTS = ['listItem', 'column', 'button', 'accordionItem'];

/** More would be too narrow for words. */
const MOST_COLUMNS = 6;

/** A column for each block. One block, or more than fit side by side, stand in the first of two. */
function columnsOf(schema: Schema, nodes: readonly Node[]): Node[] {
  const isEach = nodes.length > 1 && nodes.length <= MOST_COLUMNS;
  const columns = isEach ? nodes.map((node) => [node]) : [nodes, [paragraph(schema)]];
  return columns.map((column) => make(schema, 'column', {}, column));
}

function wrap(
  editor: Editor,
  range: BlockRange,
  { build, depth }: { build: (schema: Schema, nodes: readonly Node[]) => Node; depth: number },
): void {
  const { tr, schema, doc, selection } = editor.state;
  const made = build(schema, range.nodes);
  const $from = doc.resolve(range.from);
  if (!$from.parent.canReplaceWith($from.index(), $from.index() + range.nodes.length, made.type)) return;
  tr.replaceWith(range.from, range.to, made);
  tr.setSelection(shifted(tr.doc, selection, depth));
  editor.view.dispatch(closeHistory(tr).scrollIntoView());
  editor.view.focus();
}

/** Groups the blocks, takes a group apart, puts blocks side by side. */
export function arrangementsOf(editor: Editor): MenuItem[] {
  const range = blocksOf(editor.state);
  if (!range || range.nodes.some(({ type }) => PARTS.includes(type.name))) return [];
  const items: MenuItem[] = [
    {
      label: t('Group'),
      icon: groupIcon,
      run: () =>
        wrap(editor, range, {
          depth: 1,
          build: (schema, nodes) => make(schema, 'container', { data: { layout: { type: 'constrained' } } }, nodes),
        }),
    },
    {
      label: t('Put into columns'),
      icon: columnsIcon,
      run: () =>
        wrap(editor, range, {
          depth: 2,
          build: (schema, nodes) => make(schema, 'columns', {}, columnsOf(schema, nodes)),
        }),
    },
  ];
  const box = boxOf(editor, range);
  if (box) {
    const inner = innerOf(box.nodes[0]);
    items.push({ label: t('Ungroup'), icon: ungroupIcon, run: () => void replaceBlocks(editor, box, inner) });
  }
  return items;
}

/** What is taken apart: the block, or the one around where all in it is selected. */
function boxOf(editor: Editor, range: BlockRange): BlockRange | undefined {
  if (range.nodes.length === 1) return innerOf(range.nodes[0]).length > 0 ? range : undefined;
  const around = parentOf(editor.state, range.from);
  return around && innerOf(around.node).length === range.nodes.length ? rangeOf(around) : undefined;
}

/** The blocks in a block that only holds them. */
function innerOf(node: Node | undefined): readonly Node[] {
  if (node?.type.name === 'container') return node.children;
  if (node?.type.name === 'columns') return node.children.flatMap((column) => [...column.children]);
  if (node?.type.name === 'quote') return freed(node);
  return [];
}

/** What a quote says, and who said it as a paragraph of its own. */
const freed = (quote: Node): readonly Node[] =>
  quote.children
    .filter((child) => child.type.name !== 'citation' || child.content.size > 0)
    .map((child) => (child.type.name === 'citation' ? make(quote.type.schema, 'paragraph', {}, child.content) : child));
