import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { SafeHtml } from 'galley';
import { SYSTEM } from 'galley';
import { forEachSite } from '../../test/support/sites.ts';

describe('Widgets', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'widgets', 'comments'] }, (suite) => {
    /** How often the block of the tests was rendered. */
    let rendered = 0;
    let isBroken = false;

    before(() => {
      const { site } = suite.current;
      site.blocks.define('test/counted', {
        title: 'Counted',
        render(_, __, { tag }) {
          tag('test-counted');
          if (isBroken) throw new Error('the widget is broken');
          return `<p>Rendered ${++rendered} times</p>`;
        },
      });
    });

    const set = (areas: Record<string, string[]>): Promise<void> => suite.current.site.options.set('widgets', areas);
    const paragraph = (text: string): string => `<!-- wp:paragraph --><p>${text}</p><!-- /wp:paragraph -->`;
    const COUNTED = '<!-- wp:test/counted /-->';
    const bodyOf = async (url: string): Promise<string> => {
      const reply = await suite.current.inject({ url });
      assert.equal(reply.statusCode, 200, url);
      return reply.body;
    };
    const isCached = async (url: string): Promise<boolean> => {
      const { hits } = suite.current.site.pages.stats();
      await bodyOf(url);
      return suite.current.site.pages.stats().hits > hits;
    };
    /** The widgets that the templates of a page get. */
    const areasOf = async (url: string): Promise<Record<string, string[]>> => {
      const { site } = suite.current;
      let areas: Record<string, SafeHtml[]> = {};
      site.pages.flush();
      const remove = site.hooks.addFilter(
        'view:page',
        (view) => {
          areas = view.widgets ?? {};
          return view;
        },
        { priority: 1000 },
      );
      await bodyOf(url);
      remove();
      return Object.fromEntries(Object.entries(areas).map(([area, list]) => [area, list.map(({ value }) => value)]));
    };
    const publish = (draft: object) =>
      suite.current.site.entries.save({ type: 'post', status: 'publish', ...draft }, { viewer: SYSTEM });

    test('of a new site are a search, the latest posts, categories and the archive', async () => {
      await publish({ title: 'Fresh from the press' });
      const areas = await areasOf('/');
      assert.equal(areas['sidebar']?.length, 3);
      assert.match(areas['sidebar']?.join('') ?? '', /role="search".*Fresh from the press.*wp-block-categories/s);
      assert.match(areas['footer']?.join('') ?? '', /wp-block-archives/);
    });

    test('are rendered once for all pages, until what they show or the settings change', async () => {
      const { site } = suite.current;
      const post = await publish({ title: 'One' });
      await site.entries.save({ type: 'page', status: 'publish', title: 'Quiet', slug: 'quiet' }, { viewer: SYSTEM });
      await set({ sidebar: [COUNTED, paragraph('Left'), ''], footer: [paragraph('Below')] });
      const before = rendered;
      for (const url of ['/', '/quiet/', '/?s=x', '/']) await bodyOf(url);
      assert.equal(rendered, before + 1);
      assert.deepEqual(await areasOf('/quiet/'), {
        sidebar: [`<p>Rendered ${before + 1} times</p>`, '<p>Left</p>'],
        footer: ['<p>Below</p>'],
      });
      await set({ sidebar: [paragraph('Other')] });
      assert.match(await bodyOf('/'), /Other/);
      assert.ok(post);
    });

    test('follow a new post on every cached page', async () => {
      await set({ sidebar: ['<!-- wp:latest-posts /-->'], footer: [] });
      await bodyOf('/');
      assert.equal(await isCached('/'), true);
      await publish({ title: 'Hot metal' });
      assert.match((await areasOf('/'))['sidebar']?.[0] ?? '', /Hot metal/);
      assert.match(await bodyOf('/'), /Hot metal/);
    });

    test('follow the latest comments where they show them; elsewhere a comment changes no other page', async () => {
      const { site } = suite.current;
      const post = await publish({ title: 'Talked about' });
      const comment = (content: string) =>
        site.services.use('comments').import({
          entryId: post.id,
          parentId: null,
          userId: null,
          authorName: 'Guest',
          authorEmail: 'guest@example.net',
          authorUrl: '',
          authorAddress: '',
          agent: '',
          content,
          status: 'approved',
          type: 'comment',
          createdAt: Date.now(),
        });
      await set({ sidebar: ['<!-- wp:latest-posts /-->'] });
      await bodyOf('/quiet/');
      await comment('Not for the widget');
      assert.equal(await isCached('/quiet/'), true);
      await set({ sidebar: ['<!-- wp:latest-comments /-->'] });
      await bodyOf('/quiet/');
      assert.equal(await isCached('/quiet/'), true);
      await comment('Seen beside');
      assert.equal(await isCached('/quiet/'), false);
      assert.match((await areasOf('/quiet/'))['sidebar']?.[0] ?? '', /Seen beside/);
    });

    test('that are broken are left out: the page and the others stand', async () => {
      isBroken = true;
      await set({ sidebar: [paragraph('Before'), COUNTED, '<!-- wp:nobody/knows /-->', paragraph('After')] });
      const sidebar = (await areasOf('/'))['sidebar'] ?? [];
      isBroken = false;
      assert.deepEqual(sidebar, ['<p>Before</p>', '<p>After</p>']);
      assert.match(await bodyOf('/'), /After/);
    });

    test('show what everybody may see, whoever looks', async () => {
      await suite.current.site.entries.save({ type: 'post', status: 'private', title: 'canary' }, { viewer: SYSTEM });
      await set({ sidebar: ['<!-- wp:latest-posts {"postsToShow":50} /-->'] });
      const { cookie } = await suite.current.loginAs('administrator');
      const { body } = await suite.current.inject({ url: '/quiet/', headers: { cookie } });
      assert.doesNotMatch(body, /canary/);
    });
  });
});
