import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { type Entry, loadPermalinks, plainText, type Site, STATUSES, SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';
import { dumpOf, emptySite } from './fixtures/snapshot.ts';
import type { ImportReport } from './import-report.ts';
import { oldAddress } from './old-address.ts';
import { readWxr } from './wxr-reader.ts';
import type { WxrItem } from './wxr-records.ts';

const SAMPLES = join(import.meta.dirname, '../../../shared/data/wxr');
const noSamples = existsSync(SAMPLES) ? false : 'the sample data (../shared/data/wxr) is not there';
const FOLDERS = [join(import.meta.dirname, 'fixtures/plugins')];
const PLUGINS = ['posts', 'blocks', 'users', 'comments', 'menus', 'import-files', 'importer'];

/** What the file holds, counted by looking at its records and at nothing of the import. */
interface Expected {
  items: Record<string, number>;
  terms: Record<string, number>;
  comments: number;
  answers: number;
  menus: Record<string, number>;
  published: WxrItem[];
}

async function expectationsOf(file: string): Promise<Expected> {
  const expected: Expected = { items: {}, terms: {}, comments: 0, answers: 0, menus: {}, published: [] };
  const slugs = new Map<string, Set<string>>();
  const add = (taxonomy: string, slug: string): void => {
    slugs.set(taxonomy, (slugs.get(taxonomy) ?? new Set()).add(slug));
  };
  for await (const record of readWxr(file)) {
    if (record.kind === 'term') add(record.taxonomy, record.slug);
    if (record.kind !== 'item' || record.type.startsWith('wp_')) continue;
    // A post scheduled for a day that has passed since is published.
    const key = `${record.type} ${record.status === 'future' && record.dateGmt < '2026' ? 'publish' : record.status}`;
    expected.items[key] = (expected.items[key] ?? 0) + 1;
    expected.comments += record.comments.length;
    expected.answers += record.comments.filter((comment) => comment.parent > 0).length;
    for (const term of record.terms) {
      add(term.taxonomy, term.slug);
      if (term.taxonomy === 'nav_menu') expected.menus[term.slug] = (expected.menus[term.slug] ?? 0) + 1;
    }
    if (record.status === 'publish' && ['post', 'page'].includes(record.type)) expected.published.push(record);
  }
  for (const taxonomy of ['category', 'post_tag', 'nav_menu', 'post_format'])
    expected.terms[taxonomy] = slugs.get(taxonomy)?.size ?? 0;
  return expected;
}

async function rowsOf<T>(site: Site, table: string): Promise<T[]> {
  return (await site.database.read(table).select('*').orderBy('id')) as T[];
}

const tally = (keys: string[]): Record<string, number> => {
  const result: Record<string, number> = {};
  for (const key of keys) result[key] = (result[key] ?? 0) + 1;
  return result;
};

for (const name of ['themeunittestdata.wordpress.xml', '64-block-test-data.xml']) {
  describe(name, { skip: noSamples }, () => {
    forEachSite({ plugins: PLUGINS, pluginFolders: FOLDERS }, (suite) => {
      const file = join(SAMPLES, name);
      const site = (): Site => suite.current.site;
      let expected: Expected;
      let report: ImportReport;

      before(async () => {
        await emptySite(site());
        expected = await expectationsOf(file);
        report = await site().services.use('importer').run(file, {}, { viewer: SYSTEM });
      });

      test('everything in it comes in', async () => {
        assert.equal(report.total('failed'), 0, JSON.stringify(report.notes));
        const entries = await rowsOf<{ type: string; status: string }>(site(), 'entries');
        assert.deepEqual(tally(entries.map((row) => `${row.type} ${row.status}`)), expected.items);
        const terms = tally((await rowsOf<{ taxonomy: string }>(site(), 'terms')).map((row) => row.taxonomy));
        for (const [taxonomy, count] of Object.entries(expected.terms))
          assert.equal(terms[taxonomy] ?? 0, count, taxonomy);
      });

      test('comments keep their threads', async () => {
        const comments = await rowsOf<{ parent_id: number | null; entry_id: number; id: number }>(site(), 'comments');
        assert.equal(comments.length, expected.comments);
        const answers = comments.filter((row) => row.parent_id !== null);
        assert.equal(answers.length, expected.answers);
        for (const answer of answers) {
          const parent = comments.find((row) => row.id === answer.parent_id);
          assert.equal(parent?.entry_id, answer.entry_id);
        }
      });

      test('menus have all of their items', async () => {
        for (const [slug, count] of Object.entries(expected.menus)) {
          const menu = await site().terms.bySlug('nav_menu', slug);
          const { items } = await site().entries.find(
            { type: 'nav_menu_item', term: { taxonomy: 'nav_menu', ids: [menu?.id ?? 0] }, limit: 100 },
            SYSTEM,
          );
          assert.equal(items.length, count, slug);
          const below = items.filter((item) => item.parentId !== null);
          assert.ok(
            below.every((item) => items.some((other) => other.id === item.parentId)),
            `${slug} holds its tree`,
          );
        }
      });

      test('every published page answers, with its title', async () => {
        const links = await loadPermalinks(site());
        const { items } = await site().entries.find({ type: ['post', 'page', 'attachment'], limit: 1000 });
        assert.ok(items.length >= expected.published.length);
        for (const entry of items) {
          const url = links.entry(entry);
          const { statusCode, body } = await suite.current.inject({ url });
          assert.equal(statusCode, 200, url);
          assert.ok(hasTitle(body, entry), `${url} has the title ${entry.title}`);
          assert.doesNotMatch(body, /GALLEY_|\[object Object\]|undefined</, url);
        }
      });

      test('every old address leads to its entry', async () => {
        const { inject } = suite.current;
        for (const item of expected.published) {
          const address = oldAddress(item.link) ?? '/';
          const { statusCode, headers, body } = await inject({
            url: encodeURI(address.startsWith('/?') ? address : `${address}/`),
          });
          const target = statusCode === 301 ? await inject({ url: String(headers['location']) }) : undefined;
          const status = target?.statusCode ?? statusCode;
          assert.equal(status, 200, `${item.link} → ${String(headers['location'])}`);
          // The front page of the old site was a list, and two pages had the same address there.
          if (address !== '/') assert.ok(hasTitle(target?.body ?? body, item), item.link);
        }
      });

      test('no address of the old site is left in texts, but those of files that have not come', async () => {
        const { items } = await site().entries.find(
          { type: site().types.names(), status: STATUSES, limit: 1000 },
          SYSTEM,
        );
        for (const { content, excerpt } of items)
          assert.doesNotMatch(content + excerpt, /https?:(?:\\?\/){2}wpthemetestdata\.wordpress\.com(?!\/wp-)/);
      });

      test('a second run changes nothing at all', async () => {
        const first = await dumpOf(site());
        const again = await site().services.use('importer').run(file, {}, { viewer: SYSTEM });
        assert.equal(again.total('imported') + again.total('failed'), 0);
        assert.deepEqual(await dumpOf(site()), first);
      });
    });
  });
}

const collapse = (text: string): string => plainText(text).replace(/\s+/g, ' ').trim();

/** Whether the page names the entry, in its heading or in the title of the document. */
function hasTitle(html: string, entry: Pick<Entry, 'title'>): boolean {
  const title = collapse(entry.title);
  if (title === '') return true;
  return [...html.matchAll(/<(title|h1)\b[^>]*>([\s\S]*?)<\/\1>/g)].some((match) =>
    collapse(match[2] ?? '').includes(title),
  );
}
