// Lists as a person works through them: by mouse, by keys only, and on a phone.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import type { TestSite } from '../../core/testing.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { type AdminSite, askedOf, scriptsOf, startAdminSite, violations } from './admin-visitor.ts';
import type { WatchedPage } from './visitor.ts';

const LIST = '/admin/content/post';

describe('lists in a browser', { skip: chromiumMissing() }, () => {
  let admin: AdminSite;
  let current: TestSite;

  before(async () => {
    admin = await startAdminSite();
    ({ current } = admin);
    const { site } = current;
    for (let number = 1; number <= 140; number++)
      await site.entries.save(
        {
          type: 'post',
          title: number === 7 ? '<b>Bold</b> <script>1</script> 007' : `Proof ${String(number).padStart(3, '0')}`,
          status: number % 10 === 0 ? 'draft' : 'publish',
          terms: { category: [number % 2 ? 'Odd' : 'Even'] },
        },
        { viewer: SYSTEM },
      );
  });
  after(() => admin?.stop());

  async function open(url: string, options: Parameters<AdminSite['enter']>[0] = {}): Promise<WatchedPage> {
    const watched = await admin.enter(options);
    await watched.open(url);
    await watched.page.locator('table.dataTable').waitFor();
    return watched;
  }
  const titles = (page: Page): Promise<string[]> => page.locator('tbody .cell-link').allTextContents();
  const total = async (): Promise<number> =>
    (await current.site.entries.total('post')) + (await current.site.entries.total('post', 'draft'));
  const settled = (page: Page): Promise<void> =>
    page.waitForFunction(() => !document.querySelector('[aria-busy]')).then(() => undefined);

  test('searching, narrowing, sorting and paging change the rows in place, and the address with them', async () => {
    const watched = await open(LIST);
    const { page } = watched;
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    await page.getByRole('searchbox').fill('Proof 01');
    await page.waitForURL(/search=Proof\+01/);
    await page.getByText('10 in all').waitFor();
    assert.equal(
      await page.evaluate(() => (document.activeElement as HTMLInputElement).value),
      'Proof 01',
      'the focus stays',
    );
    // The number is read out, a moment after the rows are there.
    await page.locator('[role=status]', { hasText: '10 found' }).waitFor({ state: 'attached' });
    await page.getByRole('link', { name: /“Proof 01”/ }).click();
    await page.getByText(`${await total()} in all`).waitFor();
    await page.getByRole('button', { name: /Title/ }).click();
    await page.waitForURL(/sort=title&direction=asc/);
    await settled(page);
    const first = await titles(page);
    assert.equal(first.includes('Bold  007'), true, 'a title is text, whatever it looks like');
    assert.deepEqual(first.filter((title) => title.startsWith('Proof')).slice(0, 2), ['Proof 001', 'Proof 002']);
    await page.getByRole('link', { name: 'Further' }).click();
    await page.waitForURL(/after=/);
    await settled(page);
    assert.equal((await titles(page))[0], `Proof ${String(Number(first.at(-1)?.slice(-3)) + 1).padStart(3, '0')}`);
    await page.getByRole('link', { name: 'Back' }).click();
    await page.waitForURL(/before=/);
    await page.locator('.list-filters summary').click();
    await page.locator('[name="filter.tax.category"]').selectOption({ label: 'Odd' });
    await page.getByText('70 in all').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: /^Draft/ }).click();
    await page.waitForURL(/status=draft/);
    await settled(page);
    assert.equal((await titles(page)).length, 14);
    assert.equal(await page.evaluate(() => 'isSamePage' in window), true, 'nobody left the page');
    const shown = await titles(page);
    await page.reload();
    await page.locator('table.dataTable').waitFor();
    assert.deepEqual(await titles(page), shown, 'the address holds all of it');
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('a list as it is now is kept as a view, found again in its menu, and nothing stands in anybody’s way', async () => {
    const watched = await open(`${LIST}?status=draft`);
    const { page } = watched;
    await page.getByRole('button', { name: /Title/ }).click();
    await page.waitForURL(/sort=title/);
    await settled(page);
    await page.locator('.list-views summary').press('Enter');
    await page.getByLabel('Name for the list as it is now').fill('Drafts by title');
    await page.getByLabel('Name for the list as it is now').press('Enter');
    await page.waitForURL(/saved=o/);
    await page.locator('table.dataTable').waitFor();
    assert.match(page.url(), /sort=title/, 'as it was sorted in place');
    await page.getByRole('link', { name: /^All/ }).click();
    await page.waitForURL((url) => !url.search.includes('saved='));
    await page.locator('.list-views summary').click();
    await page.getByRole('link', { name: 'Drafts by title' }).click();
    await page.waitForURL(/saved=o/);
    await page.locator('table.dataTable').waitFor();
    assert.equal((await titles(page)).length, 14);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(colorScheme === 'light' ? { width: 1440, height: 900 } : { width: 390, height: 800 });
      await page.locator('.list-views').evaluate((menu) => Object.assign(menu, { open: true }));
      assert.deepEqual(await violations(page), [], colorScheme);
      const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(width <= 0, `${colorScheme}: ${width} px too wide`);
      const box = await page.locator('.list-views .pop-body').boundingBox();
      assert.ok(box && box.x >= 0, `${colorScheme}: the menu begins at ${box?.x}`);
    }
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('by keys only: rows are walked, selected as a range, edited in place, and the help knows the keys', async () => {
    const watched = await open(`${LIST}?search=Proof 10&sort=title`);
    const { page } = watched;
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Proof 101');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Shift+X');
    await page.getByText('3 selected').waitFor();
    await page.keyboard.press('k');
    await page.keyboard.press('q');
    await page.locator('.quick-row').waitFor();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Proof 102 again');
    await page.keyboard.press('Enter');
    await page.locator('.quick-row').waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.textContent === 'Proof 102 again');
    assert.equal((await current.site.entries.find({ type: 'post', title: '102 again' })).items.length, 1);
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('type')), 'search');
    assert.match((await page.locator('[data-keys]').getAttribute('data-keys')) ?? '', /"keys":"j"/);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('a quick edit of what somebody else has changed meanwhile overwrites nothing and says so', async () => {
    const watched = await open(`${LIST}?search=Proof 055`);
    const { page } = watched;
    await page.getByRole('link', { name: /^Quick edit/ }).click();
    await page.locator('.quick-row').waitFor();
    const { items } = await current.site.entries.find({ type: 'post', title: 'Proof 055' });
    await current.site.entries.save({ id: items[0]?.id ?? 0, title: 'Proof 055 of another' }, { viewer: SYSTEM });
    await page.locator('.quick-row').getByLabel('Title').fill('Mine');
    await page.locator('.quick-row').getByRole('button', { name: 'Save' }).click();
    await page.getByText('somebody else changed it meanwhile').waitFor();
    assert.equal((await current.site.entries.need(items[0]?.id ?? 0)).title, 'Proof 055 of another');
    await watched.close();
  });

  test('all that match are changed in steps, and taken back', async () => {
    const watched = await open(`${LIST}?status=publish&search=Proof`);
    const { page } = watched;
    const count = await current.site.entries.count({ type: 'post', title: 'Proof' });
    await page.getByLabel('Select all on this page').check();
    await page.getByRole('button', { name: `Select all ${count} that match` }).click();
    await page.getByText(`${count} selected`).waitFor();
    await page.locator('#bulk-action').selectOption('trash');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('button', { name: `Move to the trash (${count})` }).click();
    await page.getByText(`Done: ${count}.`).waitFor();
    assert.equal(await current.site.entries.count({ type: 'post', title: 'Proof' }), 0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText(`Taken back: ${count}.`).waitFor();
    assert.equal(await current.site.entries.count({ type: 'post', title: 'Proof' }), count);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('a post is duplicated and put on top, columns are chosen, and the list is taken out as a file', async () => {
    const watched = await open(`${LIST}?search=Proof 033`);
    const { page } = watched;
    await page.getByRole('button', { name: 'Duplicate : Proof 033' }).click();
    await page.getByText('This is the copy').waitFor();
    await page.getByLabel('Keep on top of the list').check();
    await page.locator('.savebar').getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('Saved. Visitors see it now.').waitFor();
    await watched.open('/');
    assert.match((await page.locator('main h2').first().textContent()) ?? '', /Copy of Proof 033/);
    await watched.open(`${LIST}?search=Proof 033`);
    await page.locator('table.dataTable').waitFor();
    await page.locator('.list-tools summary', { hasText: 'Columns' }).click();
    await page.locator('.list-columns').getByLabel('Author').uncheck();
    await page.locator('.list-columns').getByRole('button', { name: 'Show these' }).click();
    await page.getByRole('columnheader', { name: 'Author' }).waitFor({ state: 'detached' });
    await page.locator('.list-tools summary', { hasText: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export as CSV' }).click(),
    ]);
    const [head = '', ...rows] = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
    assert.match(head, /Title/);
    assert.deepEqual([rows.length, rows.filter((row) => row.includes('Copy of Proof 033')).length], [2, 1]);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('nothing stands in the way of anybody, in light and dark, on a desk and on a phone', async () => {
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of colorScheme === 'dark' ? [1440] : [1440, 390]) {
        const asked = askedOf(colorScheme, width);
        const watched = await open(LIST, { colorScheme, viewport: { width, height: 844 } });
        const { page } = watched;
        await page.locator('tbody input[name=ids]').first().check();
        assert.deepEqual(await violations(page, asked), [], `${colorScheme} ${width}`);
        for (const summary of await page.locator('main details > summary').all()) {
          await summary.click();
          const found = await violations(page, asked, 'main details[open]');
          assert.deepEqual(found, [], `${colorScheme} ${width} ${await summary.textContent()}`);
          const body = page.locator('main details.pop[open] > .pop-body');
          const box = (await body.count()) > 0 ? await body.boundingBox() : null;
          const isWhole = !box || (box.x >= 0 && box.x + box.width <= width);
          assert.ok(isWhole, `${width}: ${await summary.textContent()} is cut off: ${JSON.stringify(box)}`);
          await page.keyboard.press('Escape');
        }
        const isWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        assert.equal(isWide, false, `no sideways scrolling at ${width}`);
        await watched.close();
      }
  });

  test('the scripts of a list are small', async () => {
    const watched = await open(LIST);
    const { bytes, count } = await scriptsOf(watched.page);
    assert.ok(count >= 2 && bytes < 90 * 1024, `${bytes} bytes in ${count} scripts`);
    await watched.close();
  });
});
