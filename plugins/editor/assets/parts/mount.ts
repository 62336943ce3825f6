import { Editor } from '@tiptap/core';
import { t } from 'galley/client';
import { kinds } from '../blocks/index.ts';
import { Reader } from '../model/reader.ts';
import { useKinds } from '../model/settings.ts';
import { Sources } from '../model/sources.ts';
import { renameAttributes } from '../model/tag.ts';
import { Writer } from '../model/writer.ts';
import { extensions } from './extensions.ts';
import { watchField } from './field.ts';
import { keepSession, type Session } from './session.ts';
import { readText } from './text.ts';

function startSession(editor: Editor): Session {
  const sources = new Sources();
  const session: Session = {
    reader: new Reader(editor.schema, sources, kinds),
    writer: new Writer(sources, kinds),
    kinds,
  };
  keepSession(editor.schema, session);
  return session;
}

/** Makes the editor of a field, and hides the field. */
export function mountEditor(field: HTMLTextAreaElement): Editor {
  useKinds(kinds);
  const frame = document.createElement('div');
  frame.className = 'ge';
  const page = document.createElement('div');
  page.className = 'ge-page';
  frame.append(page);
  const editor = new Editor({
    element: null,
    // Given as an object: Tiptap would read a string as HTML, which the page's policy forbids.
    content: { type: 'doc', content: [{ type: 'paragraph' }] },
    injectCSS: false,
    extensions: extensions(),
    enablePasteRules: false,
    enableCoreExtensions: { keymap: false, delete: false, textDirection: false },
    editorProps: {
      transformPastedHTML: (html) => renameAttributes(html, 'style', 'data-style'),
      attributes: { role: 'textbox', 'aria-multiline': 'true', 'aria-label': t('Text'), class: 'ge-text' },
    },
  });
  startSession(editor);
  const content = readText(editor, field.value);
  const { tr } = editor.state;
  tr.replaceWith(0, tr.doc.content.size, content).setMeta('addToHistory', false);
  editor.view.dispatch(tr);
  editor.mount(page);
  field.after(frame);
  field.hidden = true;
  field.closest('.field')?.classList.add('has-editor');
  watchField(editor, field);
  return editor;
}
