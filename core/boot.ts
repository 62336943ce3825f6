// Layer: boot. The one file that knows all layers: the kernel's modules in order, then plugins, then ready.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { adminModule } from './admin/module.ts';
import { containedModule } from './contained/module.ts';
import { blocksModule } from './content/blocks/blocks.ts';
import { contentModule } from './content/content.ts';
import { defineCoreHooks } from './hook-catalog.ts';
import { healthChecksModule } from './http/health-checks.ts';
import { httpModule, routesModule } from './http/module.ts';
import { pageCacheModule, pageChangesModule } from './http/page-module.ts';
import { identityModules } from './identity/identity.ts';
import { HookEngine } from './kernel/hooks.ts';
import { attach, type Module, type ModuleTimings, type RunningModules, startModules } from './kernel/module.ts';
import { linkPublicApi } from './kernel/plugin-link.ts';
import { type PluginSource, Plugins, type PluginTier } from './kernel/plugins.ts';
import { ServiceRegistry } from './kernel/service-registry.ts';
import type { Site } from './kernel/site.ts';
import { cacheModule } from './services/cache.ts';
import { commandsModule } from './services/commands.ts';
import { configModule, loadConfig } from './services/config.ts';
import type { Config, ConfigOverrides, Variables } from './services/config-types.ts';
import { cronModule } from './services/cron.ts';
import { databaseModule } from './services/database-module.ts';
import { fetchModule } from './services/fetch.ts';
import { flagsModule } from './services/flags.ts';
import { jobsModule } from './services/jobs.ts';
import { keysModule } from './services/keys.ts';
import { type LogTargets, logModule } from './services/log.ts';
import { migrationsModule } from './services/migrations.ts';
import { modelsModule } from './services/models.ts';
import { optionsModule } from './services/options.ts';
import { autoUpdatesModule } from './services/packages/auto-updates.ts';
import { pluginChangesModule } from './services/packages/plugin-changes.ts';
import { registryTrustModule } from './services/packages/registry-trust.ts';
import { revocationActsModule } from './services/packages/revocation-acts.ts';
import { revocationsModule } from './services/packages/revocations.ts';
import { pluginBisectModule } from './services/plugin-bisect.ts';
import { pluginBreakersModule } from './services/plugin-breakers.ts';
import { type PluginStamps, pluginChoiceModule } from './services/plugin-choice.ts';
import { pluginRightsModule } from './services/plugin-rights.ts';
import { processesModule } from './services/processes.ts';
import { serviceKeysModule } from './services/service-keys.ts';
import { storageModule } from './services/storage.ts';
import { themeModules } from './theme/theme.ts';

/** How far to start: `services` opens the store and migrates nothing; `site` is everything but listening. */
export type BootLevel = 'services' | 'site';

/** How to start a site. */
export interface BootOptions {
  /** The project's folder. */
  root: string;
  env?: Variables;
  overrides?: ConfigOverrides;
  level?: BootLevel;
  /** Plugins to run instead of those that the settings and the administrator chose. */
  plugins?: readonly string[];
  /** Further folders with plugins: for tests. */
  pluginFolders?: readonly string[];
  /** Names of plugins to leave out this time. */
  skipPlugins?: readonly string[];
  /** How plugins run, in place of what an administrator chose: for tests. */
  tiers?: Readonly<Record<string, PluginTier>>;
  log?: LogTargets;
}

/** Which plugins run. */
export interface PluginOptions extends Pick<BootOptions, 'plugins' | 'pluginFolders' | 'skipPlugins' | 'tiers'> {
  /** The store has no tables yet, so nobody has chosen anything. */
  isNew?: boolean;
}

/** A started site. */
export interface Booted {
  site: Site;
  timings: ModuleTimings;
  /** The plugins that were switched on when it started, whether or not they run. */
  chosen: readonly string[];
  /** The versions of plugins that counted then. */
  stamps: PluginStamps;
  stop(): Promise<void>;
}

function kernelModule(root: string): Module {
  return {
    name: 'kernel',
    start(site) {
      attach(site, 'id', 'default');
      attach(site, 'owner', 'core');
      attach(site, 'root', root);
      const hooks = new HookEngine();
      attach(site, 'hooks', hooks);
      attach(site, 'plugins', new Plugins());
      attach(site, 'services', new ServiceRegistry());
      defineCoreHooks(hooks);
    },
  };
}

/** Faults of listeners and of plugins go to the log under their owner, and to the plugin's own list. */
const faultsModule: Module = {
  name: 'faults',
  start(site) {
    site.hooks.onFailure(({ hook, owner, error }) => {
      site.plugins.fault(owner, `hook ${hook}`, error);
      site.log.ownedBy(owner).error({ hook, err: error }, 'A listener failed');
    });
    site.plugins.onFailure = (name, reason, error) =>
      site.log.ownedBy(name).error({ reason, err: error }, 'The plugin could not be set up');
  },
};

const databaseFromConfig = databaseModule((site) => ({
  url: site.config.database.url,
  root: site.config.content.dir,
  poolMax: site.config.database.poolMax,
  acquireTimeoutMs: site.config.database.timeoutMs,
  slowQueryMs: site.config.database.slowQueryMs,
  durable: site.config.environment.name === 'production',
  log: site.log,
}));

