import type { Editor } from '@tiptap/core';
import { keptNotes, writeNotes } from '../model/footnotes.ts';

/** The name of the field that what footnotes say is sent in. */
export const NOTES_FIELD = 'footnotes';

/**
 * Keeps a hidden field equal to the footnotes of the text. As long as nobody changes them it holds them as they were read.
 *
 * @returns what does so now, and says whether they changed
 */
export function watchNotes(editor: Editor, form: HTMLFormElement | null): () => boolean {
  const raw = keptNotes();
  const unchanged = writeNotes(editor.state.doc);
  let field: HTMLInputElement | undefined;
  const write = (value: string): void => {
    if (!field) {
      field = document.createElement('input');
      field.type = 'hidden';
      field.name = NOTES_FIELD;
      form?.append(field);
    }
    field.value = value;
  };
  if (raw !== '') write(raw);
  return () => {
    const now = writeNotes(editor.state.doc);
    const value = now === unchanged ? raw : now;
    if (value === (field?.value ?? '')) return false;
    write(value);
    return true;
  };
}
