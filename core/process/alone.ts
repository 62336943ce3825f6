import { once } from 'node:events';
import type { BootOptions } from '../boot.ts';
import { announcement } from './announcement.ts';
import type { Role } from './role.ts';
import { feedWatchdog, notifyService } from './service-notice.ts';
import { type SiteProcess, startSite } from './site-process.ts';
import { recordStart } from './start-record.ts';
import { type Chosen, watchChoice } from './watch.ts';

/** What one process without a supervisor needs. */
export interface AloneOptions {
  boot: BootOptions;
  role: Role;
  contentDir: string;
  signal: AbortSignal;
  /** Told when it serves, with what is to be shown. */
  onReady(site: SiteProcess['site'], lines: string[]): Promise<void> | void;
  /** Told that it ends, or starts anew. */
  onEnding(text: string): void;
}

/** Why it ends. */
type End = { code: number } | { startAnew: true };

/** A process under somebody's channel is restarted by them; one that was started from a shell can do it itself. */
const canStartAnew = (): boolean => !process.connected && process.platform !== 'win32';

/** Becomes a new process of the same number: the same program, arguments and surroundings. */
function startAnew(): never {
  const { execPath, execArgv, argv, env } = process;
  return process.execve?.(execPath, [execPath, ...execArgv, ...argv.slice(1)], env) as never;
}

function untilTheEnd(running: SiteProcess, chosen: Chosen, signal: AbortSignal): Promise<End> {
  const ended = Promise.withResolvers<End>();
  const anew = (): void => {
    if (canStartAnew()) ended.resolve({ startAnew: true });
    else running.site.log.warn('It takes effect when the process is started anew');
  };
  for (const name of ['SIGHUP', 'SIGUSR2'] as const) process.on(name, anew);
  const endWatch = watchChoice(running.site, chosen, anew);
  void running.fallen.then(() => ended.resolve({ code: 1 }));
  if (signal.aborted) ended.resolve({ code: 0 });
  else void once(signal, 'abort').then(() => ended.resolve({ code: 0 }));
  return ended.promise.finally(endWatch);
}

async function start({ boot, role, contentDir }: AloneOptions): Promise<SiteProcess & { started: Chosen }> {
  const record = await recordStart(contentDir);
  const env = { ...boot.env, ...(record.hasFallen ? { GALLEY_SAFE_MODE: '1' } : {}) };
  try {
    const running = await startSite({ ...boot, env, role });
    if (record.hasFallen)
      running.site.log.error('Safe mode: the last starts came to no end, so further plugins are left out this time');
    return { ...running, started: running.booted };
  } finally {
    await record.end();
  }
}

/**
 * Runs the whole site in this process, as on a laptop. When other plugins are chosen, and on SIGHUP and SIGUSR2, it
 * finishes what is in flight and starts anew.
 * @returns the exit code
 */
export async function runAlone(options: AloneOptions): Promise<number> {
  const running = await start(options);
  try {
    await options.onReady(running.site, await announcement(running.site, running.address));
  } catch (error) {
    await running.stop();
    throw error;
  }
  notifyService('READY=1');
  const endFeed = feedWatchdog();
  const end = await untilTheEnd(running, running.started, options.signal);
  const isAnew = 'startAnew' in end;
  notifyService(isAnew ? 'RELOADING=1' : 'STOPPING=1');
  options.onEnding(
    isAnew ? 'Starting anew: requests in flight are finished.' : 'Stopping: requests in flight are finished.',
  );
  endFeed();
  await running.stop();
  return isAnew ? startAnew() : end.code;
}
