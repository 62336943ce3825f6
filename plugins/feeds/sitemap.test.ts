import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';
import { allOf, parseXml } from './test-xml.ts';

const ORIGIN = 'http://localhost';
const PER_FILE = 2000;
const START = Date.UTC(2020, 0, 1);

describe('The sitemap', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'feeds'] }, (suite) => {
    before(async () => {
      const { site } = suite.current;
      for (const { id } of (await site.entries.find({ type: ['post', 'page'], limit: 100 })).items)
        await site.entries.remove(id, { viewer: SYSTEM });
    });

    const fetch = (url: string) => suite.current.inject({ url });
    const read = async (
      url: string,
    ): Promise<{ name: string; locations: string[]; changed: (string | undefined)[] }> => {
      const reply = await fetch(url);
      assert.equal(reply.statusCode, 200, url);
      assert.match(String(reply.headers['content-type']), /^application\/xml/);
      const root = parseXml(reply.body);
      assert.equal(root.attributes['xmlns'], 'http://www.sitemaps.org/schemas/sitemap/0.9');
      const changed = root.children.map((child) => allOf(child, 'lastmod')[0]?.text);
      return { name: root.name, locations: allOf(root, 'loc').map(({ text }) => text), changed };
    };
    const save = (draft: object) =>
      suite.current.site.entries.save({ type: 'post', status: 'publish', ...draft }, { viewer: SYSTEM });
    /** Everything that the sitemap leads to, by following its index. */
    const all = async (): Promise<string[]> => {
      const { locations } = await read('/sitemap.xml');
      const files = await Promise.all(locations.map((file) => read(file.slice(ORIGIN.length))));
      return files.flatMap((file) => file.locations);
    };

    test('of a site without any entry has the front page', async () => {
      const index = await read('/sitemap.xml');
      assert.equal(index.name, 'sitemapindex');
      assert.deepEqual(index.locations, [`${ORIGIN}/sitemap-page-1.xml`]);
      assert.deepEqual(await all(), [`${ORIGIN}/`]);
    });

    test('has what everybody may read, with the time of its last change, and nothing else', async () => {
      const { site } = suite.current;
      const news = await site.terms.save({ taxonomy: 'category', name: 'News' }, { viewer: SYSTEM });
      const unused = await site.terms.save({ taxonomy: 'category', name: 'Unused' }, { viewer: SYSTEM });
      const post = await save({
        title: 'Ünïcode & co',
        slug: 'ünï',
        publishedAt: START,
        terms: { category: [news.id] },
      });
      const page = await save({ type: 'page', title: 'About' });
      const child = await save({ type: 'page', title: 'Team', parentId: page.id });
      await save({ title: 'Locked', password: 'sesame' });
      for (const status of ['private', 'draft', 'pending', 'trash']) await save({ title: `Hidden ${status}`, status });
      await save({ title: 'Hidden future', publishedAt: Date.now() + 3_600_000 });
      const front = site.services.use('front');
      const expected = [
        '/',
        await front.urlOf(post),
        await front.urlOf(page),
        await front.urlOf(child),
        '/category/news/',
      ];
      assert.deepEqual((await all()).toSorted(), expected.map((path) => ORIGIN + path).toSorted());
      for (const location of await all()) assert.equal((await fetch(location.slice(ORIGIN.length))).statusCode, 200);
      const { changed } = await read('/sitemap-post-1.xml');
      assert.deepEqual(changed, [new Date(post.modifiedAt).toISOString()]);
      assert.ok(unused);
    });

    test('follows what is renamed and removed', async () => {
      const { site } = suite.current;
      const page = await save({ type: 'page', title: 'Moving' });
      assert.ok((await all()).includes(`${ORIGIN}/moving/`));
      await site.entries.save({ id: page.id, slug: 'moved' }, { viewer: SYSTEM });
      assert.ok((await all()).includes(`${ORIGIN}/moved/`));
      await site.options.set('page_on_front', page.id);
      await site.options.set('show_on_front', 'page');
      assert.equal((await all()).filter((location) => location === `${ORIGIN}/`).length, 1, 'the front page once');
      await site.options.set('show_on_front', 'posts');
      await site.entries.remove(page.id, { viewer: SYSTEM });
      assert.ok(!(await all()).includes(`${ORIGIN}/moved/`));
    });

    test('has no file for what is not public or not there', async () => {
      for (const name of [
        'nothing-1',
        'revision-1',
        'wp_block-1',
        'nav_menu_item-1',
        'post-0',
        'post-2',
        'page-99',
        'taxonomy.category-2',
        'taxonomy.nothing-1',
        'taxonomy.post_tag-1',
        'post-1e3',
      ])
        assert.equal((await fetch(`/sitemap-${name}.xml`)).statusCode, 404, name);
    });

    test('of a large site has several files; a new entry stands in the last', async () => {
      const { site } = suite.current;
      const model = await save({ title: 'Model', publishedAt: START + 1 });
      const row = (await site.database.read('entries').select('*').where({ id: model.id }).first()) as Record<
        string,
        unknown
      >;
      const { id: _, ...rest } = row;
      const rows = Array.from({ length: PER_FILE + 100 }, (_, index) => {
        const slug = `many-${index}`;
        return { ...rest, uuid: randomUUID(), slug, path: slug, published_at: START + 2 + Math.floor(index / 3) };
      });
      await site.database.insertMany('entries', rows);
      const total = await site.entries.total('post');
      const month = 202_001;
      await site.database.insertMany('tallies', [
        { scope: 'all', type: 'post', status: 'publish', month, amount: rows.length },
      ]);
      await site.cache.flush();
      const index = await read('/sitemap.xml');
      assert.deepEqual(
        index.locations.filter((location) => location.includes('-post-')),
        [`${ORIGIN}/sitemap-post-1.xml`, `${ORIGIN}/sitemap-post-2.xml`],
      );
      const files = await Promise.all([1, 2].map((page) => read(`/sitemap-post-${page}.xml`)));
      const found = files.flatMap((file) => file.locations);
      assert.equal(found.length, total + rows.length - 1, 'all but the locked one');
      assert.equal(new Set(found).size, found.length);
      const last = found.at(-1);
      const added = await save({ title: 'Brand new' });
      const after = await read('/sitemap-post-2.xml');
      assert.equal(after.locations.at(-1), ORIGIN + (await site.services.use('front').urlOf(added)));
      assert.ok(last && after.locations.includes(last));
      assert.deepEqual((await read('/sitemap-post-1.xml')).locations, files[0]?.locations);
    });
  });
});

describe('robots.txt', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'feeds'] }, (suite) => {
    test('lets crawlers in, but for what is not theirs, and shows them the sitemap', async () => {
      const { body, headers } = await suite.current.inject({ url: '/robots.txt' });
      assert.match(String(headers['content-type']), /^text\/plain/);
      assert.equal(
        body,
        `User-agent: *\nDisallow: /admin/\nDisallow: /search\nAllow: /\n\nSitemap: ${ORIGIN}/sitemap.xml\n`,
      );
      assert.doesNotMatch((await suite.current.inject({ url: '/' })).body, /noindex/);
    });

    test('keeps them out where the site says so, and so do the pages', async () => {
      await suite.current.site.options.set('search_engines', false);
      assert.equal((await suite.current.inject({ url: '/robots.txt' })).body, 'User-agent: *\nDisallow: /\n');
      assert.match((await suite.current.inject({ url: '/' })).body, /<meta name="robots" content="noindex, nofollow">/);
    });
  });
});
