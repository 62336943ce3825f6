// The admin as a person uses it in a browser, and whether anything stands in the way of anybody.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { settings } from '../../config/default.ts';
import type { TestSite } from '../../core/testing.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, COLOURS, logIn, startAdminSite, violations } from './admin-visitor.ts';
import type { Visitor } from './visitor.ts';

const TEXT = '<!-- wp:paragraph -->\n<p>Set by hand.</p>\n<!-- /wp:paragraph -->';

describe('the admin in a browser', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  let current: TestSite;
  let origin: string;
  let visitor: Visitor;
  const ids: Record<string, number> = {};

  before(async () => {
    // With a plugin that is contained: its screen is made of what it says.
    admin = await startAdminSite({
      pluginFolders: [join(import.meta.dirname, '../../docs/examples')],
      config: {
        plugins: { default: [...settings.plugins.default.default, 'social-card', 'security-txt', 'freshness'] },
      },
    });
    ({ current, origin, visitor } = admin);
    const { site } = current;
    const save = (title: string, more: object = {}) =>
      site.entries.save(
        { type: 'post', title, content: TEXT, status: 'publish', terms: { category: ['Craft'] }, ...more },
        { viewer: SYSTEM },
      );
    ids['post'] = (await save('Ink and paper')).id;
    await site.entries.save({ id: ids['post'], content: `${TEXT}\nmore` }, { viewer: SYSTEM });
    ids['revision'] = (await site.entries.revisions(ids['post'], SYSTEM))[1]?.id ?? 0;
    await save('In the bin', { status: 'trash' });
    ids['term'] = (await site.terms.list('category', { search: 'Craft' }))[0]?.id ?? 0;
    ids['user'] = (await site.users.create({ login: 'someone' }, SYSTEM)).id;
    const menu = await site.terms.save({ taxonomy: 'nav_menu', name: 'Main' }, { viewer: SYSTEM });
    ids['menu'] = menu.id;
    await site.entries.save(
      {
        type: 'nav_menu_item',
        title: 'Out',
        status: 'publish',
        terms: { nav_menu: [menu.id] },
        fields: { kind: 'custom', url: '/x' },
      },
      { viewer: SYSTEM },
    );
    const comment = {
      parentId: null,
      userId: null,
      authorName: 'A reader',
      authorEmail: 'r@example.org',
      authorUrl: '',
      authorAddress: '',
      agent: '',
      content: 'Fine.',
      status: 'pending',
      type: 'comment',
      createdAt: Date.now(),
    } as const;
    ids['comment'] = (await site.services.use('comments').import({ entryId: ids['post'], ...comment })).id;
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
    await watched.open(`/admin/content/post/${ids['post']}`);
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

  test('dark is dark from the first paint, whatever the machine says', async () => {
    const watched = await admin.enter({ colorScheme: 'light' });
    await watched.open('/admin');
    await watched.page.locator('.pop > summary').click();
    await watched.page.getByRole('button', { name: 'Dark' }).click();
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

  // A small window changes where things stand and not their colours: by night they are looked at in the large one.
  for (const [width, modes] of [
    [390, ['light']],
    [1440, ['light', 'dark']],
  ] as const) {
    test(`no screen has a barrier at ${width} pixels, ${modes.join(' and ')}, and none complains`, async () => {
      const { post, revision, term, user, menu, comment } = ids;
      const screens = [
        '/admin',
        '/admin/content/post',
        '/admin/content/post?status=trash',
        '/admin/content/post/new',
        `/admin/content/post/${post}`,
        `/admin/content/post/${post}/revisions`,
        `/admin/content/post/${post}/revisions/${revision}`,
        `/admin/content/post/${post}/delete`,
        '/admin/content/page/new',
        '/admin/content/wp_block',
        '/admin/terms/category',
        `/admin/terms/category/${term}`,
        '/admin/comments',
        `/admin/comments/${comment}`,
        '/admin/menus',
        `/admin/menus/${menu}`,
        '/admin/themes',
        '/admin/themes/default',
        '/admin/users',
        '/admin/users/new',
        `/admin/users/${user}`,
        `/admin/users/${user}/delete`,
        '/admin/profile',
        '/admin/settings/general',
        '/admin/settings/reading',
        '/admin/settings/discussion',
        '/admin/settings/permalinks',
        '/admin/plugins',
        '/admin/plugins/install',
        '/admin/plugin/social-card/overview',
        '/admin/plugin/security-txt/contact',
        '/admin/plugin/freshness/list',
        '/admin/health',
        '/admin/mail',
        '/admin/mail/invitation?language=ar',
        '/admin/profile/mail',
        '/admin/tools',
        '/admin/password',
      ];
      const stranger = await visitor.visit({ viewport: { width, height: 900 } });
      const watched = await admin.enter({ viewport: { width, height: 900 } });
      const wrong: string[] = [];
      const look = async (name: string, { page } = watched): Promise<void> => {
        for (const colorScheme of modes) {
          await page.emulateMedia({ colorScheme });
          const asked = colorScheme === 'dark' ? COLOURS : {};
          for (const violation of await violations(page, asked)) wrong.push(`${name}, ${colorScheme}: ${violation}`);
        }
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (over > 0) wrong.push(`${name}: ${over} pixels wider than the window`);
      };
      for (const address of ['/admin/login', '/admin/forgot']) {
        await stranger.open(address);
        await look(address, stranger);
      }
      for (const screen of screens) {
        await watched.open(screen);
        await look(screen);
      }
      await watched.open('/admin');
      await watched.page.locator(width < 800 ? '.drawer > summary' : '.pop > summary').click();
      await look('an open menu');
      await watched.page.keyboard.press('Escape');
      assert.equal(
        await watched.page.locator('details.pop[open], details.drawer[open]').count(),
        0,
        'Escape closes it',
      );
      assert.deepEqual(wrong, []);
      assert.deepEqual([...stranger.complaints, ...watched.complaints], []);
      await Promise.all([stranger.close(), watched.close()]);
    });
  }
});
