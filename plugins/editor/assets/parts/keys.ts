import { Extension } from '@tiptap/core';
import {
  chainCommands,
  createParagraphNear,
  deleteSelection,
  exitCode,
  joinBackward,
  joinForward,
  liftEmptyBlock,
  newlineInCode,
  selectAll,
  selectNodeBackward,
  selectNodeForward,
  splitBlockAs,
} from '@tiptap/pm/commands';
import { undoInputRule } from '@tiptap/pm/inputrules';
import type { Node } from '@tiptap/pm/model';
import type { Command } from '@tiptap/pm/state';
import { headOf } from '../model/settings.ts';
import { writeAttribute } from '../model/tag.ts';
import { duplicateBlock, moveBlock, removeBlock } from './moves.ts';

/** What the second half of a split block is: a paragraph after the end, else the same with no anchor of its own. */
const splitBlock = splitBlockAs((node: Node, isAtEnd: boolean) => {
  if (isAtEnd || node.attrs['head'] === undefined) return null;
  const head = node.attrs['head'] === null ? null : writeAttribute(headOf(node).head, undefined, 'id', undefined);
  return { type: node.type, attrs: { ...node.attrs, head } };
});

/** At the beginning of a block of text that is no paragraph: makes it one. */
const becomeParagraph: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const { parent } = $from;
  const paragraph = state.schema.nodes['paragraph'];
  if (!empty || $from.parentOffset > 0 || !parent.isTextblock || !paragraph || parent.type === paragraph) return false;
  if (!$from.node(-1).canReplaceWith($from.index(-1), $from.index(-1) + 1, paragraph)) return false;
  if (parent.type.name === 'image') return false;
  dispatch?.(state.tr.setNodeMarkup($from.before(), paragraph, {}));
  return true;
};

/** An empty line at the end of code leaves it. */
const leaveCode: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const isAtEnd = empty && $from.parent.type.spec.code && $from.parentOffset === $from.parent.content.size;
  if (!isAtEnd || !/\n\n$/.test($from.parent.textBetween(0, $from.parent.content.size, undefined, '\n'))) return false;
  const { tr } = state;
  tr.delete($from.pos - 2, $from.pos);
  return exitCode(state.apply(tr), dispatch && ((made) => dispatch(joined(tr, made))));
};

function joined(first: Parameters<NonNullable<Parameters<Command>[1]>>[0], second: typeof first): typeof first {
  for (const step of second.steps) first.step(step);
  return first.setSelection(second.selection.map(first.doc, second.mapping.slice(second.steps.length)));
}

/** The keys of the editor. */
export const Keys = Extension.create({
  name: 'keys',
  priority: 50,
  addKeyboardShortcuts() {
    const run =
      (command: Command): (() => boolean) =>
      () => {
        const { state, view } = this.editor;
        return command(state, view.dispatch, view);
      };
    const back = run(
      chainCommands(undoInputRule as Command, deleteSelection, becomeParagraph, joinBackward, selectNodeBackward),
    );
    const forward = run(chainCommands(deleteSelection, joinForward, selectNodeForward));
    return {
      Enter: run(chainCommands(leaveCode, newlineInCode, createParagraphNear, liftEmptyBlock, splitBlock)),
      'Mod-Enter': run(exitCode),
      Backspace: back,
      'Mod-Backspace': back,
      'Shift-Backspace': back,
      Delete: forward,
      'Mod-Delete': forward,
      'Mod-a': run(selectAll),
      'Alt-Shift-ArrowUp': run(moveBlock(-1)),
      'Alt-Shift-ArrowDown': run(moveBlock(1)),
      'Mod-Shift-d': run(duplicateBlock),
      'Alt-Shift-Delete': run(removeBlock),
    };
  },
});
