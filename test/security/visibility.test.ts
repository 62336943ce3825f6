// What is hidden never comes out: each page that can be reached or guessed is searched for words that stand in drafts,
// pending, private, scheduled and trashed entries, behind passwords, in held-back comments, in logins and addresses.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { addSampleContent } from '../support/sample-content.ts';
import { forEachSite } from '../support/sites.ts';
import { BAIT, CANARY, type Hidden, hideEverything } from './canaries.ts';
import { ENOUGH } from './visitors.ts';

const MOST_PAGES = 400;
const LINK = /(?:href|src|action)="([^"]*)"|<(?:loc|link)>([^<]*)</g;

/** The addresses on this site that a page leads to. */
function linksOf(body: string, base: string): string[] {
  const found = [...body.matchAll(LINK)].map(([, attribute, element]) =>
    (attribute ?? element ?? '').replaceAll('&amp;', '&'),
  );
  return found.flatMap((link) => {
    const url = URL.parse(link, `http://localhost${base}`);
    if (url?.host !== 'localhost' || url.pathname.startsWith('/assets/')) return [];
    return [url.pathname + url.search];
  });
}

describe('What is hidden', () => {
  forEachSite({}, (suite) => {
    let hidden: Hidden;
    before(async () => {
      await addSampleContent(suite.current);
      hidden = await hideEverything(suite.current);
    });

    /** Opens all pages that can be reached or guessed; returns those that hold the canary, and how many were opened. */
    async function searchSite(headers: Record<string, string>): Promise<{ leaks: string[]; opened: string[] }> {
      const { inject } = suite.current;
      const start = ['/', '/feed/', '/feed/atom/', '/sitemap.xml', '/robots.txt', '/nothing-here/', '/?s=report'];
      const queue = [...start, ...hidden.guesses];
      const guessed = new Set(hidden.guesses);
      const seen = new Set(queue);
      const leaks: string[] = [];
      const opened: string[] = [];
      const isEnough = (): boolean => opened.length >= MOST_PAGES || leaks.length > ENOUGH;
      for (let url = queue.shift(); url !== undefined && !isEnough(); url = queue.shift()) {
        const reply = await inject({ url, headers });
        opened.push(url);
        assert.ok(reply.statusCode < 500, `${url}: ${reply.statusCode}`);
        // What was asked for may be said back; nothing else.
        const said = guessed.has(url)
          ? reply.body.replaceAll(new RegExp(`(?:[/=]|%2F|%3D)${CANARY}[\\w-]*`, 'gi'), '')
          : reply.body;
        if ((said + JSON.stringify(reply.headers)).includes(CANARY)) leaks.push(`${reply.statusCode} ${url}`);
        for (const link of linksOf(reply.body, url)) if (!seen.has(link) && seen.add(link)) queue.push(link);
      }
      return { leaks, opened };
    }

    test('stays hidden from everybody: pages, lists, feeds, search, sitemap, menus, widgets, errors', async () => {
      const { leaks, opened } = await searchSite({});
      assert.deepEqual(leaks, []);
      assert.ok(opened.length > 120, `only ${opened.length} pages were opened`);
    });

    test('stays hidden from those who are logged in but have no right to it', async () => {
      for (const role of ['subscriber', 'contributor']) {
        const { cookie } = await suite.current.loginAs(role);
        const { leaks } = await searchSite({ cookie });
        assert.deepEqual(leaks, [], role);
      }
    });

    test('is there: an administrator sees each at its address, so this search would find it', async () => {
      const { cookie } = await suite.current.loginAs('administrator');
      const { items } = await suite.current.site.entries.find(
        {
          type: ['post', 'page'],
          ids: hidden.ids,
          status: ['draft', 'pending', 'private', 'future', 'auto-draft'],
          limit: 100,
        },
        SYSTEM,
      );
      assert.equal(items.length, hidden.ids.length - 2, 'all but those in the trash');
      for (const { id } of items) {
        const first = await suite.current.inject({ url: `/?p=${id}`, headers: { cookie } });
        const { location } = first.headers;
        const reply = location ? await suite.current.inject({ url: String(location), headers: { cookie } }) : first;
        assert.ok(reply.body.includes(`${CANARY} `), `entry ${id} answers ${reply.statusCode}`);
      }
    });

    test('is not counted: search, lists and archives give no number of it', async () => {
      const { site, inject } = suite.current;
      const found = await site.services.use('search').find({ query: BAIT });
      assert.deepEqual([found.total, found.entries], [0, []]);
      assert.match((await inject({ url: `/?s=${BAIT}` })).body, /[Nn]othing|No results|no results|0 results/);
      assert.equal(await site.entries.count({ type: ['post', 'page'], status: ['draft', 'private', 'trash'] }), 0);
      assert.equal((await site.entries.getMany(hidden.ids)).size, 0);
    });

    test('cannot be commented on, nor does a try tell that it exists', async () => {
      const { inject } = suite.current;
      const send = (id: number) =>
        inject({
          remoteAddress: `10.${id % 256}.${Math.trunc(id / 256) % 256}.1`,
          method: 'POST',
          url: '/comments',
          headers: { 'sec-fetch-site': 'same-origin', accept: 'application/json' },
          payload: { comment_post_ID: id, author: 'A', email: 'a@example.net', comment: `About ${id}` },
        });
      const absent = await send(999_999);
      for (const id of hidden.ids) {
        const reply = await send(id);
        assert.equal(reply.statusCode, absent.statusCode, String(id));
        assert.equal(
          reply.body.replace(/entry \d+|"id":"[^"]*"/g, ''),
          absent.body.replace(/entry \d+|"id":"[^"]*"/g, ''),
        );
      }
      assert.equal((await send(hidden.protectedId)).statusCode, 403);
    });

    test('behind a password opens to who knows it, for him alone, until the password changes', async () => {
      const { site, inject } = suite.current;
      const url = '/2024/05/locked/';
      const unlock = (password: string) =>
        inject({
          method: 'POST',
          url: `/unlock/${hidden.protectedId}`,
          headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' },
          payload: new URLSearchParams({ post_password: password }).toString(),
        });
      assert.equal((await inject({ url })).statusCode, 200);
      assert.equal((await unlock('wrong')).headers['set-cookie'], undefined);
      const [cookie = ''] = [(await unlock(`${CANARY}-password`)).headers['set-cookie']].flat();
      const [pair = ''] = String(cookie).split(';');
      assert.match(String(cookie), /HttpOnly/i);
      const open = await inject({ url, headers: { cookie: pair } });
      assert.ok(open.body.includes(`${CANARY} locked`));
      assert.equal(open.headers['cache-control'], 'private, no-store');
      assert.ok(!(await inject({ url })).body.includes(CANARY));
      const { version } = await site.entries.need(hidden.protectedId);
      const { viewer } = await suite.current.loginAs('editor');
      await site.entries.save({ id: hidden.protectedId, password: 'another one' }, { viewer, version });
      assert.ok(!(await inject({ url, headers: { cookie: pair } })).body.includes(CANARY));
    });
  });
});
