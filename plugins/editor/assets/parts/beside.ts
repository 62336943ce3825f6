// What is typed or pasted while a whole block is selected comes after it: a key never takes the place of a block.
import { Extension } from '@tiptap/core';
import type { Node, Schema } from '@tiptap/pm/model';
import {
  type Command,
  type EditorState,
  NodeSelection,
  Plugin,
  TextSelection,
  type Transaction,
} from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { make, paragraph } from '../model/make.ts';

/** The attributes of a paragraph of classic text. */
export const LOOSE = { block: null, data: {}, head: '', tail: '' } as const;

/** Whether all of a text is as it was before there were blocks. */
const isClassicText = (doc: Node): boolean => doc.children.every((node) => node.attrs['block'] === null);

/** An empty paragraph as the text around has them. */
export const emptyLine = (schema: Schema, doc: Node): Node =>
  isClassicText(doc) ? make(schema, 'paragraph', LOOSE) : paragraph(schema);

/** Puts the cursor after what is selected: into a new paragraph after a block, beside something in a line. */
function goBeside({ selection, tr, schema, doc }: EditorState): Transaction | undefined {
  if (!(selection instanceof NodeSelection)) return undefined;
  if (selection.node.isInline) return tr.setSelection(TextSelection.create(tr.doc, selection.to));
  const { $to } = selection;
  for (let depth = $to.depth; depth >= 0; depth--) {
    const index = depth === $to.depth ? $to.index() : $to.indexAfter(depth);
    const line = depth === 0 ? emptyLine(schema, doc) : paragraph(schema);
    if (!$to.node(depth).canReplaceWith(index, index, line.type)) continue;
    const position = depth === $to.depth ? $to.pos : $to.after(depth + 1);
    tr.insert(position, line);
    return tr.setSelection(TextSelection.create(tr.doc, position + 1)).scrollIntoView();
  }
  return undefined;
}

/** Begins a paragraph after a selected block. */
export const beginBeside: Command = (state, dispatch) => {
  const tr = state.selection instanceof NodeSelection && state.selection.node.isBlock ? goBeside(state) : undefined;
  if (!tr) return false;
  dispatch?.(tr);
  return true;
};

/** Leaves a selected block or thing, so that what comes next does not replace it. */
export function leaveSelected(view: EditorView): void {
  const tr = goBeside(view.state);
  if (tr) view.dispatch(tr);
}

const isSelected = (view: EditorView): boolean => view.state.selection instanceof NodeSelection;

/** Keeps selected blocks from being typed away. */
export const Beside = Extension.create({
  name: 'beside',
  priority: 300,
  addProseMirrorPlugins() {
    return [
      new Plugin({
        props: {
          handleTextInput: (view, _from, _to, typed) => {
            if (!isSelected(view)) return false;
            const tr = goBeside(view.state);
            // Where no paragraph can come, nothing is typed.
            if (tr) view.dispatch(tr.insertText(typed));
            return true;
          },
          handleDOMEvents: {
            // Words that are composed (accents, Chinese) begin where the cursor stands then: browsers tell of the key as
            // 229. Keyboards of phones do so for each key, also for the one that deletes.
            keydown: (view, event) => {
              if (event.keyCode === 229 && !/Android/.test(navigator.userAgent) && isSelected(view))
                leaveSelected(view);
              return false;
            },
            compositionstart: (view) => {
              if (isSelected(view)) leaveSelected(view);
              return false;
            },
            beforeinput: (view, event) => {
              if (isSelected(view) && event.inputType.startsWith('insert')) leaveSelected(view);
              return false;
            },
            paste: (view) => {
              if (isSelected(view)) leaveSelected(view);
              return false;
            },
          },
        },
      }),
    ];
  },
});
