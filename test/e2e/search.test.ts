// Results while somebody types: the field of the masthead, and the page of results.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { startTestSite, type TestSite } from '../../core/testing.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { violations } from './admin-visitor.ts';
import { startVisitor, type Visitor, type WatchedPage } from './visitor.ts';

const FIELD = '#search-masthead';
const OPTION = '.search-drawer [role=option]';

describe('results while somebody types', { skip: chromiumMissing() }, () => {
  let current: TestSite;
  let visitor: Visitor;

  before(async () => {
    current = await startTestSite();
    for (const title of ['Xylographers of Mainz', 'Xylographic presses', 'Xylophones'])
      await current.site.entries.save(
        {
          type: 'post',
          title,
          slug: title.toLowerCase().replaceAll(' ', '-'),
          content: '<p>Text.</p>',
          status: 'publish',
        },
        { viewer: SYSTEM },
      );
    visitor = await startVisitor(await current.site.http.listen({ port: 0 }));
  });
  after(async () => {
    await visitor?.close();
    await current?.stop();
  });

  async function openDrawer(): Promise<WatchedPage> {
    const watched = await visitor.visit({ viewport: { width: 390, height: 844 } });
    await watched.open('/');
    await watched.page.click('.search-drawer summary');
    return watched;
  }

  test('arrows choose, Enter opens, Escape closes first the list and then the drawer', async () => {
    const watched = await openDrawer();
    const { page } = watched;
    const field = page.locator(FIELD);
    await field.pressSequentially('xylogr');
    await page.locator(OPTION).nth(2).waitFor();
    assert.equal(await page.locator(OPTION).count(), 3, 'two, and the way to all');
    assert.equal(await field.getAttribute('aria-expanded'), 'true');
    assert.equal(await page.locator('.search-drawer [role=status]').textContent(), '2 found');
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('ArrowDown');
    const active = await field.getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${active}`).getAttribute('aria-selected'), 'true');
    await page.keyboard.press('Escape');
    assert.equal(await page.locator(OPTION).first().isVisible(), false);
    assert.equal(await field.inputValue(), 'xylogr');
    assert.equal(await field.getAttribute('aria-activedescendant'), null);
    await page.keyboard.press('ArrowUp');
    await page.locator(OPTION).first().waitFor();
    assert.match((await page.locator('[aria-selected=true]').textContent()) ?? '', /All results for/);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/xylograph[\w-]+\/$/);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('Enter in the field leads to all results, and where nothing is found it says so', async () => {
    const watched = await openDrawer();
    const { page } = watched;
    await page.locator(FIELD).pressSequentially('qqqq');
    await page.getByText('Nothing found').first().waitFor();
    assert.equal(await page.locator(FIELD).getAttribute('aria-expanded'), 'false');
    await page.fill(FIELD, 'xylophones');
    await page.locator(OPTION).first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/\?s=xylophones$/);
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });

  test('an earlier question is given up for a later one', async () => {
    const watched = await openDrawer();
    const { page } = watched;
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const asked = page.waitForRequest(/search\.json\?s=xylogr$/);
    await page.route(/search\.json\?s=xylogr$/, async (route) => {
      await held;
      await route.continue().catch(() => undefined);
    });
    const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith('s=xylogr'));
    await page.fill(FIELD, 'xylogr');
    await asked;
    await page.fill(FIELD, 'xylophon');
    await ended;
    letGo();
    await page.locator(OPTION, { hasText: 'Xylophones' }).waitFor();
    assert.equal(await page.locator(OPTION, { hasText: 'Mainz' }).count(), 0);
    await watched.close();
  });

  test('above the results they follow what is typed, and so does the address', async () => {
    const watched = await visitor.visit({ viewport: { width: 1440, height: 900 } });
    const { page } = watched;
    await watched.open('/?s=xylophones');
    await page.focus('#search-page');
    await page.keyboard.press('End');
    for (let letter = 0; letter < 6; letter++) await page.keyboard.press('Backspace');
    await page.keyboard.type('graphic');
    await page.waitForURL(/\/\?s=xylographic$/);
    await page.locator('main [data-search-part=list]', { hasText: 'Xylographic presses' }).waitFor();
    assert.equal(await page.locator('main [role=status]').textContent(), 'One found');
    assert.match((await page.title()) ?? '', /xylographic/);
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'search-page');
    await page.reload();
    await page.locator('main', { hasText: 'Xylographic presses' }).waitFor();
    assert.deepEqual(watched.complaints, []);
    await watched.close();
  });
});
