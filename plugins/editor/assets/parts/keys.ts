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
import { type Command, TextSelection } from '@tiptap/pm/state';
import { headOf } from '../model/settings.ts';
import { writeAttribute } from '../model/tag.ts';
import { beginBeside, LOOSE } from './beside.ts';
import { duplicateBlock, moveBlock, removeBlock } from './moves.ts';

/** What the second half of a split block is: a paragraph after the end, else the same with no anchor of its own. */
const splitBlock = splitBlockAs((node: Node, isAtEnd: boolean) => {
  const paragraph = node.type.schema.nodes['paragraph'];
  if (isAtEnd && paragraph) return { type: paragraph, ...(node.attrs['block'] === null ? { attrs: LOOSE } : {}) };
  if (node.attrs['head'] === undefined) return null;
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

/** In a line that is the end of its block (a caption, who said it, the words of a button): goes on below the block. */
const leaveLine: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const paragraph = state.schema.nodes['paragraph'];
  const ends: Record<string, number> = { citation: 1, image: 0, button: 1, tableCaption: 1 };
  const up = ends[$from.parent.type.name];
  if (!empty || up === undefined || !paragraph) return false;
  const end = $from.after($from.depth - up);
  const $end = state.doc.resolve(end);
  if (!$end.parent.canReplaceWith($end.index(), $end.index(), paragraph)) return false;
  const { tr } = state;
  tr.insert(end, paragraph.create());
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, end + 1)).scrollIntoView());
  return true;
};

/** An empty line at the end of what is folded away leaves it: there is no other way out by Enter. */
const leaveFold: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const { parent, depth } = $from;
  if (!empty || depth < 2 || parent.type.name !== 'paragraph' || parent.content.size > 0) return false;
  const fold = $from.node(-1);
  const up = { details: 1, accordionPanel: 3 }[fold.type.name];
  if (up === undefined) return false;
  // The last of all, and not the only line.
  for (let level = depth - 1; level >= depth - up; level--)
    if ($from.index(level) < $from.node(level).childCount - 1) return false;
  const least = fold.type.name === 'details' ? 2 : 1;
  const end = $from.after(depth - up);
  const $end = state.doc.resolve(end);
  if (fold.childCount <= least || !$end.parent.canReplaceWith($end.index(), $end.index(), parent.type)) return false;
  const { tr } = state;
  tr.insert(end, parent.type.create()).delete($from.before(), $from.after());
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, tr.mapping.slice(1).map(end) + 1)).scrollIntoView());
  return true;
};

/** Three backticks alone begin a block of code. */
const beginCode: Command = (state, dispatch) => {
  const { $from } = state.selection;
  const type = state.schema.nodes['codeBlock'];
  if ($from.parent.type.name !== 'paragraph' || $from.parent.textContent !== '```' || !type) return false;
  if (!$from.node(-1).canReplaceWith($from.index(-1), $from.index(-1) + 1, type)) return false;
  const { tr } = state;
  tr.delete($from.start(), $from.end()).setNodeMarkup($from.before(), type, {});
  dispatch?.(tr.scrollIntoView());
  return true;
};

/** In a cell of a table: a new line. */
const breakLine: Command = (state, dispatch) => {
  const type = state.schema.nodes['hardBreak'];
  if (state.selection.$from.parent.type.name !== 'tableCell' || !type) return false;
  dispatch?.(state.tr.replaceSelectionWith(type.create()).scrollIntoView());
  return true;
};

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
      Enter: run(
        chainCommands(
          beginCode,
          leaveCode,
          newlineInCode,
          breakLine,
          leaveLine,
          beginBeside,
          createParagraphNear,
          leaveFold,
          liftEmptyBlock,
          splitBlock,
        ),
      ),
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
