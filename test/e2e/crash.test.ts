// The browser itself dies: its process is killed while somebody types, and started again with the same profile.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { BrowserContext, Page } from 'playwright-core';
import { startTestSite, TEST_PASSWORD, type TestSite } from '../../core/testing.ts';
import { chromiumMissing, openProfile } from '../support/chromium.ts';
import { fillLogin } from './admin-visitor.ts';
import { editorText, KEEP_HANDLE, pressEnd } from './editor-visitor.ts';

const paragraph = (words: string): string => `<!-- wp:paragraph -->\n<p>${words}</p>\n<!-- /wp:paragraph -->`;
/** Typed words may be this old when the process dies, and are still there. */
const KEPT_AFTER_MS = 5000;

/** The main process of the browser that has this profile, as Linux knows it. */
function processOf(profile: string): number | undefined {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).find((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return command.includes(`--user-data-dir=${profile}`) && !command.some((part) => part.startsWith('--type='));
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}

const missing = (): string | false =>
  chromiumMissing() || (existsSync('/proc/self/cmdline') ? false : 'Processes are found by /proc only.');

describe('a browser that is killed', { skip: missing() }, () => {
  let current: TestSite;
  let origin: string;
  let profile: string;
  let context: BrowserContext | undefined;

  before(async () => {
    current = await startTestSite();
    origin = await current.site.http.listen({ port: 0 });
    profile = await mkdtemp(join(tmpdir(), 'galley-profile-'));
    const ada = { login: 'ada', name: 'Ada', email: 'ada@example.org', password: TEST_PASSWORD };
    await current.site.users.create({ ...ada, roles: ['administrator'] }, SYSTEM);
  });
  after(async () => {
    await context?.close().catch(() => undefined);
    await current?.stop();
    if (profile) await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });

  /** The form of the entry in a browser with the profile. */
  async function open(id: number): Promise<Page> {
    context = await openProfile(profile, { baseURL: origin, reducedMotion: 'reduce' });
    await context.addInitScript(KEEP_HANDLE);
    const page = await context.newPage();
    await page.goto('/admin');
    if (new URL(page.url()).pathname.endsWith('/login')) await fillLogin(page, `${origin}/admin`);
    await page.goto(`/admin/content/post/${id}`);
    await page.waitForFunction(() => window.editorHandle !== undefined);
    return page;
  }

  async function kill(): Promise<void> {
    const pid = processOf(profile);
    assert.ok(pid, 'the process of the browser');
    const isClosed = context?.waitForEvent('close');
    process.kill(pid, 'SIGKILL');
    await isClosed;
  }

  const write = async (title: string): Promise<number> => {
    const draft = { type: 'post', title, content: paragraph('Before'), status: 'publish' } as const;
    return (await current.site.entries.save(draft, { viewer: SYSTEM })).id;
  };

  /** Types, waits as long as words may be at risk, types on, and kills the browser at once. */
  async function typeAndDie(page: Page): Promise<void> {
    await page.locator('.ge-text > p').click();
    await pressEnd(page);
    await page.keyboard.type(', typed in time');
    await page.waitForTimeout(KEPT_AFTER_MS);
    await page.keyboard.type(', typed too late');
    await kill();
  }

  test('with the server there: the text is offered again, and no word in it is older than five seconds', async () => {
    const id = await write('Online');
    await typeAndDie(await open(id));
    const page = await open(id);
    await page
      .getByText(/that was not saved/)
      .first()
      .waitFor();
    await page.getByRole('link', { name: 'Restore', exact: true }).click();
    await page.waitForFunction(() => window.editorHandle?.text().includes('typed in time'));
    assert.match(await editorText(page), /<p>Before, typed in time/);
    await page.getByRole('button', { name: 'Update' }).click();
    await page.getByText('Saved. Visitors see it now.').waitFor();
    assert.match((await current.site.entries.need(id, SYSTEM)).content, /<p>Before, typed in time/);
    await context?.close();
  });

  test('without the server: what only the browser kept is offered, and comes back into the editor', async () => {
    const id = await write('Offline');
    const before = await open(id);
    await before.context().setOffline(true);
    await typeAndDie(before);
    const page = await open(id);
    await page.getByText(/This browser kept text from/).waitFor();
    await page.getByRole('button', { name: 'Restore', exact: true }).click();
    await page.waitForFunction(() => window.editorHandle?.text().includes('typed in time'));
    assert.match(await editorText(page), /<p>Before, typed in time/);
    assert.match((await current.site.entries.need(id, SYSTEM)).content, /<p>Before<\/p>/, 'nothing is saved by itself');
    await context?.close();
  });
});