function serviceModules(root: string, config: Config, log?: LogTargets): Module[] {
  return [
    kernelModule(root),
    configModule(config),
    logModule(log),
    faultsModule,
    keysModule,
    databaseFromConfig,
    migrationsModule(() => [{ owner: 'core', folder: join(import.meta.dirname, 'migrations') }]),
    cacheModule,
    optionsModule,
    flagsModule,
    serviceKeysModule,
    modelsModule,
    storageModule,
    fetchModule(),
    cronModule,
    jobsModule,
    commandsModule,
    pluginBreakersModule,
    processesModule,
    pluginChoiceModule,
    pluginBisectModule,
    pluginChangesModule,
    autoUpdatesModule,
    registryTrustModule,
    revocationsModule,
    revocationActsModule,
    pluginRightsModule,
  ];
}

const siteModules = (): Module[] => [
  ...identityModules,
  contentModule,
  blocksModule,
  ...themeModules,
  routesModule,
  healthChecksModule,
  adminModule,
  containedModule,
  pageCacheModule,
  httpModule,
  pageChangesModule(),
];

/** The folders in which plugins are looked for. First-party ones come first, so that none can take their name. */
function pluginSources(site: Site, further: readonly string[] = []): PluginSource[] {
  return [
    { directory: join(site.root, 'plugins'), isFirstParty: true },
    { directory: join(site.config.content.dir, 'plugins'), isFirstParty: false },
    ...further.map((directory) => ({ directory, isFirstParty: false })),
  ];
}

/** The plugins that are to run. */
async function activePlugins(site: Site, { plugins, skipPlugins, isNew }: PluginOptions): Promise<string[]> {
  const skipped = new Set(skipPlugins ?? []);
  const chosen = plugins ?? (isNew ? site.config.plugins.default : await site.pluginChoice.active());
  return chosen.filter((name) => !skipped.has(name));
}

/**
 * Finds the plugins, decides which are to run and makes their migrations known. Runs nothing of theirs.
 * @returns the names of those that are to run
 */
export async function findPlugins(site: Site, options: PluginOptions): Promise<string[]> {
  await site.plugins.discover(pluginSources(site, options.pluginFolders));
  for (const problem of site.plugins.problems) site.log.warn({ problem }, 'A folder is no plugin');
  const { pluginChoice } = site;
  const tierOf = (name: string) => (options.isNew ? pluginChoice.ownTierOf(name) : pluginChoice.tierOf(name));
  for (const plugin of site.plugins.list()) plugin.tier = options.tiers?.[plugin.name] ?? (await tierOf(plugin.name));
  const active = await activePlugins(site, options);
  for (const name of active) {
    const plugin = site.plugins.get(name);
    if (plugin) site.migrations.addSource(name, join(plugin.directory, 'migrations'));
    else site.log.error({ plugin: name }, 'An active plugin is not installed');
  }
  return active;
}

/** What was chosen when a site started. */
type Chosen = Pick<Booted, 'chosen' | 'stamps'>;

async function startPlugins(site: Site, options: BootOptions): Promise<Chosen> {
  // Which plugins are active stands in the store, so the kernel's own tables come first.
  await site.migrations.up({ owner: 'core' });
  await site.pluginChanges.recovery.attempt();
  const chosen = await site.pluginChoice.chosen();
  const stamps = await site.pluginChoice.stamps();
  const active = await findPlugins(site, options);
  await site.migrations.up();
  await site.plugins.setup(site, active);
  await site.breakers.adopt();
  for (const { owner, message } of site.hooks.unknown()) {
    site.plugins.fault(owner, 'setup', message);
    site.log.ownedBy(owner).error({ problem: message }, 'A plugin listens to a hook that does not exist');
  }
  return { chosen, stamps };
}

/** What the very first start does: plugins fill the new site with something to see. */
async function installOnce(site: Site): Promise<void> {
  const schema = { type: 'integer', minimum: 0 };
  site.options.define('installed_at', { default: 0, schema, label: 'When the site was set up' });
  if ((await site.options.get<number>('installed_at')) > 0) return;
  let isFirst = false;
  await site.options.update<number>('installed_at', (at) => {
    isFirst = at === 0; // Of processes that start together one is the first.
    return at || Date.now();
  });
  if (isFirst) await site.hooks.doAction('site:installing');
}

/**
 * Starts a site. Nothing listens yet: `site.http.listen()` does.
 * @throws GALLEY_CONFIG_INVALID | GALLEY_MODULE_FAILED
 */
export async function boot(options: BootOptions): Promise<Booted> {
  const { root, level = 'site' } = options;
  const config = await loadConfig({ root, env: options.env, overrides: options.overrides, makeSecret: true });
  await mkdir(config.content.dir, { recursive: true });
  await linkPublicApi(config.content.dir, root);
  const site = {} as Site;
  const modules = serviceModules(root, config, options.log);
  const running = await startModules(site, level === 'services' ? modules : [...modules, ...siteModules()]);
  let chosen: Chosen = { chosen: [], stamps: {} };
  try {
    if (level === 'site') chosen = await startSite(site, options);
  } catch (error) {
    await running.stop().catch(() => undefined);
    throw error;
  }
  return { site, timings: running.timings, ...chosen, stop: () => stopSite(site, running) };
}

async function startSite(site: Site, options: BootOptions): Promise<Chosen> {
  const chosen = await startPlugins(site, options);
  await installOnce(site);
  await site.hooks.doAction('site:ready');
  return chosen;
}

async function stopSite(site: Site, running: RunningModules): Promise<void> {
  await site.hooks.doAction('site:stopping');
  await running.stop();
}
