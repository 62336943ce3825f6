import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { type LoggedIn, startTestSite, type TestSite } from 'galley/testing';

interface Bar {
  items: { label: string; url: string; isMain?: boolean }[];
  banners: { text: string; link?: { label: string; url: string } }[];
}

describe('the admin bar', () => {
  let current: TestSite;
  let post: number;
  let draft: number;

  before(async () => {
    current = await startTestSite();
    const save = (title: string, status: 'publish' | 'draft') =>
      current.site.entries.save({ type: 'post', title, status, slug: title.toLowerCase() }, { viewer: SYSTEM });
    post = (await save('Ink', 'publish')).id;
    draft = (await save('Secret', 'draft')).id;
  });
  after(() => current.stop());

  const get = (url: string, headers: Record<string, string> = {}) =>
    current.inject({ method: 'GET', url, headers: { accept: 'text/html', ...headers } });

  async function bar({ cookie }: LoggedIn, entry: number, language = 'en'): Promise<Bar> {
    const headers = { cookie, accept: 'application/json', 'accept-language': language };
    const reply = await get(`/admin/api/bar?entry=${entry}`, headers);
    assert.equal(reply.statusCode, 200);
    assert.match(String(reply.headers['cache-control']), /no-store/);
    return JSON.parse(reply.payload) as Bar;
  }

  test('a page has the same bytes for everybody, whatever the browser says of itself', async () => {
    const url = `/?p=${post}`;
    const { headers } = await get(url);
    const path = String(headers['location'] ?? url);
    const plain = await get(path);
    assert.match(plain.payload, new RegExp(`id="galley-bar" [^>]*data-entry="${post}"`));
    assert.equal((await get(path, { cookie: 'galley-here=1' })).payload, plain.payload);
    assert.equal((await get(path, { cookie: 'galley-here="><script>' })).payload, plain.payload);
    assert.doesNotMatch(plain.payload, /Edit this/);
  });

  test('strangers are told nothing', async () => {
    const reply = await get(`/admin/api/bar?entry=${post}`, { accept: 'application/json', cookie: 'galley-here=1' });
    assert.equal(reply.statusCode, 401);
    assert.doesNotMatch(reply.payload, /Edit/);
  });

  test('people get what they may do, in their language', async () => {
    const admin = await current.loginAs('administrator');
    const { items } = await bar(admin, post);
    assert.deepEqual(items[0], { label: 'Edit this post', url: `/admin/content/post/${post}`, isMain: true });
    assert.deepEqual(
      items.slice(1).map(({ url }) => url),
      ['/admin/content/post/new', '/admin/content/page/new', '/admin', '/admin/profiler'],
    );
    const german = (await bar(admin, post, 'de')).items.map(({ label }) => label);
    assert.deepEqual(german, ['Diesen Beitrag bearbeiten', 'Neuer Beitrag', 'Neue Seite', 'Übersicht', 'Seitenkosten']);
    const reader = await current.loginAs('subscriber');
    for (const id of [post, draft, 999_999, 0])
      assert.deepEqual((await bar(reader, id)).items, [{ label: 'Dashboard', url: '/admin' }]);
  });

  test('plugins add links and banners; a draft that somebody may not read is not handed to them', async () => {
    const seen: (number | undefined)[] = [];
    const remove = [
      current.site.hooks.addFilter('admin-bar:items', (items, { entry }) => {
        seen.push(entry?.id);
        return [...items, { label: 'Log out', url: '/admin/x' }];
      }),
      current.site.hooks.addCollector('admin-bar:banners', ({ viewer }) =>
        viewer.can('manage_options')
          ? { text: 'A preview.', link: { label: 'Close', url: '/admin/themes' } }
          : undefined,
      ),
    ];
    const admin = await bar(await current.loginAs('administrator'), draft, 'de');
    assert.equal(admin.items.at(-1)?.label, 'Abmelden');
    assert.deepEqual(admin.banners, [{ text: 'A preview.', link: { label: 'Schließen', url: '/admin/themes' } }]);
    assert.deepEqual((await bar(await current.loginAs('subscriber'), draft)).banners, []);
    assert.deepEqual(seen, [draft, undefined]);
    for (const each of remove) each();
  });
});
