// The form is sent and comes back as a new page: whoever was writing goes on where he was.
import type { Editor } from '@tiptap/core';
import { TextSelection } from '@tiptap/pm/state';

const KEY = 'galley-cursor';
/** A page that comes later than this is no answer to what was sent. */
const LIFE_MS = 60_000;

interface Cursor {
  path: string;
  at: number;
  anchor: number;
  head: number;
}

/** Keeps where the cursor is while the form is sent. */
export function keepCursor(editor: Editor, form: HTMLFormElement): void {
  form.addEventListener('submit', () => {
    if (!editor.view.hasFocus()) return;
    const { anchor, head } = editor.state.selection;
    const cursor: Cursor = { path: location.pathname, at: Date.now(), anchor, head };
    sessionStorage.setItem(KEY, JSON.stringify(cursor));
  });
}

/** What was new has an address of its own now. */
function isOfThis({ path, at }: Cursor): boolean {
  const { pathname } = location;
  const isSame = pathname === path || (path.endsWith('/new') && pathname.startsWith(path.slice(0, -'new'.length)));
  return isSame && Date.now() - at < LIFE_MS;
}

/** Puts the cursor where it was when the form was sent. What has to be put right, or asked, comes first. */
export function returnCursor(editor: Editor): void {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (!kept || document.querySelector('[data-focus], dialog[open]')) return;
  const cursor: Cursor = JSON.parse(kept);
  if (!isOfThis(cursor)) return;
  const { doc, tr } = editor.state;
  const within = (position: number): number => Math.min(Math.max(position, 0), doc.content.size);
  const selection = TextSelection.between(doc.resolve(within(cursor.anchor)), doc.resolve(within(cursor.head)));
  editor.view.focus();
  editor.view.dispatch(tr.setSelection(selection).scrollIntoView());
}
