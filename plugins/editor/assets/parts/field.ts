import type { Editor } from '@tiptap/core';
import { LOADED } from './footnote-keeper.ts';
import { NOTES_FIELD, watchNotes } from './notes-field.ts';
import { writerOf } from './session.ts';
import { readText } from './text.ts';

const WAIT_MS = 200;

/** What the form's events `galley:editor-ready` and `galley:editor-changed` bring along as their detail. */
export interface EditorHandle {
  editor: Editor;
  /** The text as it is now, also in the field. */
  text(): string;
  /** Replaces the text, as one step that can be undone. */
  setText(text: string): void;
}

/** Keeps the field equal to what is edited: soon after each change, and at once before the form is sent. */
export function watchField(editor: Editor, field: HTMLTextAreaElement): EditorHandle {
  let timer: number | undefined;
  let last = editor.state.doc;
  const writeNotes = watchNotes(editor, field.form);
  const flush = (): void => {
    window.clearTimeout(timer);
    timer = undefined;
    if (editor.state.doc === last) return;
    last = editor.state.doc;
    const text = writerOf(editor)?.text(last) ?? field.value;
    const hasOtherNotes = writeNotes();
    if (text === field.value && !hasOtherNotes) return;
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    tell('galley:editor-changed');
  };
  const handle: EditorHandle = {
    editor,
    text() {
      flush();
      return field.value;
    },
    setText(text) {
      const { tr } = editor.state;
      const made = readText(editor, text);
      editor.view.dispatch(tr.replaceWith(0, tr.doc.content.size, made).setMeta(LOADED, true));
    },
  };
  const tell = (name: string): void => {
    field.form?.dispatchEvent(new CustomEvent<EditorHandle>(name, { detail: handle }));
  };
  editor.on('update', () => {
    timer ??= window.setTimeout(flush, WAIT_MS);
  });
  field.form?.addEventListener('submit', flush, { capture: true });
  // Whoever takes the form as data gets what stands there at this moment.
  field.form?.addEventListener('formdata', ({ formData }) => {
    flush();
    formData.set(field.name, field.value);
    const notes = field.form?.elements.namedItem(NOTES_FIELD);
    if (notes instanceof HTMLInputElement) formData.set(notes.name, notes.value);
  });
  window.addEventListener('pagehide', flush);
  queueMicrotask(() => tell('galley:editor-ready'));
  return handle;
}
