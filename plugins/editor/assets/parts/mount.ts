import { Editor } from '@tiptap/core';
import { Selection } from '@tiptap/pm/state';
import { t } from 'galley/client';
import { kinds } from '../blocks/index.ts';
import { keepNotes } from '../model/footnotes.ts';
import { Reader } from '../model/reader.ts';
import { useKinds } from '../model/settings.ts';
import { Sources } from '../model/sources.ts';
import { Writer } from '../model/writer.ts';
import { askBeforePublishing, Checks } from '../tools/checks-tab.ts';
import { makeFindBar } from '../tools/find-bar.ts';
import { emptyLine } from './beside.ts';
import { shareBlocks } from './block-events.ts';
import { editorData } from './catalog.ts';
import { makeClassicBar } from './classic-bar.ts';
import { keepCursor, returnCursor } from './cursor-keeper.ts';
import { box } from './elements.ts';
import { extensions } from './extensions.ts';
import { watchField } from './field.ts';
import { LOADED } from './footnote-keeper.ts';
import { makeHtmlSwitch } from './html-view.ts';
import { editLink } from './link.ts';
import { makePanel } from './panel.ts';
import { keepSession, type Session } from './session.ts';
import { makeStatus } from './status.ts';
import { readText } from './text.ts';
import { makeToolbar } from './toolbar.ts';

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
  const started = performance.now();
  useKinds(kinds);
  const page = box('ge-page');
  const editor = new Editor({
    element: null,
    // Given as an object: Tiptap would read a string as HTML, which the page's policy forbids.
    content: { type: 'doc', content: [{ type: 'paragraph' }] },
    injectCSS: false,
    extensions: extensions(),
    enablePasteRules: false,
    enableCoreExtensions: { keymap: false, delete: false, textDirection: false },
    editorProps: {
      // The line that one writes in does not hide under the bars above and below.
      scrollMargin: { top: 130, bottom: 110, left: 5, right: 5 },
      scrollThreshold: { top: 120, bottom: 100, left: 0, right: 0 },
      attributes: { role: 'textbox', 'aria-multiline': 'true', 'aria-label': t('Text'), class: 'ge-text' },
    },
  });
  startSession(editor);
  keepNotes(editorData().footnotes);
  const content = readText(editor, field.value);
  const { tr } = editor.state;
  tr.replaceWith(0, tr.doc.content.size, content).setMeta('addToHistory', false).setMeta(LOADED, true);
  editor.view.dispatch(tr.setSelection(Selection.atStart(tr.doc)));
  editor.mount(page);
  field.hidden = true;
  field.closest('.field')?.classList.add('has-editor');
  const handle = watchField(editor, field);
  const toolbar = makeToolbar(editor, { showHtml: makeHtmlSwitch(field, page, handle) });
  const findBar = makeFindBar(editor);
  const frame = box('ge', toolbar, findBar.element, makeClassicBar(editor), page, makeStatus(editor));
  field.after(frame);
  // The field shows inside the frame when the text is seen as HTML.
  page.before(field);
  const side = field.form?.querySelector<HTMLElement>('.entry-side');
  const checks = new Checks(editor, field.form);
  if (side) makePanel(editor, side, checks);
  if (field.form) {
    askBeforePublishing(field.form, checks);
    shareBlocks(editor, field.form);
    keepCursor(editor, field.form);
  }
  addFormKeys(editor, { toolbar, page, find: findBar.open });
  returnCursor(editor);
  performance.measure('galley:editor-open', { start: started });
  return editor;
}

interface FormParts {
  toolbar: HTMLElement;
  page: HTMLElement;
  find(): void;
}

/** Alt+F10 goes to the tools, as in other editors; Ctrl+F finds in the text. */
function addFormKeys(editor: Editor, { toolbar, page, find }: FormParts): void {
  page.addEventListener('keydown', (event) => {
    const isModified = event.ctrlKey || event.metaKey;
    if (event.altKey && event.key === 'F10') toolbar.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    else if (isModified && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') editLink(editor);
    else if (isModified && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'f') find();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // Below the last block: a place to go on writing.
  page.addEventListener('click', (event) => {
    if (event.target !== page) return;
    const { doc, tr } = editor.state;
    const isFree = doc.lastChild?.type.name === 'paragraph' && doc.lastChild.content.size === 0;
    if (!isFree) tr.insert(doc.content.size, emptyLine(editor.schema, doc));
    editor.view.dispatch(tr.setSelection(Selection.atEnd(tr.doc)));
    editor.view.focus();
  });
}
