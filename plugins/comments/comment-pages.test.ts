import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Entry } from 'galley';
import { SYSTEM } from 'galley';
import { cpuMs } from '../../test/support/cpu-time.ts';
import { forEachSite } from '../../test/support/sites.ts';
import { encodeComment } from './comment.ts';
import { addMany, formOf, publish, SOME_COMMENT, sendForm } from './test-comments.ts';

const MANY = 10_000;
const START = Date.UTC(2026, 3, 1);

describe('An entry with ten thousand comments', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'comments'] }, (suite) => {
    let entry: Entry;
    let url: string;
    /** Ids of all comments, in order; each second one answers the one before. */
    let ids: number[];
    const comments = () => suite.current.site.services.use('comments');
    const shownOn = (body: string): number[] =>
      [...body.matchAll(/class="comment [^"]*" id="comment-(\d+)"/g)].map(([, id]) => Number(id));
    const get = (path: string) => suite.current.inject({ url: path });

    before(async () => {
      const { site } = suite.current;
      entry = await publish(site, { slug: 'crowded', publishedAt: Date.UTC(2026, 2, 1, 12) });
      url = await site.services.use('front').urlOf(entry);
      const row = { ...encodeComment({ ...SOME_COMMENT, entryId: entry.id }), version: 1 };
      const rows = Array.from({ length: MANY / 2 }, (_, index) => ({ ...row, created_at: START + index }));
      await site.database.insertMany(
        'comments',
        rows.map((one) => ({ ...one, thread_id: null })),
      );
      const heads = (await site.database
        .read('comments')
        .select('id', 'created_at')
        .where({ entry_id: entry.id })
        .orderBy('created_at')) as { id: number; created_at: number }[];
      await site.database.insertMany(
        'comments',
        heads.map(({ id, created_at }) => ({
          ...row,
          parent_id: id,
          thread_id: id,
          created_at: created_at + 1_000_000,
        })),
      );
      const replies = (await site.database
        .read('comments')
        .select('id', 'parent_id')
        .whereNotNull('parent_id')
        .where({ entry_id: entry.id })) as { id: number; parent_id: number }[];
      const answers = new Map(replies.map(({ id, parent_id }) => [parent_id, id]));
      ids = heads.flatMap(({ id }) => [id, answers.get(id) ?? 0]);
    });

    test('shows the oldest threads first, each page of them at its own address', async () => {
      const first = await get(url);
      assert.equal(first.statusCode, 200);
      assert.deepEqual(shownOn(first.body), ids.slice(0, 100));
      assert.match(first.body, /10,?000 comments/);
      const last = await get(`${url}comment-page-100/`);
      assert.equal(last.statusCode, 200);
      assert.deepEqual(shownOn(last.body), ids.slice(-100));
      assert.match(last.body, new RegExp(`<link rel="canonical" href="http://localhost${url}comment-page-100/">`));
      assert.match(last.body, new RegExp(`href="${url}comment-page-99/#comments"`));
      assert.doesNotMatch(last.body, /comment-page-101/);
      assert.match(
        last.body.replaceAll('&#x3D;', '='),
        new RegExp(`href="${url}comment-page-100/#comment-${ids.at(-1)}"`),
      );
      assert.match(
        last.body.replaceAll('&#x3D;', '='),
        new RegExp(`href="${url}comment-page-100/\\?replyto=${ids.at(-1)}#respond"`),
      );
    });

    test('leads to the address of a page where another means the same, and nowhere beyond', async () => {
      for (const [path, target] of [
        [`${url}comment-page-1/`, url],
        [`${url}comment-page-2`, `${url}comment-page-2/`],
      ] as const) {
        const reply = await get(path);
        assert.equal(reply.statusCode, 301, path);
        assert.equal(reply.headers['location'], target);
      }
      for (const path of [
        `${url}comment-page-101/`,
        `${url}comment-page-0/`,
        '/nothing/comment-page-2/',
        '/comment-page-2/',
        `${url}comment-page-2/x/`,
        `${url}2/comment-page-2/`,
      ])
        assert.equal((await get(path)).statusCode, 404, path);
    });

    test('has pages of comments on a page that is the front page too', async () => {
      const { site } = suite.current;
      const front = await publish(site, { type: 'page', slug: 'front', title: 'Front' });
      await addMany(
        site,
        Array.from({ length: 51 }, () => ({ entryId: front.id })),
      );
      await site.options.set('page_on_front', front.id);
      await site.options.set('show_on_front', 'page');
      assert.equal(shownOn((await get('/')).body).length, 50);
      assert.equal(shownOn((await get('/comment-page-2/')).body).length, 1);
      await site.options.set('show_on_front', 'posts');
    });

    test('keeps its hidden pages hidden', async () => {
      const { site } = suite.current;
      const hidden = await publish(site, { slug: 'hidden', status: 'private' });
      const locked = await publish(site, { slug: 'locked', password: 'sesame' });
      for (const { id } of [hidden, locked])
        await addMany(
          site,
          Array.from({ length: 51 }, () => ({ entryId: id, content: 'canary' })),
        );
      const front = site.services.use('front');
      assert.equal((await get(`${await front.urlOf(hidden)}comment-page-2/`)).statusCode, 404);
      assert.doesNotMatch((await get(`${await front.urlOf(locked)}comment-page-2/`)).body, /canary/);
    });

    test('is as quick on every page: a few queries, none of which reads more than is shown', async () => {
      const { site } = suite.current;
      for (const path of [url, `${url}comment-page-100/`]) {
        await get(path);
        site.pages.flush();
        const from = cpuMs();
        const { queries } = await site.database.countQueries(() => get(path));
        const took = cpuMs() - from;
        assert.ok(queries.length <= 10, `${queries.length} queries`);
        assert.ok(took < 1000, `${took} ms`);
      }
    });

    test('leads whoever writes to the page where his words stand', async () => {
      const editor = await suite.current.loginAs('editor');
      const answered = await sendForm(
        suite.current,
        formOf(entry, { comment: 'To the third', comment_parent: ids[4] ?? 0 }),
        { as: editor },
      );
      assert.match(String(answered.headers['location']), new RegExp(`^${url}#comment-\\d+$`));
      const added = await sendForm(suite.current, formOf(entry, { comment: 'At the end' }), { as: editor });
      assert.match(String(added.headers['location']), new RegExp(`^${url}comment-page-101/#comment-\\d+$`));
      const { body } = await get(`${url}comment-page-101/`);
      assert.match(body, /At the end/);
      const rejected = await sendForm(suite.current, formOf(entry, { comment: '', comment_parent: ids.at(-1) ?? 0 }));
      assert.match(rejected.body, new RegExp(`name="comment_parent" value="${ids.at(-1)}"`), 'also below another page');
    });

    test('goes with all of them', async () => {
      const { site } = suite.current;
      await site.entries.remove(entry.id, { viewer: SYSTEM });
      assert.deepEqual(await comments().list({ entryId: entry.id }, SYSTEM), []);
    });
  });
});
