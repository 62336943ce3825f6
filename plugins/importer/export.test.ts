import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Site, STATUSES, SYSTEM } from 'galley';
import { startTestSite } from 'galley/testing';
import { createDatabase } from '../../test/support/mariadb.ts';
import { forEachSite } from '../../test/support/sites.ts';
import type { ExportOptions } from './exporter.ts';
import { dumpOf, emptySite, type Snapshot, snapshotOf } from './fixtures/snapshot.ts';
import { surveyWxr } from './survey.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures/small.xml');
const SAMPLES = join(import.meta.dirname, '../../../shared/data/wxr');
const FOLDERS = [join(import.meta.dirname, 'fixtures/plugins')];
const PLUGINS = ['posts', 'blocks', 'users', 'comments', 'menus', 'import-files', 'importer'];
const OPTIONS = { plugins: PLUGINS, pluginFolders: FOLDERS, config: { http: { url: 'https://press.example.org' } } };

const TRICKY = `<!-- wp:paragraph -->
<p>Ends ]]> a section, has <a href="/about/">a path</a>, \u{1F5A8} and two  blanks. </p>
<!-- /wp:paragraph -->

<!-- wp:code -->
<pre class="wp-block-code"><code>&lt;![CDATA[ x ]]&gt;</code></pre>
<!-- /wp:code -->
`;

async function exportTo(site: Site, file: string, options: Partial<ExportOptions> = {}): Promise<string> {
  let text = '';
  for await (const piece of site.services.use('importer').export({ viewer: SYSTEM, ...options })) text += piece;
  writeFileSync(file, text);
  return text;
}

function assertEqualSites(actual: Snapshot, expected: Snapshot): void {
  const nameOf = (row: Record<string, unknown>): string => `${row['type']} ${row['path'] ?? row['slug']}`;
  assert.deepEqual(actual.entries.map(nameOf), expected.entries.map(nameOf));
  for (const [index, row] of expected.entries.entries()) assert.deepEqual(actual.entries[index], row);
  assert.deepEqual(actual.terms, expected.terms);
  assert.deepEqual(actual.users, expected.users);
  assert.deepEqual(actual.menus, expected.menus);
}

