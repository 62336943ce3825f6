import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chromiumMissing } from '../support/chromium.ts';
import { COLOURS, violationsInBoth } from './admin-visitor.ts';
import { startVisitor, type Visitor, type WatchedPage } from './visitor.ts';
import { type Stop, startWalkSite, type WalkSite } from './walk-site.ts';

const WIDTHS = [390, 1440] as const;

describe('in a browser', { skip: chromiumMissing() }, () => {
  let site: WalkSite;
  let visitor: Visitor;

  before(async () => {
    site = await startWalkSite();
    visitor = await startVisitor(site.origin);
  });
  after(async () => {
    await visitor?.close();
    await site?.close();
  });

  async function inspect(watched: WatchedPage, { name, url, status }: Stop): Promise<string[]> {
    await watched.open(url, status);
    const wrong = (await violationsInBoth(watched.page)).map((violation) => `${name}, ${violation}`);
    const width = await watched.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (width > 0) wrong.push(`${name}: ${width} pixels wider than the window`);
    return wrong;
  }

  for (const width of WIDTHS) {
    test(`no template has a barrier at ${width} pixels, by day and by night, and none complains`, async () => {
      const watched = await visitor.visit({ viewport: { width, height: 900 } });
      const wrong: string[] = [];
      for (const stop of site.stops) wrong.push(...(await inspect(watched, stop)));
      assert.deepEqual(wrong, []);
      assert.deepEqual(watched.complaints, []);
      await watched.close();
    });

    test(`a rejected comment has no barrier at ${width} pixels and keeps what was typed`, async () => {
      const watched = await visitor.visit({ viewport: { width, height: 900 } });
      await watched.open('/2024/05/report-0/');
      const { page } = watched;
      await page.fill('#comment', 'Words that must not be lost');
      await page.fill('#author', 'Guest');
      // The browser would stop the visitor; the server has to as well.
      await page.locator('.comment-form').evaluate((form: HTMLFormElement) => {
        form.noValidate = true;
      });
      await page.fill('#email', 'no address');
      await page.click('.comment-form button[type=submit]');
      await page.waitForSelector('#email[aria-invalid=true]');
      assert.equal(await page.inputValue('#comment'), 'Words that must not be lost');
      assert.deepEqual(await violationsInBoth(page), []);
      await watched.close();
    });
  }

  test('every variation of the theme has enough contrast, by day and by night', async () => {
    const { themes } = site.running.site;
    const watched = await visitor.visit({ viewport: { width: 1440, height: 900 } });
    const wrong: string[] = [];
    for (const variation of Object.keys((await themes.active()).theme.manifest.variations)) {
      await themes.configure('default', { variation });
      await watched.open('/2023/01/rich/');
      const found = await violationsInBoth(watched.page, COLOURS);
      wrong.push(...found.map((violation) => `${variation}, ${violation}`));
    }
    await themes.configure('default', { variation: '' });
    assert.deepEqual(wrong, []);
    await watched.open('/2023/01/rich/');
    const heights = await watched.page
      .locator('.wp-block-buttons, .wp-block-button__link')
      .evaluateAll((elements) => elements.map((element) => Math.round(element.getBoundingClientRect().height)));
    assert.equal(heights[0], heights[1], 'a row of buttons is as high as its buttons');
    await watched.close();
  });
});
