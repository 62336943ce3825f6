// Other blocks in the place of those there are.
import type { Editor } from '@tiptap/core';
import { closeHistory } from '@tiptap/pm/history';
import { Fragment, type Node } from '@tiptap/pm/model';
import { NodeSelection, Selection, TextSelection } from '@tiptap/pm/state';
import { type BlockRange, blocksOf, type Place, rangeOf } from './block-range.ts';

/** Puts other blocks in the place of one, with the cursor in the first. */
export const replaceBlock = (editor: Editor, place: Place, nodes: readonly Node[]): boolean =>
  replaceRange(editor, rangeOf(place), nodes, false);

/**
 * Puts other blocks in the place of some.
 *
 * @param isSelected whether what comes is selected: where several were, or one as a whole, unless said
 */
export function replaceBlocks(
  editor: Editor,
  range: BlockRange,
  nodes: readonly Node[],
  isSelected = !isCursor(editor),
): boolean {
  return replaceRange(editor, range, nodes, isSelected);
}

const isCursor = ({ state }: Editor): boolean =>
  state.selection instanceof TextSelection && blocksOf(state)?.nodes.length === 1;

function replaceRange(editor: Editor, range: BlockRange, nodes: readonly Node[], isSelected: boolean): boolean {
  const $from = editor.state.doc.resolve(range.from);
  const index = $from.index();
  if (!$from.parent.canReplace(index, index + range.nodes.length, Fragment.from([...nodes]))) return false;
  const isWhole = isSelected && editor.state.selection instanceof NodeSelection;
  const { tr } = editor.state;
  tr.replaceWith(range.from, range.to, nodes);
  const end = range.from + nodes.reduce((size, node) => size + node.nodeSize, 0);
  const first = Selection.findFrom(tr.doc.resolve(range.from), 1, true);
  const last = Selection.findFrom(tr.doc.resolve(end), -1, true);
  const [only, ...others] = nodes;
  const isBox = others.length === 0 && (isWhole || (isSelected && only?.type.name === 'container'));
  if (!only) tr.setSelection(Selection.near(tr.doc.resolve(range.from)));
  else if (isBox || !first || !last || first.from > range.from + only.nodeSize || last.to > end)
    tr.setSelection(NodeSelection.create(tr.doc, range.from));
  else tr.setSelection(isSelected ? TextSelection.between(first.$from, last.$to) : first);
  editor.view.dispatch(closeHistory(tr).scrollIntoView());
  editor.view.focus();
  return true;
}
