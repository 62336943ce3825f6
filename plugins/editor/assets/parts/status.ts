import type { Editor } from '@tiptap/core';
import { t } from 'galley/client';
import { box, text } from './elements.ts';

const WAIT_MS = 400;

/** The words and characters of what one reads. */
export function countText(words: string): { words: number; characters: number } {
  const characters = [...words.replace(/\s+/g, ' ').trim()].length;
  // Scripts without blanks between words are counted by what the browser takes for a word.
  const hasBlanks = !/[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]/.test(words);
  if (hasBlanks || !('Segmenter' in Intl))
    return { words: words.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length, characters };
  const parts = new Intl.Segmenter(undefined, { granularity: 'word' }).segment(words);
  return { words: [...parts].filter(({ isWordLike }) => isWordLike).length, characters };
}

/** The line below the text: how long it is, and a place (`[data-editor-status]`) for what others have to say. */
export function makeStatus(editor: Editor): HTMLElement {
  const length = text('span', '', 'ge-length');
  const slot = text('span', '', 'ge-saved');
  slot.dataset['editorStatus'] = '';
  slot.setAttribute('role', 'status');
  let isWaiting = false;
  let counted: unknown;
  const show = (): void => {
    isWaiting = false;
    if (counted === editor.state.doc) return;
    counted = editor.state.doc;
    const { words, characters } = countText(editor.state.doc.textBetween(0, editor.state.doc.content.size, '\n', ' '));
    length.textContent = `${t('{count} words', { count: words }, { one: '{count} word' })} · ${t('{count} characters', { count: characters }, { one: '{count} character' })}`;
  };
  editor.on('update', () => {
    if (!isWaiting) window.setTimeout(show, WAIT_MS);
    isWaiting = true;
  });
  show();
  return box('ge-status', length, slot);
}
