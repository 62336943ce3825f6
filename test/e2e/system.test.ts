// The dashboard that each arranges, its charts, and the screens of the system as a person uses them in a browser.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import type { AxeResults } from 'axe-core';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import { startTestSite, type TestSite } from '../../core/testing.ts';
import { chromiumMissing } from '../support/chromium.ts';
import { startVisitor, type Visitor, type WatchedPage } from './visitor.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

declare const axe: { run(options: object): Promise<AxeResults> };

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations: found } = await axe.run({ resultTypes: ['violations'] });
    return found.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
    );
  });
}

describe('the dashboard and the system in a browser', { skip: chromiumMissing() }, () => {
  let current: TestSite;
  let origin: string;
  let visitor: Visitor;
  let cookie: { name: string; value: string; url: string };
  let job = 0;
  let mayEnd = false;

  before(async () => {
    current = await startTestSite();
    const { site } = current;
    site.jobs.define('print', {
      summary: 'Prints sheets.',
      run: async (_, { progress, signal }) => {
        for (let sheet = 1; !mayEnd && !signal.aborted; sheet = Math.min(sheet + 1, 11)) {
          progress(sheet, 12, 'sheets');
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return { sheets: 12 };
      },
    });
    origin = await site.http.listen({ port: 0 });
    visitor = await startVisitor(origin);
    await site.entries.save({ type: 'post', title: 'Ink and paper', status: 'publish' }, { viewer: SYSTEM });
    const [name = '', value = ''] = (await current.loginAs('administrator')).cookie.split('=');
    cookie = { name, value, url: origin };
    job = await site.jobs.enqueue('print', { paper: 'A4' });
  });
  after(async () => {
    mayEnd = true;
    await visitor.close();
    await current.stop();
  });

  async function open(options: Parameters<Visitor['visit']>[0], path: string): Promise<WatchedPage> {
    const watched = await visitor.visit(options);
    await watched.page.context().addCookies([cookie]);
    await watched.open(path);
    return watched;
  }

  test('panels are moved by keys and stand that way afterwards', async () => {
    const { page, complaints, close } = await open({}, '/admin');
    const heads = (): Promise<string[]> => page.locator('.panel h2').allInnerTexts();
    const before = await heads();
    await page.getByRole('link', { name: 'Arrange' }).click();
    const last = page.locator('.menu-item').last();
    const label = await last.getAttribute('data-label');
    await last.locator('.arrange-handle').focus();
    for (let step = 1; step < before.length; step++) await page.keyboard.press('ArrowUp');
    await page.getByRole('button', { name: 'Save the arrangement' }).click();
    assert.equal((await heads())[0]?.trim(), label);
    await page.getByRole('link', { name: 'Arrange' }).click();
    await page.getByRole('button', { name: 'As it was made' }).click();
    assert.deepEqual(await heads(), before);
    assert.deepEqual(complaints, []);
    await close();
  });

  test('a chart is drawn, and the same numbers stand in a table', async () => {
    const { page, complaints, close } = await open({}, '/admin');
    const panel = page.locator('[aria-labelledby="panel-months"]');
    await panel.locator('canvas').waitFor();
    assert.equal(await panel.locator('canvas').getAttribute('role'), 'img');
    await panel.getByText('As a table').click();
    assert.equal(await panel.getByRole('row').count(), 13);
    assert.deepEqual(complaints, []);
    await close();
  });

  test('the progress of a job moves on by itself, and its result shows when it ends', async () => {
    const { page, complaints, close } = await open({}, `/admin/system/queue/${job}`);
    await page.getByText('11 of 12').waitFor({ timeout: 20_000 });
    mayEnd = true;
    await page.getByText('"sheets": 12').waitFor({ timeout: 20_000 });
    assert.deepEqual(complaints, []);
    await close();
  });

  for (const colorScheme of ['light', 'dark'] as const)
    test(`nothing stands in anybody’s way, ${colorScheme}, and nothing is wider than a phone`, async () => {
      const wrong: string[] = [];
      const { page, complaints, close } = await open({ colorScheme, viewport: { width: 390, height: 844 } }, '/admin');
      const paths = ['', '/home', '/tools', '/plugins'];
      const system = [
        'queue',
        `queue/${job}`,
        'cron',
        'cron/jobs-tidy',
        'cache',
        'cache/flush',
        'queries',
        'logs',
        'information',
      ];
      for (const path of [...paths, ...system.map((name) => `/system/${name}`)]) {
        await page.goto(`/admin${path}`);
        const found = await violations(page);
        wrong.push(...found.map((text) => `${path}: ${text}`));
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        if (wide > 390) wrong.push(`${path} is ${wide} wide`);
      }
      assert.deepEqual(wrong, []);
      assert.deepEqual(complaints, []);
      await close();
    });
});
