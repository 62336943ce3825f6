import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Entry, Term } from 'galley';
import { SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';
import { absoluteLinks, cdata } from './absolute.ts';
import { allOf, type Element, parseXml, textOf } from './test-xml.ts';

const ORIGIN = 'http://localhost';
const AT = Date.UTC(2026, 1, 3, 4, 5, 6);

test('addresses in content become absolute, and only those that begin at the root', () => {
  const html = `<a href="/a/">/a/</a><img src='/b.png' srcset="/b.png 1x, /c.png 2x, https://x.example/d.png 3x"><a href="//cdn.example/e">e</a><a href="#f">f</a><a href="https://x.example/">x</a>`;
  assert.equal(
    absoluteLinks(html, ORIGIN),
    `<a href="${ORIGIN}/a/">/a/</a><img src='${ORIGIN}/b.png' srcset="${ORIGIN}/b.png 1x, ${ORIGIN}/c.png 2x, https://x.example/d.png 3x"><a href="//cdn.example/e">e</a><a href="#f">f</a><a href="https://x.example/">x</a>`,
  );
});

test('a CDATA section holds any text', () => {
  const text = ']]>]]]]>>a\u0000\ud83d\ude00<b>&amp;';
  assert.equal(parseXml(`<x>${cdata(text)}</x>`).text, text.replace('\u0000', ''));
});

describe('Feeds', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'comments', 'feeds'] }, (suite) => {
    let author: { id: number; slug: string };
    let news: Term;
    let local: Term;
    let tag: Term;
    let first: Entry;

    before(async () => {
      const { site } = suite.current;
      const viewer = SYSTEM;
      for (const { id } of (await site.entries.find({ type: ['post', 'page'], limit: 100 })).items)
        await site.entries.remove(id, { viewer });
      await site.options.set('title', 'Ink & <Paper>');
      author = await site.users.create(
        { login: 'secret-login', email: 'secret@example.org', name: 'Ada "A" <Byron>', roles: ['author'] },
        viewer,
      );
      news = await site.terms.save({ taxonomy: 'category', name: 'News & more', slug: 'news' }, { viewer });
      local = await site.terms.save({ taxonomy: 'category', name: 'Local', parentId: news.id }, { viewer });
      tag = await site.terms.save({ taxonomy: 'post_tag', name: 'Ink' }, { viewer });
      const post = (draft: object): Promise<Entry> =>
        site.entries.save({ type: 'post', status: 'publish', ...draft }, { viewer });
      first = await post({
        title: 'Fish & <em>chips</em> \u{1f41f}',
        slug: 'fish',
        excerpt: 'See <a href="/about/">about</a>.',
        content:
          '<!-- wp:paragraph --><p>A <a href="/x/?a=1&amp;b=2">link</a> ]]&gt; and ]]> <img src="/y.png" alt=""></p><!-- /wp:paragraph -->',
        authorId: author.id,
        publishedAt: AT,
        terms: { category: [local.id], post_tag: [tag.id] },
      });
      await post({ title: 'Locked', password: 'sesame', content: 'canary', excerpt: 'canary', publishedAt: AT + 1000 });
      await post({ title: 'canary private', status: 'private' });
      await post({ title: 'canary draft', status: 'draft' });
      await post({ title: 'canary pending', status: 'pending', authorId: author.id });
      await post({ title: 'canary future', publishedAt: Date.now() + 3_600_000 });
    });

    const read = async (url: string): Promise<Element> => {
      const reply = await suite.current.inject({ url });
      assert.equal(reply.statusCode, 200, url);
      assert.doesNotMatch(reply.body, /canary|secret/);
      return parseXml(reply.body);
    };
    const titlesOf = async (url: string): Promise<(string | undefined)[]> =>
      allOf(await read(url), 'item').map((item) => textOf(item, 'title'));

    test('are RSS 2.0 with absolute addresses, right dates, and the whole text', async () => {
      const rss = await read('/feed/');
      assert.equal(rss.name, 'rss');
      assert.equal(rss.attributes['version'], '2.0');
      const [channel] = rss.children;
      assert.ok(channel);
      assert.equal(textOf(channel, 'title'), 'Ink & <Paper>');
      assert.equal(textOf(channel, 'link'), `${ORIGIN}/`);
      assert.equal(textOf(channel, 'language'), 'en');
      const self = allOf(channel, 'atom:link')[0]?.attributes;
      assert.deepEqual([self?.['href'], self?.['rel']], [`${ORIGIN}/feed/`, 'self']);
      const [locked, item] = allOf(channel, 'item');
      assert.ok(item && locked);
      assert.equal(textOf(item, 'title'), 'Fish & chips \u{1f41f}');
      assert.equal(textOf(item, 'link'), `${ORIGIN}/2026/02/fish/`);
      assert.equal(textOf(item, 'pubDate'), 'Tue, 03 Feb 2026 04:05:06 GMT');
      assert.equal(textOf(item, 'dc:creator'), 'Ada "A" <Byron>');
      assert.equal(textOf(item, 'guid'), `urn:uuid:${first.uuid}`);
      assert.deepEqual(
        allOf(item, 'category')
          .map(({ text }) => text)
          .toSorted(),
        ['Ink', 'Local'],
      );
      assert.equal(textOf(item, 'description'), `See <a href="${ORIGIN}/about/">about</a>.`);
      const content = textOf(item, 'content:encoded') ?? '';
      assert.match(content, new RegExp(`href="${ORIGIN}/x/\\?a=1&amp;b=2"`));
      assert.match(content, /\]\]&gt; and \]\]/);
      assert.match(content, new RegExp(`src="${ORIGIN}/y.png"`));
      assert.equal(textOf(locked, 'content:encoded'), undefined);
      assert.equal(textOf(locked, 'description'), '');
      const newest = Date.parse(textOf(channel, 'lastBuildDate') ?? '');
      assert.ok(newest >= Math.floor(first.modifiedAt / 1000) * 1000);
    });

    test('are Atom as well, with the same entries', async () => {
      const reply = await suite.current.inject({ url: '/feed/atom/' });
      assert.match(String(reply.headers['content-type']), /^application\/atom\+xml; charset=utf-8$/);
      const atom = await read('/feed/atom/');
      assert.equal(atom.name, 'feed');
      assert.equal(atom.attributes['xmlns'], 'http://www.w3.org/2005/Atom');
      for (const needed of ['id', 'title', 'updated']) assert.ok(textOf(atom, needed), needed);
      const [locked, entry] = allOf(atom, 'entry');
      assert.ok(entry && locked);
      assert.equal(textOf(entry, 'title'), 'Fish & chips \u{1f41f}');
      assert.equal(textOf(entry, 'published'), '2026-02-03T04:05:06.000Z');
      assert.equal(textOf(entry, 'updated'), new Date(first.modifiedAt).toISOString());
      assert.equal(textOf(entry, 'name'), 'Ada "A" <Byron>');
      assert.equal(allOf(entry, 'link')[0]?.attributes['href'], `${ORIGIN}/2026/02/fish/`);
      assert.match(textOf(entry, 'content') ?? '', /<p[^>]*>A <a href="http:\/\/localhost\/x/);
      assert.equal(textOf(locked, 'content'), undefined);
      assert.equal(textOf(locked, 'name'), 'Ink & <Paper>', 'an entry of Atom needs an author: the site itself');
    });

    test('are there for categories with what stands below them, tags and authors', async () => {
      assert.deepEqual(await titlesOf('/category/news/feed/'), ['Fish & chips \u{1f41f}']);
      assert.deepEqual(await titlesOf('/category/news/local/feed/'), ['Fish & chips \u{1f41f}']);
      assert.deepEqual(await titlesOf('/tag/ink/feed/'), ['Fish & chips \u{1f41f}']);
      assert.deepEqual(await titlesOf(`/author/${author.slug}/feed/`), ['Fish & chips \u{1f41f}']);
      const feed = await read('/category/news/feed/atom/');
      assert.equal(textOf(feed, 'title'), 'News & more – Ink & <Paper>');
      assert.equal(allOf(feed, 'link')[0]?.attributes['href'], `${ORIGIN}/category/news/`);
    });

    test('are valid without any entry', async () => {
      const empty = await suite.current.site.terms.save({ taxonomy: 'category', name: 'Empty' }, { viewer: SYSTEM });
      assert.deepEqual(await titlesOf(`/category/${empty.slug}/feed/`), []);
      assert.ok(textOf(await read(`/category/${empty.slug}/feed/atom/`), 'updated'));
    });

    test('are at one address each', async () => {
      const moved: [string, string][] = [
        ['/feed', '/feed/'],
        ['/feed/rss2/', '/feed/'],
        ['/feed/rss', '/feed/'],
        ['/feed/atom', '/feed/atom/'],
        ['/category/news/feed', '/category/news/feed/'],
      ];
      for (const [from, to] of moved) {
        const reply = await suite.current.inject({ url: from });
        assert.deepEqual([reply.statusCode, reply.headers['location']], [301, to], from);
      }
    });

    test('are nowhere else, and do not tell who has an account', async () => {
      const quiet = await suite.current.site.users.create(
        { login: 'quiet', email: 'quiet@example.org', name: 'Quiet', roles: ['author'] },
        SYSTEM,
      );
      const wrong = [
        '/nothing/feed/',
        '/category/nothing/feed/',
        '/tag/nothing/feed/',
        '/author/nobody/feed/',
        `/author/${quiet.slug}/feed/`,
        '/2026/feed/',
        '/feed/xyz/',
        '/feed/feed/',
      ];
      for (const url of wrong) assert.equal((await suite.current.inject({ url })).statusCode, 404, url);
    });

    test('are sent again only when they have changed', async () => {
      const { site, inject } = suite.current;
      const reply = await inject({ url: '/feed/' });
      const etag = String(reply.headers['etag']);
      assert.match(etag, /^(W\/)?".+"$/);
      const again = (): ReturnType<typeof inject> => inject({ url: '/feed/', headers: { 'if-none-match': etag } });
      assert.equal((await again()).statusCode, 304);
      const since = String(reply.headers['last-modified']);
      assert.ok(Number.isFinite(Date.parse(since)), since);
      assert.equal((await inject({ url: '/feed/', headers: { 'if-modified-since': since } })).statusCode, 304);
      await site.entries.save({ id: first.id, excerpt: 'See <a href="/about/">all</a>.' }, { viewer: SYSTEM });
      const changed = await again();
      assert.equal(changed.statusCode, 200);
      assert.match(changed.body, /all<\/a>/);
    });

    test('hold as many entries as the site says', async () => {
      const { site } = suite.current;
      await site.options.set('feed_items', 1);
      assert.equal((await titlesOf('/feed/')).length, 1);
      await site.options.set('feed_items', 20);
      assert.equal((await titlesOf('/feed/')).length, 2);
    });

    test('are announced on pages', async () => {
      const { body } = await suite.current.inject({ url: '/' });
      assert.match(body, /<link rel="alternate" type="application\/rss\+xml" title="[^"]+" href="\/feed\/">/);
    });
  });
});
