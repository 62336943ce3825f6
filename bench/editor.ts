// The block editor on a long text: how long it takes to open, and from a key to its letter on the screen.
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import { startTestSite, TEST_PASSWORD, type TestSite } from '../core/testing.ts';
import { chromiumMissing, openBrowser } from '../test/support/chromium.ts';
import type { Bench, Row } from './report.ts';

const WORDS_A_PARAGRAPH = 50;

/** Runs in the page. Sets up a promise of the time from the next key to the paint after it. */
const WATCH_KEY = `void (window.benchPainted = new Promise((resolve) => {
  addEventListener('keydown', (event) => {
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - event.timeStamp)));
  }, { once: true, capture: true });
}));`;

function longText(words: number): string {
  const line = Array.from({ length: WORDS_A_PARAGRAPH }, (_, index) => `word${index}`).join(' ');
  const paragraph = (index: number): string =>
    `<!-- wp:paragraph -->\n<p>${index} <strong>${line}</strong></p>\n<!-- /wp:paragraph -->`;
  return Array.from({ length: words / WORDS_A_PARAGRAPH }, (_, index) => paragraph(index)).join('\n\n');
}

async function logIn({ site }: TestSite, page: Page, origin: string): Promise<void> {
  const user = { login: 'bench', email: 'bench@example.org', password: TEST_PASSWORD, roles: ['administrator'] };
  await site.users.create(user, SYSTEM);
  await page.goto(`${origin}/admin`);
  await page.getByLabel('Login or e-mail address').fill('bench');
  await page.getByLabel('Password').fill(TEST_PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(`${origin}/admin`);
}

async function keyTimes(page: Page, keys: number): Promise<number[]> {
  const times: number[] = [];
  for (let count = 0; count < keys; count++) {
    await page.evaluate(WATCH_KEY);
    await page.keyboard.press('x');
    times.push(await page.evaluate<number>('window.benchPainted'));
  }
  return times.sort((a, b) => a - b);
}

async function measure(
  current: TestSite,
  page: Page,
  { origin, words }: { origin: string; words: number },
): Promise<Row> {
  const { id } = await current.site.entries.save(
    { type: 'post', title: `${words} words`, content: longText(words) },
    { viewer: SYSTEM },
  );
  await page.goto(`${origin}/admin/content/post/${id}`);
  await page.locator('.ge-text').waitFor();
  const opened = await page.evaluate(() => performance.getEntriesByName('galley:editor-open')[0]?.duration ?? 0);
  await page.locator('.ge-text p').nth(10).click();
  const times = await keyTimes(page, 60);
  const at = (part: number): number => times[Math.floor(times.length * part)] ?? Number.NaN;
  return { words, 'open, ms': opened, 'key to paint p50, ms': at(0.5), 'p95, ms': at(0.95) };
}

/** The block editor. */
export const editorBench: Bench = {
  title: 'Block editor in Chromium: opening a text, and from a key to its letter',
  async run({ quick }): Promise<Row[]> {
    const missing = chromiumMissing();
    if (missing) return [{ words: missing }];
    const current = await startTestSite({ config: { log: { level: 'silent' } } });
    const browser = await openBrowser();
    try {
      const origin = await current.site.http.listen({ port: 0 });
      const page = await browser.newPage();
      page.on('dialog', (dialog) => void dialog.accept());
      await logIn(current, page, origin);
      const rows: Row[] = [];
      for (const words of quick ? [1_000] : [1_000, 20_000]) rows.push(await measure(current, page, { origin, words }));
      return rows;
    } finally {
      await browser.close();
      await current.stop();
    }
  },
};
