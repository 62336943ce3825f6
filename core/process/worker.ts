import { setTimeout as sleep } from 'node:timers/promises';
import type { BootOptions } from '../boot.ts';
import type { Site } from '../kernel/site.ts';
import { isGalleyError, messageOf } from '../lib/errors.ts';
import { announcement } from './announcement.ts';
import { fromSupervisor, type SupervisorMessage, type WorkerMessage, type WorkerOrder } from './messages.ts';
import { PluginFailed, type SiteProcess, startSite } from './site-process.ts';
import { type Chosen, watchChoice } from './watch.ts';

const BEAT_MS = 1000;

const tell = (message: WorkerMessage): Promise<void> =>
  new Promise((resolve) => {
    if (process.connected && process.send) process.send(message, () => resolve());
    else resolve();
  });

/** Signs of life, once a second, with the memory that the process holds. */
function beat(): () => void {
  const send = (): void => void tell({ galley: 'beat', rssBytes: process.memoryUsage.rss() });
  send();
  const timer = setInterval(send, BEAT_MS).unref();
  return () => clearInterval(timer);
}

/** Why this process is to end: it is told to, its supervisor is gone, or something was thrown. */
async function untilTheEnd(running: SiteProcess): Promise<number> {
  const told = Promise.withResolvers<number>();
  const drain = (): void => told.resolve(0);
  process.on('SIGTERM', drain); // A supervisor that is gone ends its workers by itself: so does Node.
  process.on('message', (message) => {
    if (fromSupervisor(message)?.galley === 'drain') drain();
  });
  const fallen = running.fallen.then(async (fault) => {
    await tell({ galley: 'fault', fault });
    return 1;
  });
  return Promise.race([told.promise, fallen]);
}

/** Chooses the plugins again that this process runs: those that were to follow did not start. */
function restoreChoice({ site }: SiteProcess, started: Chosen): (message: unknown) => void {
  const restore = async (failure: { reason: string; plugin?: string }): Promise<void> => {
    await site.pluginChoice.restore(started.chosen, failure);
    const now = await site.pluginChoice.stamps();
    for (const [name, stamp] of Object.entries(started.stamps)) {
      const [id = ''] = stamp.split(' ');
      if (now[name] === stamp) continue;
      await site.pluginChanges.goBack(name, id);
      await site.pluginChoice.remember([name], failure.reason);
    }
  };
  return (message) => {
    const told: SupervisorMessage | undefined = fromSupervisor(message);
    if (told?.galley !== 'restore') return;
    restore(told).catch((error: unknown) => {
      site.log.error({ err: error }, 'The plugins that run could not be chosen again');
    });
  };
}

async function start(order: WorkerOrder, options: BootOptions): Promise<SiteProcess & { started: Chosen }> {
  const skipPlugins = [...(options.skipPlugins ?? []), ...Object.keys(order.switchOff)];
  const running = await startSite({ ...options, skipPlugins, role: order.role, isTried: true, mayFail: order.mayFail });
  const { site } = running;
  if (order.isFirst)
    for (const [name, reason] of Object.entries(order.switchOff)) await site.pluginChoice.switchOff(name, reason);
  // Read before the choice can differ from what runs, but for what was switched off just now.
  const off = new Set(Object.keys(order.switchOff));
  const chosen = running.booted.chosen.filter((name) => !off.has(name));
  return { ...running, started: { chosen, stamps: running.booted.stamps } };
}

/** Ends a start that failed: an error of a plugin's code counts as a fall, an orderly refusal does not. */
async function failStart(error: unknown): Promise<number> {
  const isOrderly = isGalleyError(error) && error.code !== 'GALLEY_MODULE_FAILED';
  const message = messageOf(error);
  const named = error instanceof PluginFailed ? { plugin: error.plugin } : {};
  await tell(isOrderly ? { galley: 'refused', message } : { galley: 'fault', fault: { message, ...named } });
  return 1;
}

/**
 * All of a worker's life: starts the site, tells its supervisor that it serves and that it lives, and ends in order.
 * @returns the exit code
 */
export async function runWorker(
  order: WorkerOrder,
  options: BootOptions,
  onSite: (site: Site) => Promise<void>,
): Promise<number> {
  // The terminal's Ctrl-C reaches every process; the supervisor decides what it means.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => undefined);
  const endBeat = beat();
  try {
    const running = await start(order, options);
    const { site, started, address } = running;
    process.on('message', restoreChoice(running, started));
    const endWatch = watchChoice(
      site,
      started,
      () => void tell({ galley: 'outdated', reason: 'Other plugins were chosen, or other versions.' }),
    );
    const lines = order.isFirst ? await announcement(site, address) : [];
    if (order.isFirst) await onSite(site);
    const failed = site.plugins.list().filter(({ state }) => state === 'failed');
    const names = failed.map(({ name }) => name);
    await tell({ galley: 'ready', lines, failed: names, ...(address === undefined ? {} : { address }) });
    const code = await untilTheEnd(running);
    endWatch();
    await running.stop();
    return code;
  } catch (error) {
    return failStart(error);
  } finally {
    endBeat();
    // What was told last must be on its way before the process ends.
    await sleep(10);
  }
}
