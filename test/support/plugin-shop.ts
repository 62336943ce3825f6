import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPlugins } from '../../core/boot.ts';
import { defineCoreHooks } from '../../core/hook-catalog.ts';
import { HookEngine } from '../../core/kernel/hooks.ts';
import type { Module } from '../../core/kernel/module.ts';
import { attach, startModules } from '../../core/kernel/module.ts';
import { Plugins } from '../../core/kernel/plugins.ts';
import type { Site } from '../../core/kernel/site.ts';
import { cacheModule } from '../../core/services/cache.ts';
import { configModule, loadConfig } from '../../core/services/config.ts';
import type { ConfigOverrides } from '../../core/services/config-types.ts';
import { databaseModule } from '../../core/services/database-module.ts';
import { fetchModule } from '../../core/services/fetch.ts';
import { keysModule } from '../../core/services/keys.ts';
import { logModule } from '../../core/services/log.ts';
import { migrationsModule } from '../../core/services/migrations.ts';
import { optionsModule } from '../../core/services/options.ts';
import { type InstallOptions, pluginChangesModule } from '../../core/services/packages/plugin-changes.ts';
import { makePublisherKey, type PublisherKey, readPublisherKey } from '../../core/services/packages/publisher-key.ts';
import { registryTrustModule } from '../../core/services/packages/registry-trust.ts';
import type { PluginTrial } from '../../core/services/packages/trial.ts';
import { pluginChoiceModule } from '../../core/services/plugin-choice.ts';
import { pluginRightsModule } from '../../core/services/plugin-rights.ts';
import { processesModule } from '../../core/services/processes.ts';

const ROOT = join(import.meta.dirname, '../..');

export { packPlugin } from '../../core/services/packages/pack.ts';
export { buildRegistry } from '../../core/services/packages/registry-build.ts';
export { revoke } from '../../core/services/packages/registry-revoke.ts';
export { readSource } from '../../core/services/packages/source.ts';

/** A site with as much as installing plugins needs. */
export interface PluginShop {
  site: Site;
  contentDir: string;
  /** Looks for plugins anew, as each command does. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the parts of a site that install plugins, on SQLite in the content folder unless told otherwise. Several on one folder are several processes. */
export async function startPluginShop(
  contentDir: string,
  overrides: ConfigOverrides = {},
  further: readonly Module[] = [],
): Promise<PluginShop> {
  await mkdir(contentDir, { recursive: true });
  const config = await loadConfig({
    root: ROOT,
    env: { GALLEY_ENV: 'test' },
    overrides: { log: { level: 'fatal' }, ...overrides, content: { dir: contentDir } },
  });
  const site = {} as Site;
  const kernel: Module = {
    name: 'kernel',
    start() {
      attach(site, 'id', 'default');
      attach(site, 'owner', 'core');
      attach(site, 'root', ROOT);
      attach(site, 'hooks', new HookEngine());
      defineCoreHooks(site.hooks);
    },
  };
  const plugins: Module = { name: 'plugins', start: () => attach(site, 'plugins', new Plugins()) };
  const running = await startModules(site, [
    kernel,
    plugins,
    configModule(config),
    logModule({ console: { write: () => undefined } }),
    keysModule,
    databaseModule(() => ({
      url: String(overrides.database?.url ?? 'sqlite:test.sqlite'),
      root: contentDir,
      log: site.log,
    })),
    migrationsModule(() => [{ owner: 'core', folder: join(ROOT, 'core/migrations') }]),
    cacheModule,
    optionsModule,
    fetchModule(),
    processesModule,
    pluginChoiceModule,
    pluginRightsModule,
    pluginChangesModule,
    registryTrustModule,
    ...further,
  ]);
  await site.migrations.up({ owner: 'core' });
  const look = async (): Promise<void> => {
    attach(site, 'plugins', new Plugins());
    await findPlugins(site, {});
  };
  await site.pluginChanges.recovery.attempt();
  await findPlugins(site, {});
  return { site, contentDir, look, stop: () => running.stop() };
}

/** A trial that lets everything through. */
export const NO_TRIAL: PluginTrial = { load: async () => undefined, probe: async () => undefined };

/** Installs without questions and without trials. */
export const PLAINLY: InstallOptions & { trial: PluginTrial } = { trial: NO_TRIAL, consent: async () => true };

/** What a plugin of a test says of itself and does. */
export interface SampleOptions {
  name?: string;
  version?: string;
  galley?: object;
  author?: string;
  dependencies?: Record<string, string>;
  files?: Record<string, string>;
}

/** Writes a plugin into a folder of its own in `folder`. @returns its path */
export async function writePlugin(folder: string, options: SampleOptions = {}): Promise<string> {
  const { name = 'shop', version = '1.0.0', galley = {}, author = 'Ann', dependencies, files = {} } = options;
  const directory = join(folder, name);
  await rm(directory, { recursive: true, force: true });
  const manifest = { name, version, author, type: 'module', dependencies, galley: { title: name, ...galley } };
  const all = {
    'package.json': JSON.stringify(manifest),
    'index.ts': `import { definePlugin } from 'galley';\nexport default definePlugin(() => undefined); // ${version}\n`,
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(join(directory, path, '..'), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  return directory;
}

/** A key in a folder, made anew. */
export async function keyIn(folder: string, name: string): Promise<PublisherKey> {
  await makePublisherKey(join(folder, `${name}.pem`));
  return readPublisherKey(join(folder, `${name}.pem`));
}

/** A folder of its own for a test file. */
export function scratch(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'galley-shop-'));
}
