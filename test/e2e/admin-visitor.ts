// Somebody who works in the admin with a browser, and what stands in the way there.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { AxeResults, RunOptions } from 'axe-core';
import { SYSTEM } from 'galley';
import type { Page } from 'playwright-core';
import { startTestSite, TEST_PASSWORD, type TestSite, type TestSiteOptions } from '../../core/testing.ts';
import { startVisitor, type Visitor, type WatchedPage } from './visitor.ts';

/** The text of axe, to be run in a page or a frame. */
export const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

declare const axe: { run(where: Node, options: object): Promise<AxeResults> };

/** What axe finds on the page as it stands, or within a part of it. */
export async function violations(page: Page, options: RunOptions = {}, within = ':root'): Promise<string[]> {
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(AXE);
  return page.evaluate(
    async ({ within, ...more }) => {
      const where = document.querySelector(within) ?? document;
      const { violations: found } = await axe.run(where, { resultTypes: ['violations'], ...more });
      return found.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
      );
    },
    { ...options, within },
  );
}

/** What is asked of a page that was looked at by day: by night it has other colours, and nothing else. */
export const COLOURS: RunOptions = { runOnly: ['color-contrast', 'link-in-text-block'] };

/** What is asked of a page whose colours were looked at on a desk: most of the work is in the colours. */
export const ALL_BUT_COLOURS: RunOptions = {
  rules: { 'color-contrast': { enabled: false }, 'link-in-text-block': { enabled: false } },
};

const PHONE = 600;

/** What is asked where each page is looked at by day on a desk and on a phone, and by night on a desk. */
export function askedOf(colorScheme: 'light' | 'dark', width: number): RunOptions {
  if (colorScheme === 'dark') return COLOURS;
  return width < PHONE ? ALL_BUT_COLOURS : {};
}

/** What axe finds by day, and in the colours of the night. A phone has those of the desk: its nights are seen there. */
export async function violationsInBoth(page: Page, options: RunOptions = {}): Promise<string[]> {
  const found: string[] = [];
  const isPhone = (page.viewportSize()?.width ?? PHONE) < PHONE;
  for (const colorScheme of isPhone ? (['light'] as const) : (['light', 'dark'] as const)) {
    await page.emulateMedia({ colorScheme });
    const asked = colorScheme === 'dark' ? { ...options, ...COLOURS } : options;
    found.push(...(await violations(page, asked)).map((violation) => `${colorScheme}: ${violation}`));
  }
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

/** How many scripts a page has, and their size on the way. */
export async function scriptsOf(page: Page): Promise<{ count: number; bytes: number }> {
  const sources = await page.evaluate(() => [...document.scripts].flatMap(({ src }) => (src ? [src] : [])));
  let bytes = 0;
  for (const source of sources) bytes += gzipSync(Buffer.from(await (await fetch(source)).arrayBuffer())).length;
  return { count: sources.length, bytes };
}

/** Fills in the form of the log-in that the page shows, and waits for what comes after it. */
export async function fillLogin(page: Page, after: string | RegExp, login = 'ada'): Promise<void> {
  await page.getByLabel('Login or e-mail address').fill(login);
  await page.getByLabel('Password').fill(TEST_PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(after);
}

/** Logs somebody in by the form, and waits for the home of the admin. */
export async function logIn(watched: WatchedPage, origin: string, login = 'ada'): Promise<void> {
  await watched.open('/admin');
  await fillLogin(watched.page, `${origin}/admin`, login);
}

/** A site with an administrator, Ada, and a browser for it. */
export interface AdminSite {
  current: TestSite;
  origin: string;
  visitor: Visitor;
  /** A page on which Ada is logged in, or somebody else. It stands nowhere yet: what the form of the log-in does is a test of its own. */
  enter(options?: Parameters<Visitor['visit']>[0], login?: string): Promise<WatchedPage>;
  /** An administrator more, with the password of the tests. */
  administrator(login: string, name?: string): Promise<void>;
  /** What is wrong with these screens at a width, by day and by night: barriers, and what is wider than the window. */
  barriers(screens: readonly string[], width: number): Promise<string[]>;
  stop(): Promise<void>;
}

/** Starts such a site. */
export async function startAdminSite(options: TestSiteOptions = {}): Promise<AdminSite> {
  const current = await startTestSite(options);
  const origin = await current.site.http.listen({ port: 0 });
  const visitor = await startVisitor(origin);
  const { users, sessions } = current.site;
  const ids = new Map<string, number>();
  const administrator = async (login: string, name = login): Promise<void> => {
    const person = { login, name, email: `${login}@example.org`, password: TEST_PASSWORD, roles: ['administrator'] };
    ids.set(login, (await users.create(person, SYSTEM)).id);
  };
  await administrator('ada', 'Ada');
  const enter: AdminSite['enter'] = async (more, login = 'ada') => {
    const watched = await visitor.visit(more);
    const { token } = await sessions.create(ids.get(login) ?? 0, { address: '127.0.0.1', agent: 'test' });
    const cookies = { galley: token, 'galley-here': '1' };
    for (const [name, value] of Object.entries(cookies))
      await watched.page.context().addCookies([{ name, value, url: origin }]);
    return watched;
  };
  return {
    current,
    origin,
    visitor,
    enter,
    administrator,
    async barriers(screens, width) {
      const watched = await enter({ viewport: { width, height: 900 } });
      const wrong: string[] = [];
      for (const screen of screens) {
        await watched.open(screen);
        wrong.push(...(await violationsInBoth(watched.page)).map((found) => `${screen}, ${found}`));
        const over = await watched.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (over > 0) wrong.push(`${screen}: ${over} pixels wider than the window`);
      }
      wrong.push(...watched.complaints);
      await watched.close();
      return wrong;
    },
    async stop() {
      await visitor.close();
      await current.stop();
    },
  };
}
