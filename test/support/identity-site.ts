import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before } from 'node:test';
import { defineCoreHooks } from '../../core/hook-catalog.ts';
import { identityModules } from '../../core/identity/identity.ts';
import type { User } from '../../core/identity/user.ts';
import type { NewUser } from '../../core/identity/users.ts';
import { SYSTEM, type Viewer } from '../../core/identity/viewer.ts';
import { HookEngine } from '../../core/kernel/hooks.ts';
import { attach, type Module, type RunningModules, startModules } from '../../core/kernel/module.ts';
import type { Site } from '../../core/kernel/site.ts';
import { cacheModule } from '../../core/services/cache.ts';
import { configModule, loadConfig } from '../../core/services/config.ts';
import type { ConfigOverrides } from '../../core/services/config-types.ts';
import { cronModule } from '../../core/services/cron.ts';
import { keysModule } from '../../core/services/keys.ts';
import { type LogTargets, logModule } from '../../core/services/log.ts';
import { migrationsModule } from '../../core/services/migrations.ts';
import { optionsModule } from '../../core/services/options.ts';
import { scratchFolder } from './mariadb.ts';
import type { Store } from './stores.ts';

/** A site with everything up to identity, on the store of a suite. */
export interface IdentitySite {
  readonly site: Site;
  /** A user with the role, whose password is PASSWORD. */
  user(login: string, role?: string, more?: Partial<NewUser>): Promise<User>;
  viewer(user: User): Promise<Viewer>;
}

/** A password that the policy takes. */
export const PASSWORD = 'quiet teapot orbit seventy';

const ROOT = resolve(import.meta.dirname, '../..');

/** The hooks of the services, where the catalogue does not have them. */
function defineMissing(hooks: HookEngine): void {
  const present = new Set(hooks.list().map(({ name }) => name));
  const needed = { 'option:saving': 'filter', 'option:saved': 'action', 'cron:finished': 'action' } as const;
  for (const [name, kind] of Object.entries(needed)) {
    if (!present.has(name)) hooks.define(name, { kind, summary: 'For tests.' });
  }
}

/** Starts a site on a store. */
export async function startIdentitySite(
  store: Pick<Store, 'database'>,
  overrides: ConfigOverrides = {},
  targets?: LogTargets,
): Promise<{ site: Site; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(scratchFolder(), 'galley-identity-'));
  const config = await loadConfig({
    root: ROOT,
    env: { GALLEY_ENV: overrides.environment?.name ?? 'test' },
    overrides: { ...overrides, content: { dir: folder }, log: { level: 'fatal', ...overrides.log } },
  });
  const kernel: Module = {
    name: 'kernel',
    start(site) {
      attach(site, 'id', 'default');
      attach(site, 'owner', 'core');
      attach(site, 'root', ROOT);
      attach(site, 'hooks', new HookEngine());
      attach(site, 'database', store.database);
      defineCoreHooks(site.hooks);
      defineMissing(site.hooks);
    },
  };
  const migrations = migrationsModule(() => [{ owner: 'core', folder: join(ROOT, 'core/migrations') }]);
  const modules = [
    kernel,
    configModule(config),
    logModule(targets),
    keysModule,
    migrations,
    cacheModule,
    optionsModule,
    cronModule,
  ];
  const site = {} as Site;
  const running: RunningModules = await startModules(site, [...modules, ...identityModules]);
  await site.migrations.up();
  const stop = async (): Promise<void> => {
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { site, stop };
}

/** Starts a site for all tests of a suite and stops it after them. */
export function identitySite(store: Store, overrides: ConfigOverrides = {}): IdentitySite {
  let started: Awaited<ReturnType<typeof startIdentitySite>> | undefined;
  before(async () => {
    started = await startIdentitySite(store, overrides);
  });
  after(() => started?.stop());
  const site = (): Site => {
    if (!started) throw new Error('The site runs only while tests run.');
    return started.site;
  };
  return {
    get site() {
      return site();
    },
    user: (login, role = 'author', more = {}) =>
      site().users.create(
        { login, email: `${login}@example.org`, name: `The ${login}`, password: PASSWORD, roles: [role], ...more },
        SYSTEM,
      ),
    viewer: (user) => site().roles.viewerFor(user),
  };
}
