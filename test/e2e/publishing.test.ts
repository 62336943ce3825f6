// How an entry gets out, as a person does it in a browser: previews, stages, changes that wait, notes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { TestSite } from '../../core/testing.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, COLOURS, startAdminSite, violations } from './admin-visitor.ts';
import { openEntry, pressEnd } from './editor-visitor.ts';
import type { Visitor } from './visitor.ts';

const TEXT = '<!-- wp:paragraph -->\n<p>Set by hand.</p>\n<!-- /wp:paragraph -->';

describe('publishing in a browser', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  let current: TestSite;
  let visitor: Visitor;
  const ids: Record<string, number> = {};

  before(async () => {
    admin = await startAdminSite();
    ({ current, visitor } = admin);
    const { site } = current;
    const save = (title: string, more: object = {}) =>
      site.entries.save({ type: 'post', title, content: TEXT, ...more }, { viewer: SYSTEM });
    ids['draft'] = (await save('A draft')).id;
    ids['post'] = (await save('Ink and paper', { status: 'publish' })).id;
  });
  after(() => admin?.stop());

  test('the live preview follows what is typed, keeps its place, and stores nothing', async () => {
    const watched = await admin.enter({ viewport: { width: 1440, height: 900 } });
    const { page, complaints, close } = watched;
    await openEntry(watched, ids['draft'] ?? 0);
    await page.getByRole('button', { name: 'Live preview' }).press('Enter');
    const frame = page.frameLocator('iframe[title="Live preview"]');
    await frame.getByRole('heading', { level: 1, name: 'A draft' }).waitFor();
    const long = Array.from({ length: 60 }, (_, index) => TEXT.replace('Set by hand', `Paragraph ${index}`)).join(
      '\n\n',
    );
    // A script can only be written into the HTML; typed into the text it would be mere words.
    await page.getByRole('button', { name: 'HTML', exact: true }).click();
    await page.locator('textarea[name="content"]').fill(`${long}\n\n<script>document.title = 'mine'</script>`);
    await frame.getByText('Paragraph 59.').waitFor();
    await page.getByRole('button', { name: 'HTML', exact: true }).click();
    await page.locator('.ge-text p').first().click();
    await pressEnd(page);
    await page.keyboard.type(' Typed by hand.');
    await frame.getByText('Paragraph 0. Typed by hand.').waitFor();
    const inside = page.frames().find((item) => item.url().includes('preview-page'));
    assert.ok(inside);
    await inside.evaluate(() => window.scrollTo({ top: 900, behavior: 'instant' }));
    await page.getByLabel('Title', { exact: true }).fill('Typed just now');
    await frame.getByRole('heading', { level: 1, name: 'Typed just now' }).waitFor({ state: 'attached' });
    assert.equal(await inside.evaluate(() => Math.round(window.scrollY)), 900);
    assert.notEqual(await inside.title(), 'mine');
    const stored = await current.site.entries.need(ids['draft'] ?? 0, SYSTEM);
    assert.deepEqual([stored.title, stored.version], ['A draft', 1]);
    // It has the colours of the admin, until the writer wants to see others, here and in the next entry.
    const colours = (mode: string) => frame.locator(`html[data-theme="${mode}"]`).waitFor({ state: 'attached' });
    await colours('light');
    await page.locator('.pop > summary').click();
    await page.locator('.modes').getByRole('button', { name: 'Dark' }).click();
    await page.keyboard.press('Escape');
    await colours('dark');
    const bar = page.getByRole('group', { name: 'Colours of the preview' });
    await bar.getByRole('button', { name: 'Light' }).click();
    await colours('light');
    await openEntry(watched, ids['post'] ?? 0);
    await page.getByRole('button', { name: 'Live preview' }).press('Enter');
    await colours('light');
    assert.equal(await bar.getByRole('button', { name: 'Light' }).getAttribute('aria-pressed'), 'true');
    await bar.getByRole('button', { name: 'As the admin' }).click();
    await colours('dark');
    assert.deepEqual(complaints, []);
    await close();
  });

  test('a new post has a live preview before it is saved, on a phone too', async () => {
    const { page, complaints, open, close } = await admin.enter({ viewport: { width: 390, height: 844 } });
    await open('/admin/content/post/new');
    await page.getByLabel('Title', { exact: true }).fill('Born on a phone');
    await page.getByRole('button', { name: 'Live preview' }).click();
    const frame = page.frameLocator('iframe[title="Live preview"]');
    await frame.getByRole('heading', { level: 1, name: 'Born on a phone' }).waitFor();
    await page.getByRole('button', { name: 'Live preview' }).click();
    assert.equal(await page.locator('iframe[title="Live preview"]').isVisible(), false);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `the screen is ${overflow} px too wide`);
    assert.deepEqual(complaints, []);
    await close();
  });

  test('with a day to come one schedules, in the zone of the site, and mistakes lead to their field', async () => {
    const { site } = admin.current;
    await site.options.set('timezone', 'Pacific/Kiritimati');
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open('/admin/content/post/new');
    await page.locator('input[name="title"]').fill('For later');
    const at = (ms: number): string => new Date(Date.now() + 14 * 3_600_000 + ms).toISOString().slice(0, 16);
    await page.getByLabel('Visible from').fill(at(-3_600_000));
    await page.locator('.savebar').getByRole('button', { name: 'Publish', exact: true }).waitFor();
    await page.getByLabel('Visible from').fill(at(3_600_000));
    const [then, password] = [page.getByLabel('Then', { exact: true }), page.getByLabel('Password for readers')];
    assert.deepEqual(
      [await then.isVisible(), await password.isVisible()],
      [false, false],
      'they matter to nothing yet',
    );
    await page.getByLabel('Visible until').fill(at(60_000));
    await then.waitFor();
    await page.getByLabel('Who may read it').selectOption('password');
    await password.waitFor();
    await page.getByLabel('Who may read it').selectOption('public');
    await password.waitFor({ state: 'hidden' });
    await page.locator('.savebar').getByRole('button', { name: 'Schedule', exact: true }).click();
    await page.getByRole('link', { name: /^Visible until: It would be over/ }).press('Enter');
    assert.equal(await page.getByLabel('Visible until').evaluate((field) => field === document.activeElement), true);
    await page.getByLabel('Visible until').fill(at(7_200_000));
    await page.keyboard.press('Tab');
    await page.locator('.savebar').getByRole('button', { name: 'Schedule', exact: true }).press('Enter');
    await page
      .getByText(/^Scheduled: visitors see it from .* until /)
      .first()
      .waitFor();
    await site.options.set('timezone', 'UTC');
    await watched.close();
  });

  test('a link for others is made with the keyboard, and leads a stranger to the draft', async () => {
    const { page, complaints, open, close } = await admin.enter();
    await open(`/admin/preview/post/${ids['draft']}?width=390&mode=dark`);
    const inside = page.frameLocator('.preview-frame');
    await inside.locator('html[data-theme="dark"]').waitFor({ state: 'attached' });
    await page.getByLabel('For whom').focus();
    await page.keyboard.type('The client');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const address = await page.getByLabel('Address of the link: The client').inputValue();
    assert.deepEqual(complaints, []);
    const stranger = await visitor.visit();
    await stranger.open(address);
    await stranger.page.getByRole('heading', { level: 1, name: 'A draft' }).waitFor();
    assert.deepEqual(stranger.complaints, []);
    await page.getByRole('button', { name: 'Take back The client' }).press('Enter');
    await page.getByText('The link is taken back').waitFor();
    await stranger.open(address, 404);
    await stranger.close();
    await close();
  });

  test('stages are gone through with the keyboard, and a note mentions somebody by a name that completes itself', async () => {
    const { page, complaints, open, close } = await admin.enter();
    await open('/admin/workflow/stages/post');
    for (const [index, title] of ['Draft', 'Review'].entries()) await page.locator(`#stage-${index}`).fill(title);
    await page.getByLabel('Only what stands at the last stage may be published').check();
    await page.getByRole('button', { name: 'Save stages' }).press('Enter');
    await page.getByText('The stages hold from now on').waitFor();
    await open(`/admin/content/post/${ids['draft']}`);
    await page.getByLabel('Note for those who come next').fill('Please read it.');
    await page.getByRole('button', { name: 'Move to Review' }).press('Enter');
    await page.locator('[aria-current="step"]', { hasText: 'Review' }).waitFor();
    await page.locator('#panel-notes > summary').press('Enter');
    await page.locator('#note-new').pressSequentially('Hello @ad');
    await page.locator('#panel-notes [role="option"]', { hasText: 'Ada' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('look.');
    await page.keyboard.press('Control+Enter');
    await page.locator('#panel-notes .note-body', { hasText: 'Hello @Ada look.' }).waitFor();
    assert.deepEqual(complaints, []);
    await open(`/admin/content/post/${ids['post']}`);
    await page.getByLabel('Title', { exact: true }).fill('Ink and better paper');
    await page.getByRole('button', { name: 'Save as a pending change' }).press('Enter');
    await page.getByText('Kept as a pending change').waitFor();
    await close();
  });

  test('nothing stands in the way of anybody, light or dark', async () => {
    const places = [
      '/admin/workflow',
      '/admin/workflow/stages/post',
      '/admin/workflow/mentions',
      `/admin/workflow/notes/${ids['draft']}`,
      `/admin/preview/post/${ids['draft']}?width=820`,
      `/admin/content/post/${ids['draft']}`,
    ];
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, open, close } = await admin.enter({ colorScheme });
      for (const place of places) {
        await open(place);
        for (const box of await page.locator('details.box').all())
          await box.evaluate((item) => item.setAttribute('open', ''));
        assert.deepEqual(
          await violations(page, { iframes: false, ...(colorScheme === 'dark' && COLOURS) }),
          [],
          `${place} ${colorScheme}`,
        );
      }
      await close();
    }
  });
});
