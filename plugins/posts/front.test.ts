import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { type Entry, type EntryDraft, SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';

const DEFAULT = '/%year%/%monthnum%/%postname%/';

forEachSite({ plugins: ['posts'] }, (suite) => {
  const save = (draft: EntryDraft): Promise<Entry> =>
    suite.current.site.entries.save({ type: 'post', status: 'publish', ...draft }, { viewer: SYSTEM });
  const get = async (url: string) => {
    const reply = await suite.current.inject({ url });
    return { status: reply.statusCode, location: reply.headers.location as string | undefined, body: reply.body };
  };
  /** Follows redirects; says where they end. */
  async function follow(url: string): Promise<string> {
    let at = url;
    for (let step = 0; step < 5; step++) {
      const { status, location } = await get(at);
      if (status !== 301 && status !== 303) return `${status} ${at}`;
      assert.ok(location && /^\/(?![/\\])/.test(location), `${at} leads to ${location}`);
      at = location;
    }
    return `loop ${at}`;
  }
  const setStructure = (structure: string) => suite.current.site.options.set('permalink_structure', structure);
  const at = Date.UTC(2024, 4, 7, 12);

  afterEach(() => setStructure(DEFAULT));

  describe('an address', () => {
    test('in any script leads to its entry, encoded or not', async () => {
      for (const title of [
        '日本語の題',
        'مرحبا بالعالم',
        'Привет',
        '🎉 Party',
        '🎉',
        'a;b:c@d&e=f+g$h,i',
        '100%',
        'שלום',
      ]) {
        const entry = await save({ title, publishedAt: at });
        const url = new URL((await suite.current.site.entries.present([entry]))[0]?.url ?? '', 'http://x').pathname;
        assert.equal(await follow(url), `200 ${url}`, title);
        const page = await save({ type: 'page', title: `${title} page` });
        const pageUrl = `/${encodeURIComponent(page.slug)}/`;
        assert.equal(await follow(pageUrl), `200 ${pageUrl}`, title);
      }
    });

    test('of each structure leads to its entry in one step', async () => {
      const entry = await save({ title: 'Structured', publishedAt: at });
      for (const structure of [
        '/%postname%/',
        '/%postname%',
        '/archives/%post_id%',
        '/archives/%post_id%/',
        '/%year%/%monthnum%/%day%/%postname%/',
        '/blog/%year%/%postname%.html',
        '/%post_id%-%postname%/',
        '/%year%-%monthnum%-%day%-%hour%-%minute%-%second%/%postname%/',
      ]) {
        await setStructure(structure);
        const [presented] = await suite.current.site.entries.present([entry]);
        assert.equal(await follow(presented?.url ?? ''), `200 ${presented?.url}`, structure);
      }
    });

    test('that leads off the site or nowhere is no structure', async () => {
      for (const structure of [
        '//evil.example/%postname%/',
        '/%year%/',
        '/a?b=%postname%',
        '/a#%postname%',
        '/../%postname%/',
      ])
        await assert.rejects(setStructure(structure), structure);
    });

    test('of a post with a number for a name is not that of a day, month or year', async () => {
      await save({ title: 'That day', publishedAt: Date.UTC(2024, 4, 12) });
      const entry = await save({ title: '12', publishedAt: at });
      const [presented] = await suite.current.site.entries.present([entry]);
      assert.match((await get(presented?.url ?? '')).body, /<title>12\b/);
      const page = await save({ type: 'page', title: '2024' });
      const [shown] = await suite.current.site.entries.present([page]);
      assert.match((await get(shown?.url ?? '')).body, /<title>2024\b/);
      assert.deepEqual([entry.slug, page.slug], ['12-2', '2024-2']);
    });

    test('of a post is not that of a page where both have only a name', async () => {
      await setStructure('/%postname%/');
      const page = await save({ type: 'page', title: 'Same name' });
      const post = await save({ type: 'post', title: 'Same name' });
      assert.notEqual(page.slug, post.slug);
      const another = await save({ type: 'page', title: post.slug });
      assert.notEqual(another.slug, post.slug);
    });

    test('has one form: other spellings lead there and keep what they ask for', async () => {
      const { id } = await save({ title: 'Canonical', publishedAt: at });
      await save({ type: 'page', title: 'Parts', content: 'one<!--nextpage-->two' });
      const forms: Record<string, string> = {
        '/2024/05/canonical': '200 /2024/05/canonical/',
        '/2023/01/canonical/': '200 /2024/05/canonical/',
        '/2024/05/canonical?replyto=5': '200 /2024/05/canonical/?replyto=5',
        '/2024/05/canonical/page/1/': '200 /2024/05/canonical/',
        [`/?p=${id}`]: '200 /2024/05/canonical/',
        '/page/1/': '200 /',
        '/page/1': '200 /',
        '/2024/page/1/': '200 /2024/',
        '/page/0/': '404 /page/0/',
        '/page/01/': '404 /page/01/',
        '/page/-1/': '404 /page/-1/',
        '/page/99999999999999999999/': '404 /page/99999999999999999999/',
        '/page/999999/': '404 /page/999999/',
        '/2024/05/canonical/0/': '404 /2024/05/canonical/0/',
        '/2024/05/canonical/2/': '404 /2024/05/canonical/2/',
        '/parts/2/': '200 /parts/2/',
        '/parts/2': '200 /parts/2/',
        '/2024/13/': '404 /2024/13/',
        '/2024/02/31/': '404 /2024/02/31/',
        '/0000/': '404 /0000/',
      };
      for (const [url, end] of Object.entries(forms)) assert.equal(await follow(url), end, url);
    });

    test('never leads off the site', async () => {
      for (const url of [
        '//2024/05',
        '//author/x',
        '//evil.example',
        '//evil.example/',
        '/\\evil.example/',
        '///2024',
        '/%2f/2024/05',
        '/%2F2024/page/1/',
      ]) {
        const { location } = await get(url);
        if (location !== undefined) assert.match(location, /^\/(?![/\\])/, url);
      }
    });
  });

  test('posts that stay on top stand on the first page only, and once', async () => {
    const { site } = suite.current;
    const { items } = await site.entries.find({ type: 'post', limit: 1000 }, SYSTEM);
    for (const { id } of items) await site.entries.remove(id, { viewer: SYSTEM });
    for (let index = 0; index < 25; index++)
      await save({
        title: `Listed ${String(index).padStart(2, '0')}`,
        publishedAt: at + index * 1000,
        sticky: index === 2 || index === 12,
      });
    const shown: string[] = [];
    for (const url of ['/', '/page/2/', '/page/3/']) {
      const { body } = await get(url);
      shown.push(...[...body.matchAll(/<h[123][^>]*>\s*<a[^>]*>\s*(Listed \d\d)/g)].map((match) => match[1] ?? ''));
    }
    assert.deepEqual(shown.slice(0, 2).toSorted(), ['Listed 02', 'Listed 12']);
    assert.equal(shown.length, 25);
    assert.equal(new Set(shown).size, 25);
  });
});
