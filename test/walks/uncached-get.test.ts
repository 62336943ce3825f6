// Walk 2: GET / uncached: http/server → http/page-cache (miss) → plugins/posts/front → content/query → services/cache →
// services/database → theme/templates → theme/render; stored on the way out under the tags of all that went into it.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { addSampleContent, type SampleContent } from '../support/sample-content.ts';
import { forEachSite } from '../support/sites.ts';

describe('A page that is not in the cache on its way', () => {
  forEachSite({ onGalera: true }, (suite) => {
    let content: SampleContent;
    before(async () => {
      content = await addSampleContent(suite.current);
    });

    /** Fetches a page and tells whether it came from the cache. */
    async function fetchPage(url: string): Promise<{ body: string; isCached: boolean }> {
      const { site, inject } = suite.current;
      const { hits } = site.pages.stats();
      const reply = await inject({ url });
      assert.equal(reply.statusCode, 200, url);
      return { body: reply.body, isCached: site.pages.stats().hits > hits };
    }

    test('asks the store, presents all entries at once, renders once, and is kept', async () => {
      const { site, inject } = suite.current;
      await inject({ url: '/' }); // What stands beside the list is in the object cache now, the second page of it is not.
      const order: string[] = [];
      const remove = [
        site.hooks.addFilter('entries:presenting', (entries) => {
          order.push(`present ${entries.length}`);
          return entries;
        }),
        site.hooks.addFilter('view:page', (view) => {
          order.push('view');
          return view;
        }),
        site.hooks.addCollector('view:head', () => {
          order.push('head');
          return [];
        }),
        site.hooks.addFilter('reply:sending', (head) => {
          order.push('send');
          return head;
        }),
      ];
      const { result, queries } = await site.database.countQueries(() => inject({ url: '/page/2/' }));
      for (const each of remove) each();
      assert.equal(result.statusCode, 200);
      assert.ok(queries.length > 0);
      assert.equal(order[0], `present ${order[0]?.slice('present '.length)}`);
      assert.deepEqual(order.slice(1), ['view', 'head', 'send'], 'each fires once for the whole page');
      assert.equal((await fetchPage('/page/2/')).isCached, true);
      site.pages.flush();
      const again = await site.database.countQueries(() => inject({ url: '/page/2/' }));
      assert.equal(again.result.body, result.body);
      assert.deepEqual(again.queries, [], 'a warm object cache has all that the page shows');
    });

    test('follows a change of what it shows at once, and only then', async () => {
      const { site } = suite.current;
      const [first, second] = content.posts;
      const pageOf = (number: number): string => `/2024/05/report-${number}/`;
      for (const url of [pageOf(0), pageOf(5), '/category/reports/', '/about-2/', '/feed/']) await fetchPage(url);
      for (const url of [pageOf(0), pageOf(5), '/category/reports/', '/about-2/', '/feed/'])
        assert.equal((await fetchPage(url)).isCached, true, url);
      await site.entries.save(
        { id: first?.id, title: 'Renamed report' },
        { viewer: SYSTEM, version: first?.version ?? 0 },
      );
      assert.match((await fetchPage(pageOf(0))).body, /Renamed report/);
      assert.match((await fetchPage('/category/reports/')).body, /Renamed report/);
      assert.match((await fetchPage('/feed/')).body, /Renamed report/);
      assert.ok(second);
    });

    test('follows menus, terms, authors, comments, settings and the theme’s options', async () => {
      const { site } = suite.current;
      const url = '/2024/05/report-3/';
      const changes: [string, () => Promise<unknown>, RegExp][] = [
        ['the title of the site', () => site.options.set('title', 'Another Title'), /Another Title/],
        [
          'a term',
          () => site.terms.save({ id: content.category.id, name: 'Chronicles' }, { viewer: SYSTEM }),
          /Chronicles/,
        ],
        [
          'the author',
          () => site.users.update(content.author.id, { name: 'A. A. Lovelace' }, { by: SYSTEM }),
          /A\. A\. Lovelace/,
        ],
        [
          'a comment',
          () =>
            site.services.use('comments').import({
              entryId: content.posts[3]?.id ?? 0,
              parentId: null,
              userId: null,
              authorName: 'Late guest',
              authorEmail: 'late@example.net',
              authorUrl: '',
              authorAddress: '',
              agent: '',
              content: 'A late word.',
              status: 'approved',
              type: 'comment',
              createdAt: Date.now(),
            }),
          /A late word/,
        ],
        ['the menu', () => site.options.set('menu_locations', {}), /About/],
        ['the format of dates', () => site.options.set('date_format', '\\d\\a\\y j'), /day 12/],
        ['the zone', () => site.options.set('timezone', 'Pacific/Kiritimati'), /day 13/],
      ];
      for (const [what, change, shows] of changes) {
        await fetchPage(url);
        assert.equal((await fetchPage(url)).isCached, true, `before ${what}`);
        await change();
        assert.match((await fetchPage(url)).body, shows, what);
      }
    });

    test('follows a change of the permalinks', async () => {
      const { site, inject } = suite.current;
      await fetchPage('/');
      await site.options.set('permalink_structure', '/%postname%/');
      assert.match((await fetchPage('/')).body, /href="\/report-2\/"/);
      const former = await inject({ url: '/2024/05/report-2/' });
      assert.deepEqual(
        [former.statusCode, former.headers.location],
        [301, '/report-2/'],
        'old addresses keep leading there',
      );
      assert.equal((await inject({ url: '/report-2/' })).statusCode, 200);
      await site.options.set('permalink_structure', '/%year%/%monthnum%/%postname%/');
      assert.equal((await inject({ url: '/2024/05/report-2/' })).statusCode, 200);
    });
  });
});
