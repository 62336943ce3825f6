import type { Editor } from '@tiptap/core';
import { TextSelection } from '@tiptap/pm/state';
import { t } from 'galley/client';
import { button, text } from './elements.ts';

let shown: unknown;

/** The headings of the text, each a button that goes there. */
export function showOutline(editor: Editor, panel: HTMLElement): void {
  if (shown === editor.state.doc) return;
  shown = editor.state.doc;
  const list = document.createElement('ol');
  list.className = 'ge-outline';
  editor.state.doc.descendants((node, position) => {
    if (node.type.name !== 'heading') return !node.isTextblock;
    const level = Number(node.attrs['level']);
    const words = node.textContent.trim() || t('Heading without words');
    const go = button({
      title: words,
      label: words,
      className: 'ge-step',
      press: () => {
        const { tr, doc } = editor.state;
        if (position + 1 > doc.content.size) return;
        editor.view.dispatch(tr.setSelection(TextSelection.near(doc.resolve(position + 1))).scrollIntoView());
        editor.view.focus();
      },
    });
    const item = document.createElement('li');
    item.dataset['level'] = String(level);
    item.append(text('span', `H${level}`, 'ge-level'), go);
    list.append(item);
    return false;
  });
  panel.replaceChildren(
    list.childElementCount > 0 ? list : text('p', t('Headings stand here when the text has some.'), 'ge-note'),
  );
}
