// For tests of plugins and of Galley itself: a real site on a store of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
      const login = `${role}${++users}`;
      const user = await site.users.create(
        { login, email: `${login}@example.org`, name: `The ${role}`, password: TEST_PASSWORD, roles: [role] },
        SYSTEM,
      );
      return logIn(site, user);
    },
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
