import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Entry } from 'galley';
import { ANONYMOUS, SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import { forEachSite } from '../../test/support/sites.ts';
import { addMany, formOf, publish, sendForm } from './test-comments.ts';

const THREAD =
  '<!-- wp:comments --><div class="wp-block-comments"><!-- wp:comments-title /--><!-- wp:comment-template --><!-- wp:comment-author-name /--><!-- wp:comment-content /--><!-- /wp:comment-template --><!-- wp:comments-pagination --><!-- wp:comments-pagination-next /--><!-- /wp:comments-pagination --><!-- wp:post-comments-form /--></div><!-- /wp:comments -->';

describe('Blocks that show comments', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'comments'] }, (suite) => {
    let entry: Entry;
    before(async () => {
      entry = await publish(suite.current.site, { title: 'Talked <em>about</em>' });
    });
    const show = async (markup: string, about: Entry = entry): Promise<{ html: string; tags: string[] }> => {
      const tags = new Set<string>();
      const html = await suite.current.site.blocks.render(markup, {
        site: suite.current.site,
        viewer: ANONYMOUS,
        language: 'en',
        entry: about,
        tag: (...names) => {
          for (const name of names) tags.add(name);
        },
      });
      return { html: html.value, tags: [...tags] };
    };

    test('show those of the entry around them, with a form that works', async () => {
      await addMany(suite.current.site, [
        { entryId: entry.id, content: 'In a block', authorName: 'Grace & Co' },
        { entryId: entry.id, content: 'Not seen', status: 'pending' },
      ]);
      const { html, tags } = await show(THREAD);
      assert.match(html, /<h2[^>]*>One comment<\/h2>/);
      assert.match(html, /<li class="comment depth-1">.*Grace &amp; Co.*In a block/s);
      assert.doesNotMatch(html, /Not seen|guest@|192\.0/);
      assert.ok(tags.includes(`comments:${entry.id}`));
      const names = [...html.matchAll(/<(?:input|textarea)[^>]* name="(\w+)"/g)].map(([, name]) => name);
      const { nickname: _, ...fields } = formOf(entry);
      assert.deepEqual(names.toSorted(), Object.keys(fields).toSorted());
      assert.equal((await sendForm(suite.current, fields)).statusCode, 303);
    });

    test('lead to further pages of comments', async () => {
      const long = await publish(suite.current.site, { slug: 'long' });
      await addMany(
        suite.current.site,
        Array.from({ length: 51 }, () => ({ entryId: long.id })),
      );
      const { html } = await show(THREAD, long);
      assert.equal(html.match(/<li class="comment /g)?.length, 50);
      assert.match(html, /href="[^"]*\/long\/comment-page-2\/#comments"/);
    });

    test('show nothing of entries with a password or without comments', async () => {
      const locked = await publish(suite.current.site, { password: 'sesame' });
      await addMany(suite.current.site, [{ entryId: locked.id, content: 'canary' }]);
      assert.equal((await show(THREAD, locked)).html, '<div class="wp-block-comments"></div>');
    });

    test('list the latest with their entries, without any that visitors may not read', async () => {
      const { site } = suite.current;
      const at = Date.UTC(2030, 0, 1);
      const hidden = await publish(site, { status: 'private' });
      const locked = await publish(site, { password: 'sesame' });
      const draft = await publish(site, { status: 'draft' });
      const [last] = await addMany(site, [
        { entryId: entry.id, createdAt: at, content: `<p>${'word '.repeat(30)}</p>`, authorName: 'Last' },
      ]);
      await addMany(
        site,
        Array.from({ length: 24 }, (_, index) => ({
          entryId: [hidden, locked, draft, entry][index % 4]?.id ?? 0,
          createdAt: at + 1 + index,
          content: 'canary',
          status: index % 4 === 3 ? ('spam' as const) : ('approved' as const),
        })),
      );
      const { html, tags } = await show('<!-- wp:latest-comments {"commentsToShow":2} /-->');
      assert.doesNotMatch(html, /canary/);
      assert.match(html, new RegExp(`Last</span> on <a [^>]*#comment-${last?.id}"[^>]*>Talked about</a>`));
      assert.match(html, /<p>(word ){19}word…<\/p>/);
      assert.ok(tags.includes('comments') && tags.includes('type:post'));
      const { queries } = await site.database.countQueries(() =>
        show('<!-- wp:latest-comments {"commentsToShow":20} /-->'),
      );
      assert.ok(queries.length <= 12, `${queries.length} queries`);
    });

    test('follow a comment, and an entry that is hidden, on pages from the cache', async () => {
      const { site, inject } = suite.current;
      const page = await site.entries.save(
        { type: 'page', status: 'publish', title: 'Latest', content: '<!-- wp:latest-comments /-->' },
        { viewer: SYSTEM },
      );
      const url = await site.services.use('front').urlOf(page);
      const other = await publish(site, { title: 'Soon gone' });
      await inject({ url });
      await addMany(site, [{ entryId: other.id, createdAt: Date.UTC(2031, 0, 1), content: 'Brand new' }]);
      assert.match((await inject({ url })).body, /Brand new/);
      await site.entries.trash(other.id, { viewer: SYSTEM });
      assert.doesNotMatch((await inject({ url })).body, /Brand new/);
      await site.entries.restore(other.id, { viewer: SYSTEM });
      assert.match((await inject({ url })).body, /Brand new/);
      await site.entries.remove(other.id, { viewer: SYSTEM });
      assert.doesNotMatch((await inject({ url })).body, /Brand new/);
    });
  });
});

describe('Without the plugin "blocks"', () => {
  let current: TestSite;
  before(async () => {
    current = await startTestSite({ plugins: ['posts', 'comments'] });
  });
  after(() => current.stop());

  test('comments work, and nobody complains of questions that nobody asks', async () => {
    const { site, inject } = current;
    assert.deepEqual(site.hooks.unknown(), []);
    assert.deepEqual(site.plugins.need('comments').faults, []);
    const entry = await publish(site);
    await addMany(site, [{ entryId: entry.id, content: 'Shown' }]);
    assert.match((await inject({ url: await site.services.use('front').urlOf(entry) })).body, /Shown/);
  });
});
