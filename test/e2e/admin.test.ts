// The admin as a person uses it in a browser, and whether anything stands in the way of anybody.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { TestSite } from '../../core/testing.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, logIn, startAdminSite, violationsInBoth } from './admin-visitor.ts';
import type { Visitor } from './visitor.ts';

const TEXT = '<!-- wp:paragraph -->\n<p>Set by hand.</p>\n<!-- /wp:paragraph -->';

describe('the admin in a browser', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  let current: TestSite;
  let origin: string;
  let visitor: Visitor;
  let postId: number;

  before(async () => {
    admin = await startAdminSite();
    ({ current, origin, visitor } = admin);
    const { site } = current;
    const post = { type: 'post', title: 'Ink and paper', content: TEXT, status: 'publish' } as const;
    postId = (await site.entries.save(post, { viewer: SYSTEM })).id;
  });
  after(() => admin?.stop());

  test('from the log-in to a published post that visitors see, and out again', async () => {
    const watched = await visitor.visit();
    const { page } = watched;
    await logIn(watched, origin);
    await page.getByRole('link', { name: 'New post' }).first().click();
    // The form of an entry opens on the title.
    await page.locator('#f-title:focus').waitFor();
    await page.keyboard.type('From a browser');
    await page.locator('.ge-text').click();
    await page.keyboard.type('Set by hand.');
    await page.getByLabel('New category').fill('Browsers');
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('Saved. Visitors see it now.').waitFor();
    await page.getByRole('link', { name: 'Look at it' }).click();
    await page.getByText('Set by hand.').waitFor();
    const reader = await visitor.visit();
    await reader.open(new URL(page.url()).pathname);
    await reader.page.getByRole('heading', { name: 'From a browser' }).first().waitFor();
    await watched.open('/admin');
    await page.locator('.pop > summary').click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('You are logged out.').waitFor();
    assert.deepEqual([...watched.complaints, ...reader.complaints], []);
    await Promise.all([watched.close(), reader.close()]);
  });

  test('what is selected is counted and moved together; leaving a changed form is asked about', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open('/admin/content/post');
    assert.equal(await page.locator('.bulk').isVisible(), false);
    await page.getByLabel('Select Ink and paper').check();
    await page.getByText('1 selected').waitFor();
    await page.locator('#bulk-action').selectOption('trash');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('1 post is moved to the trash.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('restored').waitFor();
    await watched.open(`/admin/content/post/${postId}`);
    await page.getByLabel('Title', { exact: true }).fill('Changed');
    let asked = '';
    page.once('dialog', (dialog) => {
      asked = dialog.type();
    });
    await page.goto(`${origin}/admin`).catch(() => undefined);
    assert.equal(asked, 'beforeunload');
    await watched.close();
  });

  test('whoever presses twice publishes once, and sees that it takes a while', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open('/admin/content/post/new');
    await page.locator('#f-title:focus').waitFor();
    await page.keyboard.type('Pressed twice');
    // The answer waits until the page has shown that it takes a while.
    const shown = Promise.withResolvers<void>();
    await page.exposeFunction('tellBusy', shown.resolve);
    await page.evaluate(`new MutationObserver(() => {
      if (document.querySelector('form[aria-busy="true"]')) window.tellBusy();
    }).observe(document.body, { subtree: true, attributeFilter: ['aria-busy'] })`);
    await page.route('**/admin/content/post/new', async (route) => {
      await shown.promise;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Publish' }).dblclick();
    await page.getByText('Saved. Visitors see it now.').waitFor();
    const { items } = await current.site.entries.find({ type: 'post', title: 'Pressed twice' }, SYSTEM);
    assert.equal(items.length, 1);
    await watched.close();
  });

  test('dark is there at once, in the other tabs too, takes nothing that was typed, and is dark from the first paint on the next page', async () => {
    const watched = await admin.enter({ colorScheme: 'light' });
    const { page } = watched;
    const other = await page.context().newPage();
    await other.goto('/admin/appearance');
    await other.locator('input[name="mode"][value="system"]:checked').waitFor();
    const name = page.getByLabel(/^Name \(/);
    await watched.open('/admin/profile');
    await name.fill('Typed and not saved');
    await page.locator('.pop > summary').click();
    const kept = page.waitForResponse((response) => response.url().endsWith('/admin/appearance'));
    await page.getByRole('button', { name: 'Dark' }).click();
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    assert.equal(await page.getByRole('button', { name: 'Dark' }).getAttribute('aria-pressed'), 'true');
    assert.equal(await name.inputValue(), 'Typed and not saved');
    assert.equal(await page.locator('select[name="look.mode"]').inputValue(), 'dark', 'saving the profile keeps it');
    assert.equal((await kept).status(), 204);
    await other.locator('html[data-theme="dark"]').waitFor();
    await other.locator('input[name="mode"][value="dark"]:checked').waitFor();
    await other.locator('input[name="mode"][value="light"]').check();
    await other.getByRole('button', { name: 'Save' }).click();
    await page.locator('html[data-theme="light"]').waitFor();
    assert.equal(await name.inputValue(), 'Typed and not saved');
    await page.getByRole('button', { name: 'Dark' }).click();
    await other.locator('html[data-theme="dark"]').waitFor();
    const { html } = await watched.page.request
      .get(`${origin}/admin`)
      .then(async (reply) => ({ html: await reply.text() }));
    assert.match(html, /<html[^>]*data-theme="dark"/, 'the page says so itself, before any script');
    const ink = await watched.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const [lightness = '1'] = /[\d.]+/.exec(ink) ?? [];
    assert.ok(Number(lightness) < 0.3, ink);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  for (const width of [390, 1440])
    test(`the log-in and an open menu have no barrier at ${width} pixels`, async () => {
      const stranger = await visitor.visit({ viewport: { width, height: 900 } });
      for (const address of ['/admin/login', '/admin/forgot']) {
        await stranger.open(address);
        assert.deepEqual(await violationsInBoth(stranger.page), [], address);
      }
      const watched = await admin.enter({ viewport: { width, height: 900 } });
      const { page } = watched;
      await watched.open('/admin');
      await page.locator(width < 800 ? '.drawer > summary' : '.pop > summary').click();
      assert.deepEqual(await violationsInBoth(page), []);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${over} pixels wider than the window`);
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('details.pop[open], details.drawer[open]').count(), 0, 'Escape closes it');
      assert.deepEqual([...stranger.complaints, ...watched.complaints], []);
      await Promise.all([stranger.close(), watched.close()]);
    });
});
