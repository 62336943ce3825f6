// The block editor in the page of a test.
import type { Editor } from '@tiptap/core';
import type { Page } from 'playwright-core';
import type { WatchedPage } from './visitor.ts';

/** What the form's event brings along, as far as the tests use it. */
interface Handle {
  text(): string;
  setText(text: string): void;
  editor: Editor;
}

declare global {
  interface Window {
    editorHandle?: Handle;
  }
}

/** A script that keeps the handle where a test finds it. */
export const KEEP_HANDLE = `document.addEventListener('galley:editor-ready', (event) => {
  window.editorHandle = event.detail;
}, true);`;

const prepared = new WeakSet<Page>();

/** Opens an entry, and waits until the editor is there. */
export async function openEntry(watched: WatchedPage, id: number, type = 'post'): Promise<void> {
  const { page } = watched;
  if (!prepared.has(page)) await page.addInitScript(KEEP_HANDLE);
  prepared.add(page);
  await watched.open(`/admin/content/${type}/${id}`);
  await page.waitForFunction(() => window.editorHandle !== undefined);
}

/** The text as it would be saved. */
export const editorText = (page: Page): Promise<string> =>
  page.evaluate(() => window.editorHandle?.text() ?? 'no editor');

/** Puts another text into the editor. */
export const setEditorText = (page: Page, text: string): Promise<void> =>
  page.evaluate((words) => window.editorHandle?.setText(words), text);

/** What ProseMirror knows of the page, of which its types are silent. */
interface Observing {
  domSelectionRange(): object;
  domObserver: { currentSelection: { eq(range: object): boolean } };
}

/** The editor looks 20 ms after it got the focus whether the page still selects what it does: timers fire in order. */
const SETTLED_MS = 50;

/** Waits until the editor knows what is selected: the browser tells of it a moment after the key or the click. */
async function selectionKnown(page: Page): Promise<void> {
  await page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), SETTLED_MS);
  await page.waitForFunction(() => {
    const view = window.editorHandle?.editor.view;
    if (!view) return false;
    const { domObserver, domSelectionRange } = view as unknown as Observing;
    return !view.hasFocus() || domObserver.currentSelection.eq(domSelectionRange.call(view));
  });
}

/** Puts the focus into the text. */
export async function focusText(page: Page): Promise<void> {
  await page.locator('.ge-text').focus();
  await selectionKnown(page);
}

/** Presses keys that move the cursor or select, and waits after each until the editor knows. */
export async function pressKeys(page: Page, ...keys: readonly string[]): Promise<void> {
  await selectionKnown(page);
  for (const key of keys) {
    await page.keyboard.press(key);
    await selectionKnown(page);
  }
}

/** Presses End, and waits until the editor knows. */
export const pressEnd = (page: Page): Promise<void> => pressKeys(page, 'End');
