import type { Editor } from '@tiptap/core';
import { t } from 'galley/client';
import { convertClassic, hasClassic } from './convert.ts';
import { box, button, text } from './elements.ts';

/** The line above a text that has no blocks yet: says that it stays as it is, and offers to make blocks of it. */
export function makeClassicBar(editor: Editor): HTMLElement {
  const label = t('Convert to blocks');
  const convert = button({
    title: label,
    label,
    className: 'btn btn-secondary btn-sm',
    press: () => void convertClassic(editor),
  });
  const all = t('This text is older than blocks. You can write on in it: what you do not change stays as it is.');
  const some = t('Parts of this text are older than blocks. What you do not change stays as it is.');
  const words = text('p', all);
  const bar = box('ge-classic', words, convert);
  let shown: unknown;
  const show = (): void => {
    if (shown === editor.state.doc) return;
    shown = editor.state.doc;
    const { children } = editor.state.doc;
    bar.hidden = !hasClassic(editor.state.doc);
    words.textContent = children.every((node) => node.attrs['block'] === null) ? all : some;
  };
  editor.on('transaction', show);
  show();
  return bar;
}
