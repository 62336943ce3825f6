// What the admin shows to somebody who reads German: nothing that there is German for is shown in English.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { startTestSite } from '../core/testing.ts';
import { readCatalogue } from '../core/theme/catalogue-file.ts';
import { Browser, linksOf } from './support/browser.ts';

type Node = DefaultTreeAdapterTypes.Node;

const ROOT = join(import.meta.dirname, '..');
const SHOWN = new Set(['aria-label', 'title', 'placeholder', 'alt', 'data-label']);
/** What is not read: scripts and pictures, and what is meant to be typed as it stands. */
const LEFT_OUT = new Set(['script', 'style', 'svg', 'code', 'pre', 'textarea']);
/** The first content of a site is content, in whatever language, and so are the widgets that came with it. */
const CONTENT = new Set(['About', 'Latest', 'Categories', 'Archive']);

/** The English texts that are another in German. */
async function englishTexts(): Promise<Set<string>> {
  const plugins = readdirSync(join(ROOT, 'plugins')).filter((name) => name !== 'posts');
  const folders = ['core/admin', ...plugins.map((name) => `plugins/${name}`)];
  const catalogues = await Promise.all(folders.map((folder) => readCatalogue(join(ROOT, folder), 'de')));
  const pairs = catalogues.flatMap((catalogue) => Object.entries(catalogue));
  const german = new Set(pairs.map(([, message]) => message));
  return new Set(
    pairs.flatMap(([text, message]) =>
      typeof message === 'string' && message !== text && !german.has(text) && /^\p{Lu}|\p{L} /u.test(text)
        ? [text]
        : [],
    ),
  );
}

function textsOf(node: Node): string[] {
  if (node.nodeName === '#text') return [(node as DefaultTreeAdapterTypes.TextNode).value.replace(/\s+/g, ' ').trim()];
  if (LEFT_OUT.has(node.nodeName)) return [];
  const own = 'attrs' in node ? node.attrs.flatMap(({ name, value }) => (SHOWN.has(name) ? [value] : [])) : [];
  return [...own, ...('childNodes' in node ? node.childNodes.flatMap(textsOf) : [])];
}

test('whoever reads German reads no English on the screens of the menu and those that lead on from them', async () => {
  const current = await startTestSite();
  const english = await englishTexts();
  const browser = new Browser(() => current, (await current.loginAs('administrator')).cookie);
  await browser.submit(await browser.get('/admin/appearance'), 'Save', { language: 'de' });
  // One of each kind: rows of a list lead to screens that are the same but for what they are about.
  const kindOf = (url: string): string => url.replace(/[?#].*/, '').replace(/\d+/g, 'N');
  const known = new Set(['/admin']);
  const queue = [...known];
  const wrong: string[] = [];
  for (let url = queue.shift(); url !== undefined; url = queue.shift()) {
    const page = await browser.get(url);
    const found = new Set(textsOf(parse(page.html)).filter((text) => english.has(text) && !CONTENT.has(text)));
    wrong.push(...[...found].map((text) => `${url}: ${text}`));
    for (const { href } of linksOf(page)) {
      const isScreen = href.startsWith('/admin') && !/export|download|preview|\/mail\/|\/plugins\/[a-z]/.test(href);
      if (!isScreen || known.has(kindOf(href))) continue;
      known.add(kindOf(href));
      queue.push(href);
    }
  }
  await current.stop();
  assert.ok(known.size > 60, `${known.size} screens`);
  assert.deepEqual(wrong, []);
});
