import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Entry } from 'galley';
import { SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';
import { addMany, publish, SOME_COMMENT } from './test-comments.ts';

const START = Date.UTC(2026, 3, 1);

/** The ids of the comments on a page with their depths, in order. */
function threadOf(body: string): [id: number, depth: number][] {
  return [...body.matchAll(/class="comment depth-(\d+)[^"]*" id="comment-(\d+)"/g)].map(([, depth, id]) => [
    Number(id),
    Number(depth),
  ]);
}

describe('Comments on pages', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'comments', 'menus', 'widgets', 'feeds'] }, (suite) => {
    let entry: Entry;
    let url: string;
    const comments = () => suite.current.site.services.use('comments');
    const urlOf = (one: Entry) => suite.current.site.services.use('front').urlOf(one);
    const bodyOf = async (path: string): Promise<string> => {
      const reply = await suite.current.inject({ url: path });
      assert.equal(reply.statusCode, 200, path);
      return reply.body;
    };
    const settings = async (changes: object): Promise<void> => {
      await suite.current.site.options.update('comments', (now: object) => ({ ...now, ...changes }));
    };
    before(async () => {
      entry = await publish(suite.current.site, { title: 'Discussed' });
      url = await urlOf(entry);
    });

    test('stand below what they answer, and on the deepest level what would stand deeper', async () => {
      await settings({ depth: 3 });
      const post = await publish(suite.current.site);
      const ids: number[] = [];
      for (let level = 0; level < 5; level++) {
        const [added] = await addMany(suite.current.site, [
          {
            entryId: post.id,
            parentId: ids.at(-1) ?? null,
            createdAt: START - level * 1000,
            content: `Level ${level}`,
          },
        ]);
        ids.push(added?.id ?? 0);
      }
      const [second] = await addMany(suite.current.site, [{ entryId: post.id, createdAt: START + 1 }]);
      const path = await urlOf(post);
      assert.deepEqual(threadOf(await bodyOf(path)), [
        [ids[0], 1],
        [ids[1], 2],
        [ids[2], 3],
        [ids[3], 3],
        [ids[4], 3],
        [second?.id, 1],
      ]);
      await settings({ depth: 1 });
      assert.deepEqual(
        threadOf(await bodyOf(path)).map(([, depth]) => depth),
        [1, 1, 1, 1, 1, 1],
      );
      await settings({ depth: 6 });
    });

    test('are shown when they are approved only, and a thread only with its beginning', async () => {
      const post = await publish(suite.current.site);
      const path = await urlOf(post);
      const [root] = await addMany(suite.current.site, [{ entryId: post.id, content: 'Beginning' }]);
      const [middle] = await addMany(suite.current.site, [
        { entryId: post.id, parentId: root?.id ?? null, content: 'Middle', createdAt: START + 1 },
      ]);
      const [last] = await addMany(suite.current.site, [
        { entryId: post.id, parentId: middle?.id ?? null, content: 'Last', createdAt: START + 2 },
      ]);
      for (const status of ['pending', 'spam', 'trash'] as const)
        await addMany(suite.current.site, [{ entryId: post.id, status, content: `Hidden ${status}` }]);
      const count = async (): Promise<number | undefined> => (await comments().threads.counts([post.id])).get(post.id);
      assert.doesNotMatch(await bodyOf(path), /Hidden (pending|spam|trash)/);
      assert.equal(await count(), 3);
      await comments().setStatus(middle?.id ?? 0, 'spam', SYSTEM);
      assert.deepEqual(threadOf(await bodyOf(path)), [
        [root?.id, 1],
        [last?.id, 2],
      ]);
      assert.equal(await count(), 2);
      await comments().setStatus(root?.id ?? 0, 'trash', SYSTEM);
      assert.deepEqual(threadOf(await bodyOf(path)), []);
      assert.equal(await count(), undefined);
    });

    test('appear on the cached page at once, and no other page is made again', async () => {
      const { site } = suite.current;
      const other = await publish(site, { title: 'Undisturbed', slug: 'undisturbed' });
      const away = await site.entries.save({ type: 'page', status: 'publish', title: 'Away' }, { viewer: SYSTEM });
      const [held] = await addMany(site, [{ entryId: entry.id, status: 'pending', content: 'Held back so far' }]);
      const paths = [url, await urlOf(away), '/robots.txt', '/sitemap.xml'];
      for (const path of paths) await bodyOf(path);
      const isCached = async (path: string): Promise<boolean> => {
        const { hits } = site.pages.stats();
        await bodyOf(path);
        return site.pages.stats().hits > hits;
      };
      for (const path of paths) assert.equal(await isCached(path), true, path);
      await comments().setStatus(held?.id ?? 0, 'approved', SYSTEM);
      assert.equal(await isCached(url), false);
      assert.match(await bodyOf(url), /Held back so far/);
      for (const path of paths.slice(1)) assert.equal(await isCached(path), true, path);
      await bodyOf(url);
      const [spam] = await addMany(site, [{ entryId: entry.id, status: 'spam' }]);
      await comments().remove(spam?.id ?? 0, SYSTEM);
      assert.equal(await isCached(url), true, 'what nobody sees changes no page');
      await comments().remove(held?.id ?? 0, SYSTEM);
      assert.doesNotMatch(await bodyOf(url), /Held back so far/);
      assert.ok(other);
    });

    test('are counted on lists, anew after each change', async () => {
      const { site } = suite.current;
      const post = await publish(site, { title: 'Counted' });
      const presented = async (): Promise<number | undefined> => {
        const [shown] = await site.entries.present([post]);
        return shown?.comments.count;
      };
      assert.equal(await presented(), 0);
      const added = await addMany(site, [
        { entryId: post.id },
        { entryId: post.id },
        { entryId: post.id, status: 'spam' },
      ]);
      assert.equal(await presented(), 2);
      await comments().setStatus(added[0]?.id ?? 0, 'trash', SYSTEM);
      assert.equal(await presented(), 1);
    });

    test('never tell an e-mail address, a network address or a browser', async () => {
      const { site, inject } = suite.current;
      const post = await publish(site, {
        slug: 'secret-keeper',
        content:
          '<!-- wp:latest-comments /--><!-- wp:comments --><!-- wp:comment-template --><!-- wp:comment-content /--><!-- /wp:comment-template --><!-- /wp:comments -->',
      });
      const [root] = await addMany(site, [
        {
          entryId: post.id,
          authorEmail: 'canary@secret.example',
          authorAddress: '198.51.100.77',
          agent: 'CanaryBrowser',
        },
      ]);
      const path = await urlOf(post);
      for (const address of [path, `${path}?replyto=${root?.id}`, '/', '/feed/', '/feed/atom/', '/sitemap.xml']) {
        for (const accept of ['text/html', 'application/json']) {
          const { body } = await inject({ url: address, headers: { accept } });
          assert.doesNotMatch(body, /canary|198\.51\.100\.77/i, address);
        }
      }
    });

    test('are counted in lists as they are judged', async () => {
      const { site } = suite.current;
      const post = await publish(site);
      const counted = async (): Promise<number> => (await site.entries.present([post]))[0]?.comments.count ?? -1;
      assert.equal(await counted(), 0);
      const { id } = await comments().import({ ...SOME_COMMENT, entryId: post.id });
      assert.equal(await counted(), 1);
      for (const [status, count] of [
        ['spam', 0],
        ['approved', 1],
        ['trash', 0],
        ['pending', 0],
      ] as const) {
        await comments().setStatus(id, status, SYSTEM);
        assert.equal(await counted(), count, status);
      }
      await comments().setStatus(id, 'approved', SYSTEM);
      await comments().remove(id, SYSTEM);
      assert.equal(await counted(), 0);
    });

    test('cost the same number of queries, however many there are', async () => {
      const { site } = suite.current;
      const costOf = async (amount: number): Promise<number> => {
        const post = await publish(site);
        const roots = await addMany(
          site,
          Array.from({ length: amount }, () => ({ entryId: post.id })),
        );
        await addMany(
          site,
          roots.map(({ id }) => ({ entryId: post.id, parentId: id })),
        );
        const path = await urlOf(post);
        await bodyOf(path);
        site.pages.flush(); // What stands beside the entry is in the object cache.
        const { queries } = await site.database.countQueries(() => bodyOf(path));
        return queries.filter(({ sql }) => /comments/.test(sql)).length;
      };
      // How many there are is kept.
      assert.equal(await costOf(0), 0);
      assert.equal(await costOf(2), 1);
      assert.equal(await costOf(25), 1, 'fifty comments on one page');
      assert.equal(await costOf(60), 3, 'more than fit on one page');
    });

    test('are told apart: whose entry it is, and where the reply goes', async () => {
      const { site } = suite.current;
      const author = await suite.current.loginAs('author');
      const post = await publish(site, { authorId: author.user.id });
      const [own] = await addMany(site, [{ entryId: post.id, userId: author.user.id }]);
      const path = await urlOf(post);
      const body = await bodyOf(path);
      assert.match(body, new RegExp(`by-author" id="comment-${own?.id}"`));
      assert.ok(body.replaceAll('&#x3D;', '=').includes(`href="${path}?replyto=${own?.id}#respond"`));
      await site.entries.save({ id: post.id, commentStatus: 'closed' }, { viewer: SYSTEM });
      assert.doesNotMatch(await bodyOf(path), /\?replyto/);
      assert.match(await bodyOf(path), /Comments are closed/);
    });
  });
});
