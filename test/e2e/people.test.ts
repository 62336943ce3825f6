// Roles, comments and themes, as a person works with them: with the mouse, and with the keyboard only.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, startAdminSite, violationsInBoth } from './admin-visitor.ts';
import { focused, skipToContent, tabTo } from './keyboard.ts';

describe('people and their words in a browser', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  let comment: number;
  before(async () => {
    admin = await startAdminSite();
    const { site } = admin.current;
    await site.users.create({ login: 'bob', name: 'Bob', roles: ['author'] }, SYSTEM);
    const post = await site.entries.save({ type: 'post', title: 'Talk', status: 'publish' }, { viewer: SYSTEM });
    for (const content of ['First words', 'Second words', 'Third words'])
      comment = (
        await site.services.use('comments').import({
          entryId: post.id,
          parentId: null,
          userId: null,
          authorName: 'A reader',
          authorEmail: 'r@example.org',
          authorUrl: '',
          authorAddress: '',
          agent: '',
          content,
          status: 'pending',
          type: 'comment',
          createdAt: Date.now(),
        })
      ).id;
  });
  after(() => admin?.stop());

  test('a right is found while typing, given by keyboard, and reviewed before it holds', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open('/admin/roles');
    await page.getByLabel('Look for what roles may do').fill('manage cat');
    const box = page.getByRole('checkbox', { name: 'Author: Manage categories and tags' });
    assert.equal(await page.getByRole('checkbox', { name: 'Author: Publish posts' }).isVisible(), false);
    await box.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Control+s');
    await page.getByText('It holds at once for one person').waitFor();
    assert.deepEqual(await violationsInBoth(page), []);
    await page.getByRole('button', { name: 'Change the roles' }).press('Enter');
    await page.getByText('Changed: Author.').waitFor();
    assert.ok((await admin.current.site.roles.get('author'))?.capabilities.includes('manage_categories'));
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('somebody is made, changed, acted for and deleted, and what he wrote goes to another', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    const { site } = admin.current;
    await watched.open('/admin/users/new');
    await page.getByLabel(/^Login/).fill('carla');
    await page.getByLabel(/^Name \(/).fill('Carla');
    await page.getByRole('checkbox', { name: 'Author' }).check();
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByText('Carla is there.').waitFor();
    const carla = await site.users.findByLogin('carla');
    assert.ok(carla);
    const { id } = await site.entries.save(
      { type: 'post', title: 'Left behind', authorId: carla.id },
      { viewer: SYSTEM },
    );
    await page.keyboard.press('Control+k');
    await page.keyboard.type('carl');
    await page.getByRole('option', { name: 'Carla' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/admin/users/${carla.id}`);
    await page.getByLabel(/^Name \(/).fill('Carla C.');
    await page.locator('.savebar').getByRole('button', { name: 'Save' }).click();
    await page.getByText('Carla C. is saved.').waitFor();
    await page.getByRole('button', { name: 'See the site as this person' }).click();
    await page.getByText('You see the site as Carla C.').waitFor();
    await page.getByRole('button', { name: 'Back to yourself' }).click();
    await page.waitForURL(`**/admin/users/${carla.id}`);
    await page.getByRole('link', { name: 'Delete' }).click();
    await page.getByText('has written one entry').waitFor();
    const bob = await site.users.findByLogin('bob');
    await page.locator('[name="reassign"]').selectOption(String(bob?.id));
    await page.getByRole('button', { name: 'Delete the account' }).click();
    await page.waitForURL('**/admin/users');
    assert.equal((await site.entries.need(id, SYSTEM)).authorId, bob?.id);
    assert.equal(await site.users.findByLogin('carla'), undefined);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('comments are moderated, answered and taken back by keys alone', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    const { store } = admin.current.site.services.use('comments');
    await watched.open('/admin/comments?status=pending');
    await page.keyboard.press('j');
    await page.keyboard.press('a');
    await page.getByText('Approved. Visitors see it now.').waitFor();
    assert.equal((await store.get(comment))?.status, 'approved');
    await page.keyboard.press('z');
    await page.getByText('Taken back.').waitFor();
    assert.equal((await store.get(comment))?.status, 'pending');
    await page.keyboard.press('j');
    await page.keyboard.press('r');
    await page.keyboard.type('Thank you for that');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Your reply is there.').waitFor();
    assert.equal((await store.list({ search: 'Thank you for that' })).length, 1);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('a list of comments is searched and sorted in place, and what is flagged stays where it was', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    const { store } = admin.current.site.services.use('comments');
    await watched.open('/admin/comments');
    await page.getByRole('searchbox').fill('Second');
    await page.waitForURL(/search=Second/);
    const rows = page.locator('.list-form tbody tr');
    await rows.filter({ hasText: 'First words' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Tab');
    await page.keyboard.press('j');
    await page.keyboard.press('f');
    await rows.filter({ hasText: 'Second words' }).locator('.mark', { hasText: 'Flagged' }).waitFor();
    assert.equal(await store.count({ isFlagged: true }), 1);
    await page.getByRole('link', { name: /^Flagged/ }).click();
    await page.waitForURL(/status=flagged/);
    assert.equal(await rows.count(), 1);
    await page.getByRole('button', { name: 'Take the flag away' }).click();
    await page.locator('tr.is-done').waitFor();
    assert.equal(await store.count({ isFlagged: true }), 0);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('by keys alone one changes one’s name and the look of the admin, and comes to the password', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open('/admin/profile');
    await skipToContent(page);
    await tabTo(page, /^input Name \(/);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('Ada L.');
    await tabTo(page, /Appearance/);
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await tabTo(page, /Save profile/);
    await page.keyboard.press('Enter');
    await page.getByText('Your profile is saved.').first().waitFor();
    assert.equal(await focused(page), 'button Save profile');
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    await page.getByRole('status').filter({ hasText: 'Your profile is saved.' }).first().waitFor({ state: 'attached' });
    await tabTo(page, /^a Password/, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/admin\/password/);
    assert.match(await focused(page), /Present password/);
    await page.keyboard.type('wrong');
    await tabTo(page, /New password/);
    await page.keyboard.type('something quite long');
    await tabTo(page, /The same again/);
    await page.keyboard.type('something quite long');
    await page.keyboard.press('Enter');
    await page.getByText('The present password is wrong.').waitFor();
    assert.match(await focused(page), /Present password/);
    await watched.close();
  });

  test('a variation of the theme shows beside its options at once, and only there', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open('/admin/themes/default');
    await page.getByLabel('Variation').selectOption('broadsheet');
    await page.getByText('Only you see this.').waitFor();
    await page.frameLocator('#theme-frame').locator('html[data-variation="broadsheet"]').waitFor();
    await page.getByRole('button', { name: 'Dark' }).last().click();
    await page.frameLocator('#theme-frame').locator('html[data-theme="dark"]').waitFor();
    const { html } = await fetch(admin.origin).then(async (reply) => ({ html: await reply.text() }));
    assert.match(html, /data-variation="galley"/);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });
});
