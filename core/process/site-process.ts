import { type Booted, type BootOptions, boot } from '../boot.ts';
import type { PluginInfo } from '../kernel/plugins.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import type { ConfigOverrides } from '../services/config-types.ts';
import { sweepScratch } from '../services/scratch.ts';
import { blame } from './blame.ts';
import type { Fault } from './messages.ts';
import { listens, overridesOf, type Role } from './role.ts';
import { StallWatch } from './stall-watch.ts';
import { releaseStartMemory } from './start-memory.ts';
import { TimerWatch } from './timer-watch.ts';

/** A site that runs in this process. */
export interface SiteProcess {
  readonly site: Site;
  /** Where it listens; undefined for one that only works. */
  readonly address: string | undefined;
  /** Fulfilled when something was thrown where nobody could catch it: the process has to end. */
  readonly fallen: Promise<Fault>;
  /** Finishes what is in flight and gives everything back. */
  stop(): Promise<void>;
}

function merged(given: ConfigOverrides = {}, further: ConfigOverrides): ConfigOverrides {
  const groups = Object.entries(further).map(([group, keys]) => [
    group,
    { ...(Reflect.get(given, group) as object | undefined), ...keys },
  ]);
  return { ...given, ...(Object.fromEntries(groups) as ConfigOverrides) };
}

/** The plugin whose code it is done for: what is thrown may say nothing of where. Node keeps to the line of execution. */
function pluginRunning({ hooks, plugins }: Site): string | undefined {
  const owner = hooks.currentOwner();
  return owner === undefined ? undefined : plugins.get(owner)?.name;
}

/** A promise that nobody awaited must not end the process for all visitors; anything worse ends it in order. */
function guard(site: Site, fall: (fault: Fault) => void): () => void {
  const onRejection = (error: unknown): void => {
    const plugin = blame(site, error).plugin ?? pluginRunning(site);
    if (plugin) site.plugins.fault(plugin, 'a promise that nobody awaited', error);
    site.log.ownedBy(plugin ?? 'core').error({ err: error }, 'A promise was rejected and nobody awaited it');
  };
  const onException = (error: unknown): void => {
    const fault = blame(site, error);
    site.log.ownedBy(fault.plugin ?? 'core').fatal({ err: error }, 'An error was thrown where nobody could catch it');
    fall(fault);
  };
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onException);
  return () => process.off('unhandledRejection', onRejection).off('uncaughtException', onException);
}

async function listen(site: Site): Promise<string> {
  const { host, port } = site.config.http;
  try {
    return await site.http.listen();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new GalleyError(
        'GALLEY_CONFIG_INVALID',
        `Port ${port} of ${host} is taken. Set PORT to another, or stop what uses it.`,
      );
    }
    if (code === 'EACCES')
      throw new GalleyError('GALLEY_CONFIG_INVALID', `Port ${port} needs more rights. Set PORT to one above 1023.`);
    throw error;
  }
}

/** A plugin could not be set up in a process that is to follow one in which it could. */
export class PluginFailed extends Error {
  readonly plugin: string;

  constructor({ name, reason = 'it failed' }: PluginInfo) {
    super(`"${name}" could not be set up: ${reason}`);
    this.plugin = name;
  }
}

function refuseFailed(site: Site, mayFail: readonly string[]): void {
  const failed = site.plugins.list().filter(({ name, state }) => state === 'failed' && !mayFail.includes(name));
  // What failed because of another one is not to blame.
  const plugin = failed.find(({ reason }) => !reason?.startsWith('it requires')) ?? failed[0];
  if (plugin) throw new PluginFailed(plugin);
}

/** @throws GALLEY_MODULE_FAILED */
function refuse(what: string): never {
  throw new GalleyError('GALLEY_MODULE_FAILED', `The process took no visitors. ${what}`);
}

/**
 * Looks whether the site can serve, before visitors come: all its parts, and its home page.
 * @throws GALLEY_MODULE_FAILED naming what cannot
 */
export async function trySite(site: Site): Promise<void> {
  const { checks } = await site.health.report();
  const down = Object.entries(checks).filter(([, { status }]) => status === 'down');
  if (down.length > 0) refuse(down.map(([name, { message = 'down' }]) => `${name}: ${message}`).join('; '));
  const status = await site.http.ask('/');
  if (status < 500) return;
  const faults = site.plugins
    .list()
    .flatMap((plugin) => plugin.faults.map(({ message }) => `${plugin.name}: ${message}`));
  refuse(`The home page answered ${status}. ${faults.join('; ')}`);
}

/** The plugins that run, each with the stamp of its version, and those that were to. */
const runningPlugins = ({ site, stamps }: Booted): Record<string, string | null> => {
  const wanted = site.plugins.list().filter(({ state }) => state !== 'inactive');
  return Object.fromEntries(wanted.map(({ name, state }) => [name, state === 'failed' ? null : (stamps[name] ?? '')]));
};

/**
 * Starts the site in this process, to the point where it serves.
 * @param options.isTried whether its pages are asked for before it listens, because another process serves meanwhile
 * @param options.mayFail the only plugins that may fail; all may where none are given
 * @throws GALLEY_CONFIG_INVALID | GALLEY_MODULE_FAILED | PluginFailed
 */
export async function startSite(
  options: BootOptions & { role: Role; isTried?: boolean; mayFail?: readonly string[] | undefined },
): Promise<SiteProcess & { booted: Booted }> {
  const { role, isTried = false, mayFail } = options;
  const timers = new TimerWatch();
  const booted = await boot({ ...options, overrides: merged(options.overrides, overridesOf(role)) }).catch((error) => {
    timers.stop();
    throw error;
  });
  const { site } = booted;
  timers.watch(site);
  const stalls = new StallWatch(site, site.config.process.stallMs);
  const fallen = Promise.withResolvers<Fault>();
  const release = guard(site, fallen.resolve);
  const endFollowing = site.pluginChanges.recovery.follow();
  const stop = async (): Promise<void> => {
    endFollowing();
    stalls.stop();
    await booted.stop();
    timers.stop();
    release();
  };
  try {
    if (mayFail) refuseFailed(site, mayFail);
    if (listens(role)) await site.contained.warm();
    if (isTried && listens(role)) await trySite(site);
    await site.processes.join({ role, plugins: runningPlugins(booted) });
    const address = listens(role) ? await listen(site) : undefined;
    releaseStartMemory();
    // What earlier ones left that were killed. Nobody waits for it.
    void sweepScratch();
    stalls.start();
    return { booted, site, address, fallen: fallen.promise, stop };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}
