import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { isGalleyError, SYSTEM } from 'galley';
import { type LoggedIn, TEST_PASSWORD } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';
import { forEachSite } from '../../test/support/sites.ts';

describe('Trying a theme', () => {
  forEachSite({ plugins: ['posts', 'blocks', 'users', 'dashboard'] }, (suite) => {
    let ada: LoggedIn;
    let browser: Browser;
    const FRAME = { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'same-origin' };
    before(async () => {
      ada = await suite.current.loginAs('administrator');
      browser = new Browser(() => suite.current, ada.cookie);
      await suite.current.site.themes.create('gazette', { title: 'Gazette', parent: 'default' });
    });
    const page = async (headers: Record<string, string>) => {
      const reply = await suite.current.inject({ url: '/', headers });
      assert.equal(reply.statusCode, 200);
      return { html: reply.body, cache: String(reply.headers['cache-control']) };
    };
    const variation = (html: string): string => /data-variation="([^"]*)"/.exec(html)?.[1] ?? '';

    test('only the session that tries it sees it, in the frame, and nothing of it is kept', async () => {
      const form = await browser.get('/admin/themes/default');
      const tried = await browser.submit(form, 'Try it', {
        'options.variation': 'broadsheet',
        'options.accent': '#aa3311',
      });
      assert.match(tried.html, /<option value="broadsheet" selected>/);
      const mine = await page({ cookie: ada.cookie, ...FRAME });
      assert.equal(variation(mine.html), 'broadsheet');
      assert.match(mine.cache, /private, no-store/);
      const stylesheets = (html: string): string[] =>
        [...html.matchAll(/href="(\/assets\/[^"]+\.css)"/g)].map(([, url = '']) => url);
      const tokens = stylesheets(mine.html).find((url) => !stylesheets(tried.html).includes(url)) ?? '';
      assert.equal((await suite.current.inject({ url: tokens })).statusCode, 200);

      const bob = await suite.current.loginAs('administrator');
      const second = await suite.current.site.sessions.create(ada.user.id);
      const others: [string, Record<string, string>][] = [
        ['a visitor', {}],
        ['a visitor in a frame', FRAME],
        ['a visitor again, from the cache', {}],
        ['another administrator', { cookie: bob.cookie, ...FRAME }],
        ['the same person elsewhere', { cookie: `galley=${second.token}`, ...FRAME }],
        ['the same session outside of the frame', { cookie: ada.cookie, 'sec-fetch-dest': 'document' }],
      ];
      for (const [who, headers] of others) assert.equal(variation((await page(headers)).html), 'galley', who);
    });

    test('who may no longer change the design sees nothing of it any more', async () => {
      const { site } = suite.current;
      await site.roles.save('designer', { title: 'Designer', capabilities: ['read', 'edit_theme_options'] }, SYSTEM);
      const eve = await suite.current.loginAs('designer');
      const other = new Browser(() => suite.current, eve.cookie);
      await other.submit(await other.get('/admin/themes/default'), 'Try it', { 'options.variation': 'broadsheet' });
      const headers = { cookie: eve.cookie, ...FRAME };
      assert.equal(variation((await page(headers)).html), 'broadsheet');
      await site.roles.save('designer', { title: 'Designer', capabilities: ['read'] }, SYSTEM);
      assert.equal(variation((await page(headers)).html), 'galley');
      const { viewer } = await suite.current.loginAs('editor');
      await assert.rejects(
        site.themes.previews.start('x', { name: 'default', variation: '', options: {} }, viewer),
        (error) => isGalleyError(error, 'GALLEY_PERMISSION_DENIED'),
      );
    });

    test('it is made live, taken back, or thrown away', async () => {
      const form = await browser.get('/admin/themes/default');
      const wrong = await browser.submit(form, 'Try it', { 'options.accent': 'red; }' });
      assert.equal(wrong.status, 422);
      const live = await browser.submit(form, 'Make it live', { 'options.variation': 'broadsheet' });
      assert.equal(variation((await page({})).html), 'broadsheet');
      await browser.submit(live, 'Undo');
      assert.equal(variation((await page({})).html), 'galley');
      await browser.submit(form, 'Try it', { 'options.variation': 'broadsheet' });
      await browser.submit(await browser.get('/admin/themes/default'), 'Discard');
      assert.equal(variation((await page({ cookie: ada.cookie, ...FRAME })).html), 'galley');
    });

    test('another theme is tried before it is activated, which asks for the password', async () => {
      const { site } = suite.current;
      const list = await browser.get('/admin/themes');
      const studio = await browser.submit(list, 'Try it : Gazette');
      assert.match(studio.text, /Visitors see Galley\. Only you see what you choose here/);
      assert.equal((await site.themes.active()).theme.name, 'default');
      await site.database.write('sessions').where({ user_id: ada.user.id }).update({ authenticated_at: 0 });
      await site.cache.invalidate((await site.sessions.listOf(ada.user.id)).map(({ idHash }) => `session:${idHash}`));
      const asked = await browser.submit(studio, 'Make it live');
      assert.match(asked.text, /Is it you\?/);
      assert.equal((await site.themes.active()).theme.name, 'default');
      const direct = await browser.submit(await browser.get('/admin/themes'), 'Use this theme');
      assert.match(direct.text, /Is it you\?/);
      assert.equal((await site.themes.active()).theme.name, 'default');
      const refused = await browser.submit(direct, 'Go on', { password: 'another' });
      const confirmed = await browser.submit(refused, 'Go on', { password: TEST_PASSWORD });
      assert.match(confirmed.text, /What you chose is not done yet/);
      const live = await browser.submit(confirmed, 'Do it now');
      assert.equal((await site.themes.active()).theme.name, 'gazette', 'a button alone is pressed again');
      await browser.submit(live, 'Undo');
    });
  });
});
