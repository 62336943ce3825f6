// The frame of the admin as a person uses it: the palette, keys, where the menu stands, languages, and the bar on the site.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import type { TestSite } from '../../core/testing.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, startAdminSite, violations } from './admin-visitor.ts';
import type { Visitor, WatchedPage } from './visitor.ts';

/** Whether the page is wider than the window. */
const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

describe('the shell in a browser', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  let current: TestSite;
  let visitor: Visitor;
  let path: string;

  before(async () => {
    admin = await startAdminSite();
    ({ current, visitor } = admin);
    const { site } = current;
    await admin.administrator('lin');
    const post = await site.entries.save(
      { type: 'post', title: 'Ink and paper', status: 'publish' },
      { viewer: SYSTEM },
    );
    await site.entries.save({ type: 'page', title: 'Engravings', status: 'draft' }, { viewer: SYSTEM });
    await site.terms.save({ taxonomy: 'category', name: 'Engraving' }, { viewer: SYSTEM });
    const [presented] = await site.entries.present([post]);
    path = presented?.url ?? '/';
  });
  after(() => admin?.stop());

  async function logIn(login = 'ada'): Promise<WatchedPage> {
    const watched = await admin.enter({ locale: 'en-GB' }, login);
    await watched.open('/admin');
    return watched;
  }

  test('the palette finds an entry, a screen and an action by keyboard alone', async () => {
    const watched = await logIn();
    const { page } = watched;
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: 'Find anything' });
    await page.keyboard.type('ink and');
    await page.getByRole('option', { name: 'Ink and paper' }).waitFor();
    const active = await field.getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${active}`).getAttribute('aria-selected'), 'true');
    assert.deepEqual(await violations(page, { preload: false }), []);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/admin\/content\/post\/\d+$/);
    await watched.open('/admin');
    await page.getByRole('button', { name: /Find/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('group', { name: 'Just now' }).getByRole('option', { name: 'Ink and paper' }).waitFor();
    await page.keyboard.press('Escape');
    assert.match((await page.evaluate(() => document.activeElement?.textContent)) ?? '', /Find/, 'the focus goes back');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('engrav');
    await page.getByRole('group', { name: 'Terms' }).getByRole('option', { name: 'Engraving Category' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/admin\/terms\/category\/\d+$/);
    await watched.open('/admin');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('dark');
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    await page.keyboard.press('Enter');
    await page.locator('html[data-theme="dark"]').waitFor();
    assert.equal(await page.evaluate(() => 'isSamePage' in window), true, 'nobody left the page');
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('? shows the keys, two keys one after the other lead to a screen, and both can be switched off', async () => {
    const watched = await logIn();
    const { page } = watched;
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys of this screen' }).getByText('Posts').waitFor();
    assert.deepEqual(await violations(page, { preload: false }), []);
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.waitForURL(/\/admin\/content\/post$/);
    await watched.open('/admin/appearance');
    await page.getByLabel('Keys without Ctrl do nothing').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForLoadState();
    await page.keyboard.press('?');
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    assert.equal(await page.getByRole('dialog').count(), 0);
    assert.match(page.url(), /appearance$/);
    await page.getByLabel('Keys without Ctrl do nothing').uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForLoadState();
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('the menu stands where one likes it; on a phone it is a drawer; nothing is wider than the window', async () => {
    const watched = await logIn();
    const { page } = watched;
    for (const layout of ['top', 'both', 'side']) {
      await watched.open('/admin/appearance');
      await page.locator(`#layout-${layout}`).check();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.waitForLoadState();
      assert.equal(await page.locator('.menubar').isVisible(), layout !== 'side', layout);
      assert.equal(await page.locator('.sidebar').isVisible(), layout !== 'top', layout);
      assert.deepEqual(await violations(page, { preload: false }), [], layout);
      for (const width of [1440, 720, 390, 320]) {
        await page.setViewportSize({ width, height: 800 });
        assert.equal(await isTooWide(page), false, `${layout} ${width}`);
      }
      assert.equal(await page.locator('.menubar').isVisible(), false);
      await page.locator('.drawer > summary').click();
      await page.locator('.drawer-nav').getByRole('link', { name: 'Posts' }).waitFor();
      await page.keyboard.press('Escape');
      await page.setViewportSize({ width: 1440, height: 900 });
    }
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('English, German and Arabic from right to left, each without a violation in light and dark', async () => {
    const watched = await logIn('lin');
    const { page } = watched;
    for (const [language, dir, settings] of [
      ['de', 'ltr', 'Einstellungen'],
      ['ar', 'rtl', 'الإعدادات'],
      ['', 'ltr', 'Settings'],
    ] as const) {
      await watched.open('/admin/appearance');
      await page.locator('#admin-language').selectOption(language);
      await page.locator('.savebar .btn-primary').click();
      await page.waitForLoadState();
      assert.equal(await page.locator('html').getAttribute('dir'), dir);
      await page.getByRole('link', { name: settings, exact: true }).first().waitFor();
      // Words have the same colours in all languages.
      for (const colorScheme of language === '' ? (['light', 'dark'] as const) : (['light'] as const)) {
        await page.emulateMedia({ colorScheme });
        for (const screen of ['/admin', '/admin/appearance', '/admin/find', '/admin/content/post']) {
          await watched.open(screen);
          assert.deepEqual(await violations(page, { preload: false }), [], `${language} ${screen} ${colorScheme}`);
          await page.setViewportSize({ width: 390, height: 800 });
          assert.equal(await isTooWide(page), false, `${language} ${screen}`);
          await page.setViewportSize({ width: 1440, height: 900 });
        }
      }
      if (language !== 'ar') continue;
      const box = await page.locator('.sidebar').boundingBox();
      assert.ok((box?.x ?? 0) > 700, 'the menu stands on the right');
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'ابحث عن أي شيء' }).waitFor();
      await page.keyboard.press('Escape');
    }
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('a dark page is dark before any script or stylesheet of the admin has run', async () => {
    const watched = await logIn();
    const { page } = watched;
    await watched.open('/admin/appearance');
    await page.locator('#mode-dark').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForLoadState();
    const html = await (await page.request.get('/admin')).text();
    assert.match(html.slice(0, 200), /data-theme="dark"/);
    await page.route('**/*.js', (route) => route.abort());
    await page.goto('/admin');
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const lightness = Number(/oklch\(([\d.]+)/.exec(paper)?.[1] ?? 1);
    assert.ok(lightness < 0.4, paper);
    await watched.close();
  });

  test('the bar on the site is there for who is logged in, and no byte of it for others', async () => {
    const stranger = await visitor.visit();
    const asked: string[] = [];
    stranger.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await stranger.open(path);
    await stranger.page.waitForLoadState('networkidle');
    assert.equal(await stranger.page.getByRole('navigation', { name: 'Admin bar' }).count(), 0);
    assert.ok(!asked.includes('/admin/api/bar'), 'strangers ask nothing of the admin');

    const watched = await logIn();
    const { page } = watched;
    await watched.open(path);
    const bar = page.getByRole('navigation', { name: 'Admin bar' });
    await bar.getByRole('link', { name: 'Edit this post' }).waitFor();
    assert.deepEqual(await violations(page, { preload: false }), []);
    await bar.getByRole('button', { name: 'Hide' }).click();
    await page.reload();
    await bar.getByRole('button', { name: 'Show the admin bar' }).click();
    await page.setViewportSize({ width: 390, height: 844 });
    const more = bar.locator('summary');
    await more.waitFor();
    const link = bar.getByRole('link', { name: 'Dashboard' });
    assert.equal(await link.isVisible(), false);
    assert.ok(((await bar.boundingBox())?.height ?? 999) < 64, 'one row on a phone');
    await more.press('Enter');
    await link.waitFor();
    assert.deepEqual(await violations(page, { preload: false }), []);
    for (const target of await bar.locator('a:visible, button:visible, summary').all())
      assert.ok(((await target.boundingBox())?.height ?? 0) >= 44, await target.innerText());
    await link.focus();
    await page.keyboard.press('Escape');
    await link.waitFor({ state: 'hidden' });
    assert.equal(
      await more.evaluate((element) => element === (element.getRootNode() as ShadowRoot).activeElement),
      true,
    );
    await page.setViewportSize({ width: 1280, height: 800 });
    await link.waitFor();
    await bar.getByRole('link', { name: 'Edit this post' }).click();
    await page.waitForURL(/\/admin\/content\/post\/\d+$/);
    await watched.open('/admin');
    await page.locator('.pop > summary').last().click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('You are logged out.').waitFor();
    await watched.open(path);
    await page.waitForLoadState('networkidle');
    assert.equal(await bar.count(), 0);
    assert.deepEqual([...watched.complaints, ...stranger.complaints], []);
    await Promise.all([watched.close(), stranger.close()]);
  });
});
