// Commands on the block that the cursor stands in, or on those that are selected. Each is one step of undo.
import { closeHistory } from '@tiptap/pm/history';
import type { Node } from '@tiptap/pm/model';
import {
  AllSelection,
  type Command,
  type EditorState,
  NodeSelection,
  Selection,
  TextSelection,
} from '@tiptap/pm/state';
import { kinds } from '../blocks/index.ts';
import { type BlockRange, blocksOf, parentOf, rangeOf } from './block-range.ts';

type Dispatch = Parameters<Command>[1];

/** Moves the blocks before their neighbour, or after; at the end of a group they leave the group. */
export function moveBlock(by: 1 | -1): Command {
  return (state, dispatch) => {
    const range = wholeOf(state, blocksOf(state));
    if (!range) return false;
    const neighbour = by < 0 ? state.doc.resolve(range.from).nodeBefore : state.doc.resolve(range.to).nodeAfter;
    if (!neighbour || !kinds.of(neighbour)) return leaveGroup(state, dispatch, range, by);
    if (dispatch) moveBy(state, dispatch, range, by * neighbour.nodeSize);
    return true;
  };
}

/** Blocks that are all there is of a list go as the list; so do several that are all of another block. */
function wholeOf(state: EditorState, range: BlockRange | undefined): BlockRange | undefined {
  const $from = range && state.doc.resolve(range.from);
  if (!range || !$from || $from.depth === 0 || $from.parent.childCount > range.nodes.length) return range;
  const around = parentOf(state, range.from);
  const isPart = range.nodes.length > 1 || range.nodes[0]?.type.name === 'listItem';
  return around && isPart && around.node === $from.parent ? wholeOf(state, rangeOf(around)) : range;
}

/** The same selection where what is selected stands further down, or up. */
export function shifted(doc: Node, selection: Selection, by: number): Selection {
  if (selection instanceof NodeSelection) return NodeSelection.create(doc, selection.from + by);
  return TextSelection.between(doc.resolve(selection.anchor + by), doc.resolve(selection.head + by));
}

function moveBy(state: EditorState, dispatch: NonNullable<Dispatch>, range: BlockRange, by: number): void {
  const { tr, selection } = state;
  tr.delete(range.from, range.to);
  tr.insert(range.from + by, range.nodes);
  dispatch(
    closeHistory(tr)
      .setSelection(shifted(tr.doc, selection, by))
      .scrollIntoView(),
  );
}

function leaveGroup(state: EditorState, dispatch: Dispatch, range: BlockRange, by: 1 | -1): boolean {
  const around = parentOf(state, range.from);
  if (!around || around.node.childCount <= range.nodes.length) return false;
  const $around = state.doc.resolve(around.position);
  const index = $around.index() + (by > 0 ? 1 : 0);
  if (!range.nodes.every(({ type }) => $around.parent.canReplaceWith(index, index, type))) return false;
  const end = around.position + around.node.nodeSize;
  if (dispatch) moveBy(state, dispatch, range, by < 0 ? around.position - range.from : end - range.to);
  return true;
}

/** Puts a copy below the blocks. */
export const duplicateBlock: Command = (state, dispatch) => {
  const range = blocksOf(state);
  if (!range) return false;
  const { tr, selection } = state;
  tr.insert(range.to, range.nodes);
  // All of the text that there was, not all that there is now.
  if (selection instanceof AllSelection) tr.setSelection(shifted(tr.doc, selection, 0));
  dispatch?.(closeHistory(tr).scrollIntoView());
  return true;
};

/** Takes the blocks away, and what would be left empty without them. */
export const removeBlock: Command = (state, dispatch) => {
  const range = blocksOf(state);
  if (!range) return false;
  let [from, to] = [range.from, range.to];
  for (
    let $from = state.doc.resolve(from);
    range.nodes.length > 1 && $from.depth > 0;
    $from = state.doc.resolve(from)
  ) {
    const { parent, depth } = $from;
    const isAll = $from.start() === from && $from.end() === to;
    if (!isAll || parent.canReplace(0, parent.childCount)) break;
    [from, to] = [$from.before(depth), $from.after(depth)];
  }
  const { tr } = state;
  tr.delete(from, to);
  const near = Selection.near(tr.doc.resolve(Math.min(from, tr.doc.content.size)), -1);
  dispatch?.(closeHistory(tr).setSelection(near).scrollIntoView());
  return true;
};