forEachSite(OPTIONS, (suite) => {
  let folder: string;
  const site = (): Site => suite.current.site;

  /** Imports a file into an empty site on the same kind of store. */
  async function importedElsewhere<T>(file: string, look: (site: Site) => Promise<T>): Promise<T> {
    const database = suite.kind === 'mysql' ? await createDatabase() : undefined;
    const other = await startTestSite({ ...OPTIONS, ...(database ? { database: database.url } : {}) });
    try {
      await emptySite(other.site);
      const report = await other.site.services.use('importer').run(file, { fetch: false }, { viewer: SYSTEM });
      assert.equal(report.total('failed'), 0, JSON.stringify(report.notes));
      return await look(other.site);
    } finally {
      await other.stop();
      await database?.drop();
    }
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'galley-export-'));
    await emptySite(site());
    const importer = site().services.use('importer');
    await importer.run(FIXTURE, {}, { viewer: SYSTEM });
    const ada = await site().users.findByLogin('ada');
    const base = { viewer: SYSTEM };
    await site().users.update(ada?.id ?? 0, { bio: 'Sets type.', url: 'https://ada.example.org' }, { by: SYSTEM });
    await site().entries.save(
      {
        type: 'post',
        status: 'publish',
        title: 'Tricky',
        content: TRICKY,
        authorId: ada?.id ?? null,
        meta: { odd: ['a\r\nb', ']]>'] },
        unpublishAt: Date.UTC(2040, 0, 1),
        unpublishTo: 'private',
      },
      base,
    );
    await site().entries.save(
      {
        type: 'book',
        status: 'publish',
        title: 'A book',
        fields: { pages: 96, isbn: '978-3' },
        meta: { isbn: 'of its own' },
        locale: 'de',
        authorId: ada?.id ?? null,
      },
      base,
    );
    const main = await site().terms.bySlug('nav_menu', 'main-menu');
    await site().entries.save(
      {
        type: 'nav_menu_item',
        status: 'publish',
        title: '',
        order: 90,
        fields: { kind: 'post_type_archive', object: 'book', url: '', target: '', rel: '', classes: '' },
        terms: { nav_menu: [main?.id ?? 0] },
      },
      base,
    );
    const tricky = await site().entries.findOne({ type: 'post', slug: 'tricky' }, SYSTEM);
    await site()
      .services.use('comments')
      .add(
        {
          entryId: tricky?.id ?? 0,
          content: 'Now\nhere\n\nthere.',
          authorName: 'Nina & co',
          authorEmail: 'nina@example.org',
        },
        { viewer: SYSTEM, agent: 'test' },
      );
    const future = Date.now() + 86_400_000;
    await site().entries.save(
      { type: 'post', status: 'future', title: 'Tomorrow', publishedAt: future, authorId: ada?.id ?? null },
      base,
    );
    const prints = await site().terms.bySlug('category', 'prints');
    await site().terms.save({ id: prints?.id ?? 0, position: 4 }, base);
    for (const name of existsSync(SAMPLES) ? ['themeunittestdata.wordpress.xml', '64-block-test-data.xml'] : [])
      await importer.run(join(SAMPLES, name), {}, { viewer: SYSTEM });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('what describes a picture is written once, where WordPress looks for it', async () => {
    const press = await site().entries.findOne({ type: 'attachment', slug: 'press' }, SYSTEM);
    await site().entries.save({ id: press?.id ?? 0, fields: { alt: 'A press of iron' } }, { viewer: SYSTEM });
    const text = await exportTo(site(), join(folder, 'described.xml'));
    assert.match(text, /_wp_attachment_image_alt\]\]><\/wp:meta_key>\s*<wp:meta_value><!\[CDATA\[A press of iron\]\]>/);
    assert.equal(text.split('A press of iron').length, 2);
  });

  test('an export that is imported into an empty site gives an equal site', async () => {
    const file = join(folder, 'all.xml');
    await exportTo(site(), file);
    const expected = await snapshotOf(site());
    await importedElsewhere(file, async (other) => {
      assertEqualSites(await snapshotOf(other), expected);
      const uuids = async (one: Site): Promise<unknown[]> =>
        (await one.database.read('entries').select('uuid').orderBy('uuid')).map(
          (row) => (row as { uuid: string }).uuid,
        );
      assert.deepEqual(await uuids(other), await uuids(site()));
      const again = join(folder, 'again.xml');
      await exportTo(other, again);
      const [first, second] = await Promise.all([surveyWxr(file), surveyWxr(again)]);
      assert.deepEqual({ ...second, site: null }, { ...first, site: null });
    });
  });

  test('its own export changes nothing on the site that wrote it', async () => {
    const file = join(folder, 'own.xml');
    await exportTo(site(), file);
    const { import_items: _, ...first } = await dumpOf(site());
    const report = await site().services.use('importer').run(file, {}, { viewer: SYSTEM });
    assert.equal(report.total('imported'), 0);
    const { import_items: __, ...second } = await dumpOf(site());
    assert.deepEqual(second, first);
  });

  test('it is WordPress’s format: absolute links, numbers, meta that WordPress knows', async () => {
    const text = await exportTo(site(), join(folder, 'format.xml'));
    const item = text.split('<item>').find((part) => part.includes('[CDATA[Tricky]]')) ?? '';
    assert.match(item, /<a href="https:\/\/press\.example\.org\/about\/">a path<\/a>/);
    assert.match(item, /<link>https:\/\/press\.example\.org\/\d{4}\/\d{2}\/tricky\/<\/link>/);
    assert.match(item, /Ends \]\]\]\]><!\[CDATA\[> a section/);
    const room = text.split('<item>').find((part) => part.includes('[CDATA[Room]]')) ?? '';
    assert.match(room, /_menu_item_type\]\]><\/wp:meta_key>\n<wp:meta_value><!\[CDATA\[post_type\]\]>/);
    assert.match(room, /a:2:\{i:0;s:4:"wide";i:1;s:7:"größe";\}/);
    assert.match(text, /<wp:category_parent><!\[CDATA\[prints\]\]>/);
    assert.ok(
      text.indexOf('[CDATA[prints]]></wp:category_nicename>') <
        text.indexOf('[CDATA[woodcuts]]></wp:category_nicename>'),
    );
    assert.doesNotMatch(text, /auto-draft/);
    assert.match(text, /<\/channel>\n<\/rss>\n$/);
  });

  test('it is written as WordPress and its importer keep it', async () => {
    const quoted = await site().terms.save({ taxonomy: 'post_tag', name: 'A "b" & c' }, { viewer: SYSTEM });
    const text = await exportTo(site(), join(folder, 'kept.xml'));
    await site().terms.remove(quoted.id, { viewer: SYSTEM });
    assert.match(
      text,
      /^<wp:author><wp:author_id>.*<\/wp:author>$/m,
      'an author in a line: one of its readers wants it',
    );
    assert.match(text, /<wp:comment_content><!\[CDATA\[Now\nhere\n\nthere\.\]\]>/, 'no paragraphs as HTML');
    assert.match(text, /<wp:tag_name><!\[CDATA\[A "b" &amp; c\]\]>/);
    const list = text.split('<item>').find((part) => part.includes('[CDATA[Books]]')) ?? '';
    assert.match(list, /_menu_item_type\]\]><\/wp:meta_key>\n<wp:meta_value><!\[CDATA\[custom\]\]>/);
    assert.match(
      list,
      /<!\[CDATA\[https:\/\/press\.example\.org\/books\/\]\]>/,
      'its importer leaves out lists of types',
    );
    const book = text.split('<item>').find((part) => part.includes('[CDATA[A book]]')) ?? '';
    assert.match(book, /<wp:meta_key><!\[CDATA\[pages\]\]><\/wp:meta_key>\n<wp:meta_value><!\[CDATA\[96\]\]>/);
    assert.equal(book.split('CDATA[isbn]').length, 2, 'meta of its own is not written over');
  });

  test('only part of a site is written when asked', async () => {
    const count = async (options: Partial<ExportOptions>): Promise<Record<string, number>> => {
      const file = join(folder, 'part.xml');
      await exportTo(site(), file, options);
      const { items } = await surveyWxr(file);
      return Object.fromEntries(items.map((row) => [`${row.type} ${row.status}`, row.count]));
    };
    assert.deepEqual(await count({ types: ['book'] }), { 'book publish': 1 });
    assert.deepEqual(Object.keys(await count({ types: ['post'], statuses: ['private'] })), ['post private']);
    const grace = await site().users.findByLogin('grace');
    assert.deepEqual(await count({ author: grace?.id ?? 0 }), { 'attachment inherit': 2, 'post publish': 1 });
    const since = Date.UTC(2025, 0, 1);
    assert.deepEqual(await count({ types: ['post', 'book'], statuses: ['publish'], since }), {
      'post publish': 1,
      'book publish': 1,
    });
    assert.ok((await site().entries.find({ type: 'post', status: STATUSES, limit: 3 }, SYSTEM)).items.length === 3);
  });

  test('it stops when asked', async () => {
    const controller = new AbortController();
    const stopped = exportTo(site(), join(folder, 'stopped.xml'), {
      signal: controller.signal,
      progress: (done) => done === 2 && controller.abort(),
    });
    await assert.rejects(stopped, { name: 'AbortError' });
  });
});
