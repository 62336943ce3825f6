import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import type { Entry, MenuItem, Term } from 'galley';
import { SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';

/** A tree of menu entries in one line: `Start, About (Team*)`; `*` is here, `+` is above here. */
function outline(items: readonly MenuItem[]): string {
  return items
    .map(({ title, current, ancestor, children }) => {
      const below = children.length > 0 ? ` (${outline(children)})` : '';
      return `${title}${current ? '*' : ''}${ancestor ? '+' : ''}${below}`;
    })
    .join(', ');
}

describe('Menus', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'menus', 'feeds'] }, (suite) => {
    let menu: Term;
    let about: Entry;
    let team: Entry;
    let post: Entry;
    let news: Term;
    let local: Term;
    const viewer = SYSTEM;

    const save = (draft: object): Promise<Entry> =>
      suite.current.site.entries.save({ status: 'publish', ...draft }, { viewer });
    const addItem = (fields: object, more: object = {}): Promise<Entry> =>
      save({ type: 'nav_menu_item', fields, terms: { nav_menu: [menu.id] }, ...more });
    const toEntry = (entry: Entry, more: object = {}): Promise<Entry> =>
      addItem({ kind: 'post_type', object: entry.type, objectId: entry.id }, more);

    /** What the templates of a page get as menus; the page comes from the cache where it can. */
    async function menusOf(url: string): Promise<Record<string, MenuItem[]>> {
      const { site, inject } = suite.current;
      let menus: Record<string, MenuItem[]> = {};
      site.pages.flush();
      const remove = site.hooks.addFilter(
        'view:page',
        (view) => {
          menus = view.menus ?? {};
          return view;
        },
        { priority: 1000 },
      );
      const reply = await inject({ url });
      remove();
      assert.ok(reply.statusCode < 500, `${url}: ${reply.statusCode}`);
      return menus;
    }
    const primaryOf = async (url: string): Promise<string> => outline((await menusOf(url))['primary'] ?? []);
    /** The main menu as it stands on a page, without making it again. */
    const shownOn = async (url: string): Promise<string[]> => {
      const { body } = await suite.current.inject({ url });
      const nav = /<nav class="nav"[^>]*>(.*?)<\/nav>/s.exec(body)?.[1] ?? '';
      return [...nav.matchAll(/<a href="([^"]*)"[^>]*>([^<]*)/g)].map(([, url, title]) => `${title?.trim()} ${url}`);
    };

    before(async () => {
      const { site } = suite.current;
      for (const { id } of (await site.entries.find({ type: ['post', 'page'], limit: 100 })).items)
        await site.entries.remove(id, { viewer });
    });

    beforeEach(async () => {
      const { site } = suite.current;
      for (const old of (
        await site.entries.find(
          {
            type: ['post', 'page', 'nav_menu_item'],
            status: ['publish', 'draft', 'private', 'trash', 'future'],
            limit: 100,
          },
          viewer,
        )
      ).items)
        await site.entries.remove(old.id, { viewer });
      for (const taxonomy of ['category', 'nav_menu'])
        for (const { id } of await site.terms.list(taxonomy)) await site.terms.remove(id, { viewer });
      menu = await site.terms.save({ taxonomy: 'nav_menu', name: 'Main' }, { viewer });
      about = await save({ type: 'page', title: 'About &amp; us', slug: 'about' });
      team = await save({ type: 'page', title: 'Team', slug: 'team', parentId: about.id });
      news = await site.terms.save({ taxonomy: 'category', name: 'News', slug: 'news' }, { viewer });
      local = await site.terms.save(
        { taxonomy: 'category', name: 'Local', slug: 'local', parentId: news.id },
        { viewer },
      );
      post = await save({
        type: 'post',
        title: 'Hello',
        slug: 'hello',
        publishedAt: Date.UTC(2026, 1, 3, 12),
        terms: { category: [local.id] },
      });
      await site.options.set('menu_locations', { primary: menu.id });
    });

    test('are trees in the order of their editors, with the titles of what they lead to', async () => {
      const start = await addItem({ kind: 'custom', url: '/' }, { title: 'Start', order: 1 });
      const first = await toEntry(about, { order: 2 });
      const second = await toEntry(team, { order: 3, parentId: first.id });
      await addItem({ kind: 'taxonomy', object: 'category', objectId: news.id }, { order: 4, parentId: second.id });
      await toEntry(post, { order: 0, title: 'Own &lt;title&gt;' });
      const items = (await menusOf('/team-away/'))['primary'] ?? [];
      assert.equal(outline(items), 'Own <title>, Start, About & us (Team (News))');
      assert.deepEqual(
        [
          items[0]?.url,
          items[1]?.url,
          items[2]?.url,
          items[2]?.children[0]?.url,
          items[2]?.children[0]?.children[0]?.url,
        ],
        ['/2026/02/hello/', '/', '/about/', '/about/team/', '/category/news/'],
      );
      assert.ok(start);
    });

    test('mark the page that one is on, and what stands above it', async () => {
      const first = await toEntry(about, { order: 1 });
      await toEntry(team, { order: 2, parentId: first.id });
      await addItem({ kind: 'taxonomy', object: 'category', objectId: news.id }, { order: 3 });
      await addItem({ kind: 'custom', url: '/' }, { title: 'Start', order: 4 });
      await addItem({ kind: 'custom', url: '#' }, { title: 'Nothing', order: 5 });
      await addItem({ kind: 'custom', url: 'https://elsewhere.example/about/' }, { title: 'Elsewhere', order: 6 });
      await addItem({ kind: 'custom', url: 'http://localhost/about/#top' }, { title: 'Absolute', order: 7 });
      const rest = 'News, Start, Nothing, Elsewhere';
      assert.equal(await primaryOf('/about/team/'), `About & us+ (Team*), ${rest}, Absolute`);
      assert.equal(await primaryOf('/about/'), `About & us* (Team), ${rest}, Absolute*`);
      assert.equal(await primaryOf('/'), 'About & us (Team), News, Start*, Nothing, Elsewhere, Absolute');
      assert.equal(await primaryOf('/2026/02/hello/'), `About & us (Team), ${rest}, Absolute`);
      await suite.current.site.options.set('posts_per_page', 1);
      await save({ type: 'post', title: 'Second', terms: { category: [news.id] } });
      for (const url of ['/category/news/', '/category/news/page/2/'])
        assert.match(await primaryOf(url), /News\*/, url);
      await suite.current.site.options.remove('posts_per_page');
      assert.equal((await shownOn('/about/')).length, 7);
      assert.match((await suite.current.inject({ url: '/about/' })).body, /aria-current="page"/);
    });

    test('follow what they lead to on cached pages: renamed, moved, hidden, gone', async () => {
      const { site } = suite.current;
      await toEntry(about, { order: 1 });
      await toEntry(team, { order: 2 });
      await toEntry(post, { order: 3 });
      await addItem({ kind: 'taxonomy', object: 'category', objectId: local.id }, { order: 4 });
      const page = '/category/news/';
      const shows = async (list: string[], what: string): Promise<void> => {
        assert.deepEqual(await shownOn(page), list, what);
        assert.deepEqual(await shownOn(page), list, `${what}, from the cache`);
      };
      const rest = ['Hello /2026/02/hello/', 'Local /category/news/local/'];
      await shows(['About &amp; us /about/', 'Team /about/team/', ...rest], 'at first');
      await site.entries.save({ id: about.id, title: 'We', slug: 'we' }, { viewer });
      await shows(['We /we/', 'Team /we/team/', ...rest], 'a page renamed, and what stands below it');
      await site.entries.save({ id: post.id, publishedAt: Date.UTC(2025, 0, 3, 12) }, { viewer });
      await shows(
        ['We /we/', 'Team /we/team/', 'Hello /2025/01/hello/', 'Local /category/news/local/'],
        'a post of another date',
      );
      await site.terms.save({ id: news.id, slug: 'latest' }, { viewer });
      assert.ok(
        (await shownOn('/we/')).includes('Local /category/latest/local/'),
        'a term moved with what it stands below',
      );
      await site.terms.save({ id: news.id, slug: 'news' }, { viewer });
      await site.entries.save({ id: post.id, status: 'draft' }, { viewer });
      await shows(['We /we/', 'Team /we/team/', 'Local /category/news/local/'], 'a post withdrawn');
      await site.entries.trash(about.id, { viewer });
      await shows(['Team /we/team/', 'Local /category/news/local/'], 'a page in the trash');
      await site.entries.restore(about.id, { viewer });
      await shows(['We /we/', 'Team /we/team/', 'Local /category/news/local/'], 'a page restored');
      await site.terms.remove(local.id, { viewer });
      await shows(['We /we/', 'Team /we/team/'], 'a term removed');
      await site.entries.remove(about.id, { viewer });
      await shows(['Team /team/'], 'a page removed: what stood below it has moved up');
      await site.options.set('permalink_structure', '/%postname%/');
      await site.entries.save({ id: post.id, status: 'publish' }, { viewer });
      await shows(['Team /team/', 'Hello /hello/'], 'other permalinks');
      await site.options.remove('permalink_structure');
      await shows(['Team /team/', 'Hello /2025/01/hello/'], 'and those from before');
    });

    test('follow their own items', async () => {
      const { site } = suite.current;
      const item = await toEntry(about);
      assert.deepEqual(await shownOn('/'), ['About &amp; us /about/']);
      await site.entries.save({ id: item.id, title: 'Who' }, { viewer });
      assert.deepEqual(await shownOn('/'), ['Who /about/']);
      await toEntry(team, { order: 5 });
      assert.deepEqual(await shownOn('/'), ['Who /about/', 'Team /about/team/']);
      await site.entries.remove(item.id, { viewer });
      assert.deepEqual(await shownOn('/'), ['Team /about/team/']);
    });

    test('leave out what visitors may not see, also for those who may', async () => {
      const hidden = [
        await save({ type: 'page', title: 'canary', status: 'private' }),
        await save({ type: 'page', title: 'canary', status: 'draft' }),
        await save({ type: 'post', title: 'canary', publishedAt: Date.now() + 3_600_000 }),
      ];
      for (const entry of hidden) await toEntry(entry);
      const above = await toEntry(hidden[0] ?? about, { order: 1 });
      await toEntry(team, { order: 2, parentId: above.id });
      await addItem({ kind: 'post_type', object: 'page', objectId: 999_999 });
      await addItem({ kind: 'taxonomy', object: 'category', objectId: 999_999 });
      await addItem({ kind: 'post_type_archive', object: 'nothing' });
      const { cookie } = await suite.current.loginAs('administrator');
      assert.equal(await primaryOf('/'), 'Team');
      const { body } = await suite.current.inject({ url: '/', headers: { cookie } });
      assert.doesNotMatch(/<nav class="nav".*?<\/nav>/s.exec(body)?.[0] ?? '', /canary/);
    });

    test('stand where the site says; without one for the first place there are the top pages', async () => {
      const { site } = suite.current;
      const other = await site.terms.save({ taxonomy: 'nav_menu', name: 'Small' }, { viewer });
      await save({
        type: 'nav_menu_item',
        title: 'Imprint',
        fields: { kind: 'custom', url: '/imprint/' },
        terms: { nav_menu: [other.id] },
      });
      await site.options.set('menu_locations', { footer: other.id });
      const menus = await menusOf('/');
      assert.equal(outline(menus['footer'] ?? []), 'Imprint');
      assert.equal(outline(menus['primary'] ?? []), 'About & us');
      await save({ type: 'page', title: 'Zebra', order: -1 });
      assert.equal(await primaryOf('/about/'), 'Zebra, About & us*');
      await site.options.set('menu_locations', { primary: menu.id });
      assert.equal(await primaryOf('/'), 'Zebra, About & us', 'a menu without items is none');
      await site.options.set('menu_locations', { primary: 999_999 });
      assert.equal(await primaryOf('/'), 'Zebra, About & us', 'a menu that is gone is none');
    });

    test('let no script through', async () => {
      const poison = `"'><img src=x onerror=alert(1)>`;
      await toEntry(about, {
        title: poison,
        fields: { kind: 'post_type', objectId: about.id, target: '_blank', rel: poison, classes: `a ${poison}` },
      });
      const { body } = await suite.current.inject({ url: '/' });
      assert.doesNotMatch(/<nav class="nav".*?<\/nav>/s.exec(body)?.[0] ?? '', /<img|onerror=alert\(1\)>(?!&)/);
    });

    test('cost two queries when they are made and none from then on', async () => {
      const { site } = suite.current;
      for (let count = 0; count < 20; count++) await toEntry(count % 2 ? about : team, { order: count });
      await site.cache.flush();
      await site.options.get('title');
      const { queries } = await site.database.countQueries(() => site.services.use('menus').tree(menu.id));
      assert.equal(queries.length, 2, queries.map(({ sql }) => sql).join('\n'));
      const again = await site.database.countQueries(() => site.services.use('menus').tree(menu.id));
      assert.equal(again.queries.length, 0);
    });
  });
});
