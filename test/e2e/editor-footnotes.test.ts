// Footnotes as a writer makes them, and as readers see them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, startAdminSite } from './admin-visitor.ts';
import { editorText, openEntry, pressEnd, pressKeys } from './editor-visitor.ts';
import type { WatchedPage } from './visitor.ts';

const mark = (id: string, number: number): string =>
  `<sup data-fn="${id}" class="fn"><a href="#${id}" id="${id}-link">${number}</a></sup>`;
const paragraph = (html: string): string => `<!-- wp:paragraph -->\n<p>${html}</p>\n<!-- /wp:paragraph -->`;
const LIST = '<!-- wp:footnotes /-->';

describe('footnotes', { skip: chromiumMissing() }, () => {
  let ada: AdminSite;
  let watched: WatchedPage;
  let page: Page;

  before(async () => {
    ada = await startAdminSite();
    watched = await ada.enter({ viewport: { width: 1280, height: 900 } });
    page = watched.page;
  });
  after(async () => {
    assert.deepEqual(watched?.complaints, []);
    await ada?.stop();
  });

  const edit = async (content: string, footnotes?: string): Promise<number> => {
    const { site } = ada.current;
    const draft = { type: 'post', status: 'publish', title: 'A text', content } as const;
    const { id } = await site.entries.save(draft, { viewer: SYSTEM });
    if (footnotes !== undefined) await site.meta.set('entry', id, 'footnotes', [footnotes]);
    await openEntry(watched, id);
    return id;
  };
  const idsIn = (text: string): string[] => [...text.matchAll(/data-fn="([^"]+)"/g)].map((match) => match[1] ?? '');
  const noteOf = async (id: number): Promise<string | undefined> =>
    (await ada.current.site.meta.of('entry', [id], ['footnotes'])).get(id)?.['footnotes']?.[0];
  const save = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Update' }).click();
    await page.getByText('Saved. Visitors see it now.').waitFor();
  };

  test('are made by keyboard, numbered in the order of their marks, saved, and seen by readers', async () => {
    const id = await edit(`${paragraph('First line')}\n\n${paragraph('Second line')}`);
    await page.locator('.ge-text > p').last().click();
    await pressEnd(page);
    await page.keyboard.press('Control+Alt+f');
    await page.keyboard.type('Of the second');
    await page.keyboard.press('Enter');
    await page.keyboard.type(', on');
    await page.locator('.ge-text > p').first().click();
    await pressEnd(page);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Footnote' }).click();
    await page.keyboard.type('Of the first');
    const text = await editorText(page);
    const [one = '', two = ''] = idsIn(text);
    assert.equal(
      text,
      `${paragraph(`First line${mark(one, 1)}`)}\n\n${paragraph(`Second line${mark(two, 2)}, on`)}\n\n${LIST}`,
    );
    assert.deepEqual(await page.locator('.ge-footnotes .ge-note-text').allTextContents(), [
      'Of the first',
      'Of the second',
    ]);
    await page.locator('.ge-footnotes').getByRole('button', { name: 'Back to the text' }).last().click();
    await page.keyboard.type('!');
    await page.locator('.ge-mark').first().click();
    await page.keyboard.type('.');
    await save();
    assert.equal(
      await noteOf(id),
      JSON.stringify([
        { content: 'Of the first.', id: one },
        { content: 'Of the second', id: two },
      ]),
    );
    assert.match((await ada.current.site.entries.need(id, SYSTEM)).content, /<\/sup>!, on/);
    const reader = await ada.visitor.visit();
    await reader.open(`/?p=${id}`);
    assert.equal(await reader.page.locator(`li[id="${one}"]`).textContent(), 'Of the first. ↩︎');
    await reader.page.locator(`sup[data-fn="${two}"] a`).click();
    assert.equal(await reader.page.locator('li:target').textContent(), 'Of the second ↩︎');
    assert.deepEqual(reader.complaints, []);
    await reader.close();
  });

  test('what is opened and saved keeps every byte of the text and of the notes', async () => {
    const content = `${paragraph(`One${mark('b-2', 7)} two${mark('a-1', 9)}`)}\n\n<!-- wp:footnotes {"className":"x"} /-->\n`;
    const notes = '[ {"id":"a-1", "content":"A <em>b</em>&nbsp;c"}, {"id":"gone","content":"<div>kept</div>"} ]';
    const id = await edit(content, notes);
    assert.equal(await editorText(page), content);
    await page.locator('#f-title').fill('Another title');
    await save();
    assert.equal((await ada.current.site.entries.need(id, SYSTEM)).content, content);
    assert.equal(await noteOf(id), notes);
  });

  test('a mark that is deleted takes its note along, undo brings both back, and the last one takes the list', async () => {
    const content = `${paragraph(`One${mark('a-1', 1)} two${mark('b-2', 2)}`)}\n\n${LIST}`;
    await edit(
      content,
      JSON.stringify([
        { content: 'A', id: 'a-1' },
        { content: 'B', id: 'b-2' },
      ]),
    );
    const notes = page.locator('.ge-footnotes .ge-note-text');
    assert.deepEqual(await notes.allTextContents(), ['A', 'B']);
    await page.locator('.ge-text > p').first().click();
    await pressKeys(page, 'Home', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Delete');
    assert.equal(await editorText(page), `${paragraph(`One two${mark('b-2', 1)}`)}\n\n${LIST}`);
    assert.deepEqual(await notes.allTextContents(), ['B']);
    await pressKeys(page, 'End', 'Backspace');
    assert.equal(await editorText(page), paragraph('One two'));
    for (let count = 0; count < 4 && (await notes.count()) < 2; count++) await page.keyboard.press('Control+z');
    assert.equal(await editorText(page), content);
    assert.deepEqual(await notes.allTextContents(), ['A', 'B']);
  });
});
