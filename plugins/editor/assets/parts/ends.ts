import { Extension } from '@tiptap/core';
import { type Command, Plugin, Selection, TextSelection } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';

/** ProseMirror looks after this long itself whether the page selects what it does. */
const SETTLED_MS = 20;

/** To the beginning or the end of the text, whatever block stands there; selecting all between where that is wanted. */
const goTo =
  (side: 'start' | 'end', isSelecting = false): Command =>
  ({ doc, selection, tr }, dispatch) => {
    const end = side === 'start' ? Selection.atStart(doc) : Selection.atEnd(doc);
    const $to = side === 'start' ? end.$from : end.$to;
    dispatch?.(tr.setSelection(isSelecting ? TextSelection.between(selection.$anchor, $to) : end).scrollIntoView());
    return true;
  };

/** In a text that begins with something nobody types in, browsers give the focus and no cursor: no key does anything. */
function keepSelected(view: EditorView): void {
  setTimeout(() => {
    if (view.isDestroyed || !view.hasFocus()) return;
    const anchor = view.dom.ownerDocument.getSelection()?.anchorNode ?? null;
    if (!view.dom.contains(anchor)) view.focus();
  }, SETTLED_MS);
}

/** The ends of a text are reached by keys also where a block stands there that browsers do not go into or past. */
export const Ends = Extension.create({
  name: 'ends',
  addKeyboardShortcuts() {
    const run =
      (command: Command): (() => boolean) =>
      () =>
        command(this.editor.state, this.editor.view.dispatch);
    return {
      'Mod-Home': run(goTo('start')),
      'Mod-End': run(goTo('end')),
      'Mod-Shift-Home': run(goTo('start', true)),
      'Mod-Shift-End': run(goTo('end', true)),
    };
  },
  addProseMirrorPlugins() {
    return [new Plugin({ props: { handleDOMEvents: { focus: keepSelected } } })];
  },
});
