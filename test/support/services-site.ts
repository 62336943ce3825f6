import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before } from 'node:test';
import { defineCoreHooks } from '../../core/hook-catalog.ts';
import { HookEngine } from '../../core/kernel/hooks.ts';
import { attach, type Module, type RunningModules, startModules } from '../../core/kernel/module.ts';
import { Plugins } from '../../core/kernel/plugins.ts';
import type { Site } from '../../core/kernel/site.ts';
import { cacheModule } from '../../core/services/cache.ts';
import { configModule, loadConfig } from '../../core/services/config.ts';
import type { ConfigOverrides } from '../../core/services/config-types.ts';
import { cronModule } from '../../core/services/cron.ts';
import type { Database } from '../../core/services/database.ts';
import { jobsModule } from '../../core/services/jobs.ts';
import { keysModule } from '../../core/services/keys.ts';
import { logModule } from '../../core/services/log.ts';
import { migrationsModule } from '../../core/services/migrations.ts';
import { optionsModule } from '../../core/services/options.ts';
import { scratchFolder } from './mariadb.ts';
import type { Store } from './stores.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** A site with services only. */
export interface ServicesSite {
  site: Site;
  /** What was logged, one line of JSON each. */
  lines: string[];
  stop(): Promise<void>;
}

/** Starts a site with services only on a store; several on one store are several processes of one site. */
export async function startServicesSite(database: Database, overrides: ConfigOverrides = {}): Promise<ServicesSite> {
  const folder = await mkdtemp(join(scratchFolder(), 'galley-services-'));
  const config = await loadConfig({
    root: ROOT,
    env: { GALLEY_ENV: 'test' },
    overrides: { log: { level: 'info' }, ...overrides, content: { dir: folder } },
  });
  const lines: string[] = [];
  const kernel: Module = {
    name: 'kernel',
    start(site) {
      attach(site, 'id', 'default');
      attach(site, 'owner', 'core');
      attach(site, 'root', ROOT);
      attach(site, 'hooks', new HookEngine());
      attach(site, 'plugins', new Plugins());
      attach(site, 'database', database);
      defineCoreHooks(site.hooks);
    },
  };
  const log = logModule({ console: { write: (line) => lines.push(line) } });
  const migrations = migrationsModule(() => [{ owner: 'core', folder: join(ROOT, 'core/migrations') }]);
  const modules = [
    kernel,
    configModule(config),
    log,
    keysModule,
    migrations,
    cacheModule,
    optionsModule,
    cronModule,
    jobsModule,
  ];
  const site = {} as Site;
  const running: RunningModules = await startModules(site, modules);
  await site.migrations.up();
  const stop = async (): Promise<void> => {
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { site, lines, stop };
}

/** Starts a site with services for all tests of a suite, and stops it after them. */
export function servicesSite(store: Store, overrides: ConfigOverrides = {}): ServicesSite {
  let started: ServicesSite | undefined;
  before(async () => {
    started = await startServicesSite(store.database, overrides);
  });
  after(() => started?.stop());
  const need = (): ServicesSite => {
    if (!started) throw new Error('The site runs only while tests run.');
    return started;
  };
  return {
    get site() {
      return need().site;
    },
    get lines() {
      return need().lines;
    },
    stop: () => need().stop(),
  };
}
