import type { Editor } from '@tiptap/core';
import { NodeSelection } from '@tiptap/pm/state';

/** Selects the whole block when a part of it is pressed that holds no text. */
export function selectOnClick(part: HTMLElement, editor: Editor, getPos: () => number | undefined): void {
  part.addEventListener('click', () => {
    const position = getPos();
    const { state, view } = editor;
    if (position === undefined || !state.doc.nodeAt(position)) return;
    view.dispatch(state.tr.setSelection(NodeSelection.create(state.doc, position)));
    view.focus();
  });
}
