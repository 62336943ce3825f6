// The block editor as a writer uses it, and whether it changes anything that the writer did not.
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Editor } from '@tiptap/core';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import { startTestSite, TEST_PASSWORD, type TestSite } from '../../core/testing.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { startVisitor, type Visitor, type WatchedPage } from './visitor.ts';

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

const KEEP_HANDLE = `document.addEventListener('galley:editor-ready', (event) => {
  window.editorHandle = event.detail;
}, true);`;

const SHARED = ['../shared/data', 'test/fixtures'];
const folderOf = (name: string): string | undefined =>
  SHARED.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));

/** The block fixtures, where the machine has them. */
function fixtures(): [name: string, text: string][] {
  const folder = folderOf('blocks');
  const files = folder ? globSync(`${folder}/*.html`).sort() : [];
  return files.map((file) => [file, readFileSync(file, 'utf8')]);
}

/** The texts of the entries of a WordPress export. */
function textsOf(name: string): [name: string, text: string][] {
  const folder = folderOf('wxr');
  if (!folder || !existsSync(`${folder}/${name}`)) return [];
  const xml = readFileSync(`${folder}/${name}`, 'utf8');
  return [...xml.matchAll(/<content:encoded><!\[CDATA\[([\s\S]*?)\]\]><\/content:encoded>/g)].map((match, index) => [
    `${name} ${index + 1}`,
    (match[1] ?? '').replace(/\r\n?/g, '\n'),
  ]);
}

const EXPORTS = ['themeunittestdata.wordpress.xml', '64-block-test-data.xml'];

describe('the block editor', { skip: chromiumMissing() }, () => {
  let current: TestSite;
  let origin: string;
  let visitor: Visitor;

  before(async () => {
    current = await startTestSite();
    const { site } = current;
    origin = await site.http.listen({ port: 0 });
    visitor = await startVisitor(origin);
    await site.users.create(
      { login: 'ada', name: 'Ada', email: 'ada@example.org', password: TEST_PASSWORD, roles: ['administrator'] },
      SYSTEM,
    );
  });
  after(async () => {
    await visitor?.close();
    await current?.stop();
  });

  /** The editor on a draft with this text. */
  async function openEditor(content: string, options: object = {}): Promise<WatchedPage & { id: number }> {
    const { id } = await current.site.entries.save({ type: 'post', title: 'A text', content }, { viewer: SYSTEM });
    const watched = await visitor.visit({ viewport: { width: 1440, height: 1000 }, ...options });
    await watched.page.addInitScript(KEEP_HANDLE);
    await watched.open('/admin');
    await watched.page.getByLabel('Login or e-mail address').fill('ada');
    await watched.page.getByLabel('Password').fill(TEST_PASSWORD);
    await watched.page.getByRole('button', { name: 'Log in' }).click();
    await watched.page.waitForURL(`${origin}/admin`);
    await watched.open(`/admin/content/post/${id}`);
    await watched.page
      .locator('.ge-text')
      .waitFor({ timeout: 5000 })
      .catch(() => undefined);
    assert.deepEqual(watched.complaints, []);
    return { ...watched, id };
  }

  const textOf = (page: Page): Promise<string> => page.evaluate(() => window.editorHandle?.text() ?? 'no editor');

  test('what is opened and not edited is written byte for byte: all fixtures and all entries of both imports', async (t) => {
    const all = [...fixtures(), ...EXPORTS.flatMap(textsOf)];
    if (all.length === 0) return t.skip('The fixtures are not on this machine.');
    const watched = await openEditor('');
    const wrong = await watched.page.evaluate(
      (texts) =>
        texts.flatMap(([name, text]) => {
          window.editorHandle?.setText(text);
          const written = window.editorHandle?.text();
          return written === text ? [] : [`${name}: ${JSON.stringify(written?.slice(0, 300))}`];
        }),
      all,
    );
    assert.deepEqual(wrong, []);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('one paragraph edited: no byte of another block changes, nor of its own comments', async (t) => {
    const all = [...fixtures(), ...EXPORTS.flatMap(textsOf)];
    if (all.length === 0) return t.skip('The fixtures are not on this machine.');
    const watched = await openEditor('');
    const { wrong, edited } = await watched.page.evaluate((texts) => {
      const bad: string[] = [];
      let count = 0;
      for (const [name, text] of texts) {
        const handle = window.editorHandle;
        handle?.setText(text);
        const { state, view } = handle?.editor ?? {};
        const places: number[] = [];
        state?.doc.descendants((node, position) => {
          const isOwn = node.type.name === 'paragraph' && typeof node.attrs['src'] === 'number';
          if (isOwn) places.push(position + node.nodeSize - 1);
        });
        const place = places[Math.floor(places.length / 2)];
        if (place === undefined || !state || !view || !handle) continue;
        count++;
        view.dispatch(state.tr.insertText(' Added', place));
        const after = handle.text();
        let start = 0;
        while (start < text.length && text[start] === after[start]) start++;
        let end = 0;
        while (end < text.length - start && text.at(-1 - end) === after.at(-1 - end)) end++;
        const [gone, come] = [text.slice(start, text.length - end), after.slice(start, after.length - end)];
        if (gone.includes('<!--') || come.includes('<!--') || !come.includes('Added'))
          bad.push(`${name}: ${JSON.stringify(gone.slice(0, 200))} became ${JSON.stringify(come.slice(0, 200))}`);
      }
      return { wrong: bad, edited: count };
    }, all);
    assert.deepEqual(wrong, []);
    assert.ok(edited > 30, `${edited} texts with paragraphs`);
    await watched.close();
  });

  test('what is typed is saved with the form, and the rest of the text keeps its bytes', async () => {
    const before =
      '<!-- wp:paragraph {"fontSize":"large"} -->\n<p class="has-large-font-size">One</p>\n<!-- /wp:paragraph -->\n\n\n<!-- wp:acme/box {"a":1} -->\n<div  class=x>kept</div>\n<!-- /wp:acme/box -->\n';
    const watched = await openEditor(before);
    const { page, id } = watched;
    await page.locator('.ge-text p').first().click();
    await page.keyboard.press('End');
    await page.keyboard.type(' and two');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Three');
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.getByText('Saved').first().waitFor();
    const saved = await current.site.entries.need(id, SYSTEM);
    assert.equal(
      saved.content,
      '<!-- wp:paragraph {"fontSize":"large"} -->\n<p class="has-large-font-size">One and two</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:paragraph -->\n<p>Three</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:acme/box {"a":1} -->\n<div  class=x>kept</div>\n<!-- /wp:acme/box -->\n',
    );
    assert.equal(await textOf(page), saved.content);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });
});
