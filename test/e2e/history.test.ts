// Earlier versions, the trash, fields of many entries and notes that are answered, as a person works with them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, startAdminSite } from './admin-visitor.ts';

describe('what was, in a browser', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  let postId = 0;
  let termId = 0;
  before(async () => {
    admin = await startAdminSite();
    const { site } = admin.current;
    const by = { viewer: SYSTEM };
    postId = (await site.entries.save({ type: 'post', title: 'Noted', content: 'A text.' }, by)).id;
    termId = (await site.terms.save({ taxonomy: 'category', name: 'Aardvarks' }, by)).id;
    await site.terms.save({ id: termId, name: 'Aardvark', description: 'An animal.' }, by);
  });
  after(() => admin?.stop());

  test('a term is deleted and brought back by the button of the notice', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    const { site } = admin.current;
    const { id } = await site.terms.save({ taxonomy: 'category', name: 'Undone' }, { viewer: SYSTEM });
    await watched.open(`/admin/terms/category/${id}/delete`);
    await page.getByRole('button', { name: 'Delete it' }).click();
    await page.getByText('“Undone” is deleted.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await page.getByText('It is back, as it was.').waitFor();
    assert.equal((await site.terms.get(id))?.name, 'Undone');
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('from the trash things come back or go for good: terms in theirs, posts one by one and together', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    const { site } = admin.current;
    const by = { viewer: SYSTEM };
    for (const name of ['Wanted', 'Unwanted'])
      await site.terms.remove((await site.terms.save({ taxonomy: 'category', name }, by)).id, by);
    await watched.open('/admin/trash');
    await page.getByRole('button', { name: 'Bring back Wanted' }).click();
    await page.getByText('It is back, as it was.').waitFor();
    await watched.open('/admin/trash');
    await page.locator('summary', { hasText: 'Delete for good Unwanted' }).click();
    await page.getByRole('button', { name: 'Yes, for good Unwanted' }).click();
    await page.getByText('It is forgotten for good.').waitFor();
    const known = (await site.terms.list('category')).map(({ name }) => name);
    assert.deepEqual([known.includes('Wanted'), known.includes('Unwanted')], [true, false]);
    const ids: number[] = [];
    for (const title of ['Kept', 'Thrown', 'Rubbish', 'More rubbish'])
      ids.push((await site.entries.save({ type: 'post', title, status: 'trash' }, by)).id);
    await watched.open('/admin/content/post?status=trash');
    await page.getByRole('button', { name: 'Restore : Kept' }).click();
    await page.getByText('“Kept” is restored').waitFor();
    await watched.open('/admin/content/post?status=trash');
    await page.getByRole('link', { name: 'Delete for good : Thrown' }).click();
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('“Thrown” is deleted for good.').waitFor();
    await page.locator('table.dataTable').waitFor();
    await page.getByLabel('Select all on this page').check();
    await page.locator('#bulk-action').selectOption('delete');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('button', { name: 'Delete 2 posts for good' }).click();
    await page.getByText('2 posts are deleted for good.').waitFor();
    const left = await Promise.all(ids.map(async (id) => (await site.entries.get(id, SYSTEM))?.status));
    assert.deepEqual(left, ['draft', undefined, undefined, undefined]);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('one part of a term comes back, compared with what is there now', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open(`/admin/terms/category/${termId}`);
    await page.getByRole('link', { name: 'Earlier versions' }).click();
    await page.getByRole('link', { name: 'Version 1' }).click();
    await page.getByRole('button', { name: 'Bring this back: Name' }).click();
    await page.getByText('It is back. What was there before is kept').waitFor();
    const term = await admin.current.site.terms.get(termId);
    assert.deepEqual([term?.name, term?.description], ['Aardvarks', 'An animal.']);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('fields of several posts are changed after a look, and taken back', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    const { site } = admin.current;
    await watched.open('/admin/content/post?search=Noted');
    await page.locator(`input[name="ids"][value="${postId}"]`).check();
    await page.getByLabel('With the selected').selectOption('edit');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByLabel('Comments').selectOption('closed');
    await page.getByRole('button', { name: 'See what changes' }).click();
    await page.getByText('Comments: one entry').waitFor();
    await page.getByRole('button', { name: 'Change them' }).click();
    await page.getByText('One entry is changed.').waitFor();
    assert.equal((await site.entries.need(postId, SYSTEM)).commentStatus, 'closed');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('One entry is as it was.').waitFor();
    assert.equal((await site.entries.need(postId, SYSTEM)).commentStatus, 'open');
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('a list of terms is sorted where it stands', async () => {
    const watched = await admin.enter();
    const { page } = watched;
    await watched.open('/admin/terms/category');
    await page.getByRole('button', { name: /^Name/ }).click();
    await page.waitForURL(/sort=name/);
    await page.getByRole('button', { name: /^Name/ }).click();
    await page.waitForURL(/direction=desc/);
    await page.locator('tbody tr').first().getByText('Workshop').first().waitFor();
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });
});
