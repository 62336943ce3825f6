// The pages before there is anybody to log in: set-up, a forgotten password, links that are too old.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { startTestSite, TEST_PASSWORD, type TestSite } from '../../core/testing.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { violationsInBoth } from './admin-visitor.ts';
import { startVisitor, type Visitor } from './visitor.ts';

describe('the first steps in a browser', { skip: chromiumMissing() }, () => {
  let current: TestSite;
  let visitor: Visitor;

  before(async () => {
    current = await startTestSite({ plugins: [] });
    visitor = await startVisitor(await current.site.http.listen({ port: 0 }));
  });
  after(async () => {
    await visitor?.close();
    await current?.stop();
  });

  test('somebody who reads Arabic sets the site up on a phone, and no page on the way has a barrier', async () => {
    const watched = await visitor.visit({ viewport: { width: 390, height: 844 }, locale: 'ar' });
    const { page } = watched;
    const wrong: string[] = [];
    const look = async (name: string): Promise<void> => {
      wrong.push(...(await violationsInBoth(page)).map((found) => `${name}, ${found}`));
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) wrong.push(`${name}: ${over} pixels wider than the window`);
      assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl', name);
    };
    await watched.open('/admin/reset?token=old', 410);
    await look('a link that is too old');
    await page.getByText('استُخدم هذا الرابط من قبل').waitFor();
    const { path } = await current.site.setup.link();
    await watched.open(path, 200);
    await page.locator('[name=login]').fill('ada');
    await page.locator('[name=password]').fill(TEST_PASSWORD);
    await page.locator('[name=repeated]').fill(TEST_PASSWORD);
    await look('set-up');
    await page.locator('.btn-primary').click();
    await page.waitForURL(/\/admin$/);

    const user = await current.site.users.findByLogin('ada');
    const { token } = await current.site.passwordResets.start(user?.id ?? 0, SYSTEM);
    await watched.open(`/admin/reset?token=${token}`);
    await look('a new password');
    assert.deepEqual(wrong, []);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });
});
