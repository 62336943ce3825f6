// For tests of plugins and of Galley itself: a real site on a store of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, describe } from 'node:test';
import { boot } from './boot.ts';
import { makeCsrfToken } from './http/csrf.ts';
import { loadSession } from './http/session.ts';
import type { User } from './identity/user.ts';
import { SYSTEM, type Viewer } from './identity/viewer.ts';
import type { Site } from './kernel/site.ts';
import type { ConfigOverrides } from './services/config-types.ts';

/** How the site of a test is. */
export interface TestSiteOptions {
  /** Plugins to run; all default ones unless given. */
  plugins?: readonly string[];
  /** Folders with further plugins. */
  pluginFolders?: readonly string[];
  /** How plugins run that can be contained; contained unless given. */
  tiers?: Readonly<Record<string, 'trusted' | 'contained'>>;
  /** Address of an empty store; a SQLite file of its own unless given. */
  database?: string;
  config?: ConfigOverrides;
  /** Keeps the folder of a former test site. */
  contentDir?: string;
}

/** A site for tests. */
export interface TestSite {
  site: Site;
  /** The content folder. */
  contentDir: string;
  /** Sends a request through the whole server, without a socket. */
  inject: Site['http']['inject'];
  /** A new user with the role, logged in: send `cookie` with requests, and `token` in forms. */
  loginAs(role: string): Promise<LoggedIn>;
  /** Sends a form, as somebody who is logged in or as a visitor. */
  submit(url: string, values: Record<string, string>, by?: LoggedIn): ReturnType<Site['http']['inject']>;
  stop(): Promise<void>;
}

/** Somebody who is logged in. */
export interface LoggedIn {
  user: User;
  viewer: Viewer;
  /** The Cookie header. */
  cookie: string;
  /** The token that forms carry in `_token`. */
  token: string;
}

const ROOT = dirname(import.meta.dirname);
export const TEST_PASSWORD = 'correct horse battery staple';

/**
 * Starts a site for a test, with every part real. Stop it in the end: its folder is removed.
 *
 * @example
 * const { site, inject, stop } = await startTestSite({ plugins: ['posts', 'my-plugin'] });
 * const reply = await inject({ url: '/' });
 * await stop();
 */
export async function startTestSite(options: TestSiteOptions = {}): Promise<TestSite> {
  const contentDir = options.contentDir ?? mkdtempSync(join(tmpdir(), 'galley-test-'));
  const { database, content, ...config } = options.config ?? {};
  const { site, stop } = await boot({
    root: ROOT,
    env: { GALLEY_ENV: 'test' },
    overrides: {
      ...config,
      content: { dir: contentDir, ...content },
      database: { url: options.database ?? 'sqlite:test.sqlite', ...database },
    },
    ...(options.plugins ? { plugins: options.plugins } : {}),
    ...(options.pluginFolders ? { pluginFolders: options.pluginFolders } : {}),
    ...(options.tiers ? { tiers: options.tiers } : {}),
  });
  let users = 0;
  return {
    site,
    contentDir,
    inject: (request) => site.http.inject(request),
    async loginAs(role) {
      // A folder that was kept has people of its own.
      do users++;
      while (await site.users.findByLogin(`${role}${users}`));
      const login = `${role}${users}`;
      const user = await site.users.create(
        { login, email: `${login}@example.org`, name: `The ${role}`, password: TEST_PASSWORD, roles: [role] },
        SYSTEM,
      );
      return logIn(site, user);
    },
    submit: (url, values, by) =>
      site.http.inject({
        method: 'POST',
        url,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'sec-fetch-site': 'same-origin',
          ...(by ? { cookie: by.cookie } : {}),
        },
        payload: new URLSearchParams(by ? { _token: by.token, ...values } : values).toString(),
      }),
    async stop() {
      await stop();
      if (!options.contentDir) rmSync(contentDir, { recursive: true, force: true });
    },
  };
}

async function logIn(site: Site, user: User): Promise<LoggedIn> {
  const { token: sessionToken } = await site.sessions.create(user.id, { address: '127.0.0.1', agent: 'test' });
  const session = await loadSession(site, sessionToken);
  if (!session) throw new Error(`${user.login} could not be logged in.`);
  const { csrfSecret, viewer } = session;
  return { user, viewer, cookie: `galley=${sessionToken}`, token: makeCsrfToken(csrfSecret) };
}

const WAIT_MS = 20_000;

/** Waits until something is so: what happens after an answer is not there with it. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + WAIT_MS; !(await isSo()); ) {
    if (Date.now() > end) throw new Error('It did not come about.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The site of a suite; use it inside of tests, not while they are being declared. */
export interface TierSuite {
  readonly current: TestSite;
  readonly tier: 'contained' | 'trusted';
}

/** The ways in which a plugin runs: by whatever contains it here, or by each engine that can. */
const WAYS = {
  any: [
    { tier: 'contained', engine: 'auto' },
    { tier: 'trusted', engine: 'auto' },
  ],
  each: [
    { tier: 'contained', engine: 'isolated-vm' },
    { tier: 'contained', engine: 'quickjs' },
    { tier: 'trusted', engine: 'auto' },
  ],
} as const;

/**
 * Declares the same suite for a plugin in the plugin host and in the site itself. In the end nothing may have gone
 * wrong in it that nobody saw.
 *
 * @param folder the plugin's own, as `import.meta.dirname` says
 * @param options what else is on the site, and whether the host is tried with `each` of its engines
 */
export function forEachTier(
  folder: string,
  { engines = 'any', ...options }: TestSiteOptions & { engines?: keyof typeof WAYS },
  declare: (suite: TierSuite) => void,
): void {
  const name = basename(folder);
  for (const { tier, engine } of WAYS[engines]) {
    describe(`${name}, ${tier}${engine === 'auto' ? '' : ` by ${engine}`}`, () => {
      let site: TestSite | undefined;
      before(async () => {
        site = await startTestSite({
          ...options,
          plugins: [...(options.plugins ?? []), name],
          pluginFolders: [dirname(folder)],
          tiers: { [name]: tier },
        });
        site.site.contained.engine = engine;
        // A machine that has much else to do is no fault of the plugin.
        Object.assign(site.site.contained.limits, { hookWaitMs: WAIT_MS, deadlineMs: WAIT_MS });
      });
      after(async () => {
        const { state, reason, faults = [] } = site?.site.plugins.get(name) ?? {};
        await site?.stop();
        if (state !== 'active' || faults.length > 0)
          throw new Error(`${name} is ${state ?? 'not there'}: ${reason ?? JSON.stringify(faults)}`);
      });
      declare({
        tier,
        get current() {
          if (!site) throw new Error('The site is there only while tests run.');
          return site;
        },
      });
    });
  }
}
