import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

describe('The screen of widgets', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'widgets', 'comments'] }, (suite) => {
    let administrator: Browser;
    before(async () => {
      administrator = new Browser(() => suite.current, (await suite.current.loginAs('administrator')).cookie);
    });
    /** Somebody who may arrange the site and store no HTML that is not sanitised. */
    const designer = async (): Promise<Browser> => {
      const capabilities = ['read', 'edit_theme_options'];
      await suite.current.site.roles.save('designer', { title: 'Designer', capabilities }, SYSTEM);
      return new Browser(() => suite.current, (await suite.current.loginAs('designer')).cookie);
    };
    const areas = () => suite.current.site.options.get<Record<string, string[]>>('widgets');
    const open = () => administrator.get('/admin/widgets');

    test('shows each widget with its settings, and changes only what was edited', async () => {
      const before = await areas();
      const page = await open();
      assert.match(page.text, /Latest posts/);
      const saved = await administrator.submit(page, 'Save widgets', { 'w.2.f.postsToShow': '3' });
      assert.match(saved.text, /Saved\. Visitors see it now\./);
      const after = await areas();
      assert.deepEqual([after['sidebar']?.[0], after['footer']], [before['sidebar']?.[0], before['footer']]);
      assert.match(after['sidebar']?.[1] ?? '', /Latest<\/h2>.*"postsToShow":3/s);
      await administrator.submit(saved, 'Undo');
      assert.deepEqual((await areas())['sidebar'], before['sidebar']);
    });

    test('adds, moves, sets aside and removes widgets, which visitors see at once', async () => {
      const added = await administrator.submit(await open(), 'Add to Beside lists', { 'kind.sidebar': 'text' });
      const key = /w\.(\d+)\.f\.text/.exec(added.html)?.[1] ?? '';
      const text = {
        [`w.${key}.f.heading`]: 'About & more',
        [`w.${key}.f.text`]: 'First.\n\n<b onclick="x()">Second</b>.',
      };
      const other = await designer();
      await other.submit(await other.get('/admin/widgets'), 'Save widgets', {
        ...text,
        [`w.${key}.order`]: '0',
        'w.2.area': 'wp_inactive_widgets',
      });
      const stored = await areas();
      assert.match(stored['sidebar']?.[0] ?? '', /About &amp; more<\/h2>.*<p>First\.<\/p>.*<p><b>Second<\/b>\.<\/p>/s);
      assert.match(stored['wp_inactive_widgets']?.[0] ?? '', /latest-posts/);
      const front = await suite.current.inject({ url: `/${new Date().getUTCFullYear()}/` });
      assert.match(front.body, /About &amp; more/);
      assert.doesNotMatch(front.body, /wp-block-latest-posts/);
      await administrator.submit(await open(), 'Save widgets', { 'w.1.remove': true });
      assert.doesNotMatch((await areas())['sidebar']?.join('') ?? '', /About/);
    });

    test('a form that is out of date overwrites nothing and loses nothing', async () => {
      const page = await open();
      await suite.current.site.options.update<Record<string, string[]>>('widgets', (current) => ({
        ...current,
        footer: ['<!-- wp:paragraph --><p>By somebody else</p><!-- /wp:paragraph -->'],
      }));
      const refused = await administrator.submit(page, 'Save widgets', { 'w.1.f.heading': 'Typed by me' });
      assert.equal(refused.status, 409);
      assert.match(refused.html, /Typed by me/);
      assert.match((await areas())['footer']?.[0] ?? '', /By somebody else/);
    });

    test('a kind that is gone since the form was loaded takes nothing with it', async () => {
      const before = await areas();
      const refused = await administrator.submit(await open(), 'Save widgets', {
        'w.1.kind': 'weather',
        'w.2.f.heading': 'Typed by me',
      });
      assert.equal(refused.status, 409);
      assert.match(refused.text, /widgets of the kind “weather” are no longer there/);
      assert.doesNotMatch(refused.text, /somebody else has changed/);
      assert.match(refused.html, /Typed by me/);
      assert.deepEqual(await areas(), before);
      const saved = await administrator.submit(refused, 'Save widgets', {});
      assert.match(saved.text, /Saved\. Visitors see it now\./);
      const after = Object.values(await areas()).flat();
      assert.ok(after.includes(Object.values(before).flat()[0] ?? ''), 'what stood in it stays as it was');
      assert.match(after.join(''), /Typed by me/);
    });

    test('is for those who may change the design', async () => {
      for (const role of ['subscriber', 'author', 'editor']) {
        const { cookie } = await suite.current.loginAs(role);
        assert.equal((await new Browser(() => suite.current, cookie).get('/admin/widgets')).status, 403, role);
      }
    });
  });
});
