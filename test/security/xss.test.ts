// Published vectors of cross-site scripting, and our own, through every way in and as every role: nothing of them runs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { loadPermalinks, SYSTEM } from 'galley';
import { SaxesParser } from 'saxes';
import { MISSING, OWN_VECTORS, VECTORS } from '../../core/content/blocks/test-vectors.ts';
import { startTestSite, type TestSite } from '../../core/testing.ts';
import { assertNothingRuns, runningOf } from './page-dom.ts';
import { inviteAll, ROLES, type Visitor } from './visitors.ts';

const ALL = [...VECTORS, ...OWN_VECTORS];
/** Long vectors say nothing more in a title; a title has a limit. */
const short = (vector: string): string => vector.slice(0, 180);
/** What readers of feeds take as HTML; all else is plain text to them. */
const HTML_ELEMENTS = new Set(['description', 'content:encoded', 'content', 'summary']);
const NAMES = [
  '"><img src=x onerror=alert(1)>',
  "' onmouseover=alert(1) x='",
  '</title><script>alert(1)</script>',
  '{{1009*7}}{{{constructor}}}',
  'javascript:alert(1)',
  '-->"]]><script>alert(1)</script>',
  '</script><script>alert(1)</script>',
];

describe('A vector of cross-site scripting', () => {
  let current: TestSite;
  let people: Visitor[];
  let harmless: string;
  before(async () => {
    // Production's rule: nobody stores HTML unfiltered.
    current = await startTestSite({
      config: { security: { unfilteredHtml: false }, cache: { pages: false }, log: { level: 'error' } },
    });
    // These vectors come faster than people write; the limit has tests of its own.
    await current.site.options.set('comments_flood', 0);
    people = await inviteAll(current);
    await current.site.options.set('comments', {
      ...(await current.site.services.use('comments').settings()),
      moderation: 'none',
      maxLinks: 100,
    });
    harmless = await pageOf(await publish(SYSTEM, { title: 'Harmless', content: '<p>Harmless.</p>' }));
  });
  after(() => current.stop());

  /** Saves as one person does, and has it published by who may. */
  async function publish(
    viewer: Visitor['viewer'],
    draft: { title: string; content: string; excerpt?: string },
  ): Promise<number> {
    const status = viewer.can('publish_posts') ? 'publish' : 'pending';
    const entry = await current.site.entries.save({ type: 'post', status, authorId: viewer.id, ...draft }, { viewer });
    if (status === 'pending')
      await current.site.entries.save({ id: entry.id, status: 'publish' }, { viewer: SYSTEM, version: entry.version });
    return entry.id;
  }

  async function pageOf(id: number): Promise<string> {
    const entry = await current.site.entries.need(id);
    const reply = await current.inject({ url: (await loadPermalinks(current.site)).entry(entry) });
    assert.equal(reply.statusCode, 200);
    return reply.body;
  }

  test('the published ones are there to be tried', { skip: MISSING }, () => {
    assert.ok(VECTORS.length > 90);
  });

  for (const role of ROLES.filter((name) => name !== 'subscriber')) {
    test(`runs nowhere as content, title and excerpt by the role ${role}`, async () => {
      const viewer = people.find(({ name }) => name === role)?.viewer;
      assert.ok(viewer);
      for (const vector of ALL) {
        const content = `<!-- wp:paragraph --><p>${vector}</p><!-- /wp:paragraph -->\n<!-- wp:html -->${vector}<!-- /wp:html -->\n${vector}`;
        const id = await publish(viewer, { title: short(vector) || 'x', content, excerpt: short(vector) });
        assertNothingRuns(await pageOf(id), harmless, `${role}: ${vector}`);
      }
      for (const url of ['/', '/page/2/', '/?s=alert', '/?s=xss'])
        assertNothingRuns((await current.inject({ url })).body, harmless, `${role}: ${url}`);
    });
  }

  test('runs nowhere in the attributes of blocks', async () => {
    const author = people.find(({ name }) => name === 'author')?.viewer;
    assert.ok(author);
    const blocks = current.site.blocks.list().map(({ name }) => name);
    for (const vector of NAMES) {
      const content = blocks
        .map((name) => {
          const { attributes = {} } = current.site.blocks.get(name) ?? {};
          const values = Object.fromEntries(Object.keys(attributes).map((key) => [key, vector]));
          const json = JSON.stringify({
            ...values,
            className: vector,
            anchor: vector,
            style: { color: { text: vector } },
          });
          return `<!-- wp:${name.replace(/^core\//, '')} ${json.replace(/--/g, '\\u002d\\u002d').replace(/</g, '\\u003c').replace(/>/g, '\\u003e')} /-->`;
        })
        .join('\n');
      const id = await publish(author, { title: 'Blocks', content });
      assertNothingRuns(await pageOf(id), harmless, vector);
    }
  });

  test('runs nowhere as a comment, its author and address, by visitors and by every role', async () => {
    const target = await publish(SYSTEM, { title: 'Commented', content: '<p>x</p>' });
    const comments = current.site.services.use('comments');
    for (const [index, vector] of ALL.entries()) {
      const fields = {
        comment: `visitor ${index} ${vector}`,
        author: short(vector) || 'x',
        email: 'a@example.net',
        url: vector.slice(0, 400),
      };
      const reply = await current.inject({
        method: 'POST',
        url: '/comments',
        remoteAddress: `10.${index}.0.1`,
        headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ comment_post_ID: String(target), ...fields }).toString(),
      });
      assert.ok(
        [303, 422].includes(reply.statusCode),
        `${reply.statusCode} for ${vector}: ${reply.body.slice(0, 300)}`,
      );
      // A form that comes back holds what was typed.
      if (reply.statusCode === 422) assertNothingRuns(reply.body, harmless, vector);
      for (const { name, viewer } of people)
        await comments.add({ entryId: target, content: `${name} ${index} ${vector}`, authorUrl: vector }, { viewer });
    }
    const url = (await loadPermalinks(current.site)).entry(await current.site.entries.need(target));
    let shown = 0;
    for (let page = 1; ; page++) {
      const { statusCode, body } = await current.inject({ url: page === 1 ? url : `${url}comment-page-${page}/` });
      if (statusCode === 404) break;
      assertNothingRuns(body, harmless, `page ${page} of the comments`);
      shown += body.match(/id="comment-\d+"/g)?.length ?? 0;
    }
    assert.ok(shown >= ALL.length * people.length, `${shown} comments are shown`);
    assertNothingRuns((await current.inject({ url: '/' })).body, harmless, 'the latest comments');
  });

  test('runs nowhere as a name: people, terms, menus, settings', async () => {
    const { site, inject } = current;
    const author = people.find(({ name }) => name === 'author');
    const menu = await site.terms.save({ taxonomy: 'nav_menu', name: 'Main' }, { viewer: SYSTEM });
    await site.options.set('menu_locations', { primary: menu.id });
    const urls = ['/', '/nothing/', '/?s=x', '/feed/', '/admin/login', '/category/vector/', `/author/the-author/`];
    for (const vector of NAMES) {
      await site.users
        .update(author?.id ?? 0, { name: vector, bio: vector, url: '' }, { by: SYSTEM })
        .catch(() => undefined);
      const known = await site.terms.bySlug('category', 'vector');
      const term = await site.terms.save(
        { ...(known && { id: known.id }), taxonomy: 'category', name: vector, slug: 'vector', description: vector },
        { viewer: SYSTEM },
      );
      await site.entries.save(
        {
          type: 'post',
          status: 'publish',
          title: vector,
          slug: 'named',
          content: vector,
          authorId: author?.id,
          terms: { category: [term.id], post_tag: [vector] },
        },
        { viewer: SYSTEM, htmlBy: author?.viewer },
      );
      for (const fields of [
        { kind: 'custom', url: '/', rel: vector, classes: vector },
        { kind: 'custom', url: 'https://example.org/' },
      ])
        await site.entries.save(
          {
            type: 'nav_menu_item',
            status: 'publish',
            title: vector,
            excerpt: vector,
            fields,
            terms: { nav_menu: [menu.id] },
          },
          { viewer: SYSTEM },
        );
      await site.options.set('title', vector);
      await site.options.set('tagline', vector);
      for (const url of urls) {
        const { body, headers } = await inject({ url });
        if (String(headers['content-type']).startsWith('text/html'))
          assertNothingRuns(body, url.startsWith('/admin') ? body : harmless, `${url} with ${vector}`);
        assert.doesNotMatch(body, /7063/, `a template ran in ${url}`);
      }
      const { items } = await site.entries.find({ type: 'post', slug: 'named' });
      for (const item of items) await site.entries.remove(item.id, { viewer: SYSTEM });
    }
  });

  test('said back by search and error pages is text', async () => {
    for (const vector of [...ALL.map((one) => one.slice(0, 100)), ...NAMES]) {
      const asked = encodeURIComponent(vector);
      assertNothingRuns((await current.inject({ url: `/?s=${asked}` })).body, harmless, vector);
      const absent = await current.inject({ url: `/${asked.replace(/%(2f|5c|00|0[0-9a-f]|1[0-9a-f]|7f)/gi, '')}/` });
      if (absent.statusCode !== 301) assertNothingRuns(absent.body, harmless, vector);
    }
  });

  test('is harmless in feeds too, which are well-formed', async () => {
    await current.site.options.set('feed_items', 100);
    for (const url of ['/feed/', '/feed/atom/', '/sitemap.xml', '/sitemap-post-1.xml']) {
      const { body } = await current.inject({ url });
      const texts: string[] = [];
      const open: string[] = [];
      const parser = new SaxesParser();
      const take = (text: string): void => {
        if (HTML_ELEMENTS.has(open.at(-1) ?? '') && open.some((name) => name === 'item' || name === 'entry'))
          texts.push(text);
      };
      parser.on('opentag', ({ name }) => void open.push(name));
      parser.on('closetag', () => void open.pop());
      parser.on('text', take);
      parser.on('cdata', take);
      parser.on('error', (error) => assert.fail(`${url}: ${error.message}`));
      parser.write(body).close();
      for (const text of texts) {
        const { loaded, forbidden } = runningOf(text);
        assert.deepEqual(forbidden, [], url);
        assert.deepEqual(
          loaded.filter((line) => !line.startsWith('iframe https://')),
          [],
          url,
        );
      }
    }
  });
});
