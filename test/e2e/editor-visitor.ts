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

/** Presses End, and waits until the editor knows: the browser tells of a new selection a moment after the key. */
export async function pressEnd(page: Page): Promise<void> {
  await page.keyboard.press('End');
  await page.waitForFunction(() => {
    const { $from } = window.editorHandle?.editor.state.selection ?? {};
    return $from !== undefined && $from.parentOffset === $from.parent.content.size;
  });
}
