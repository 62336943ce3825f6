import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BootOptions } from '../boot.ts';
import type { Site } from '../kernel/site.ts';
import { loadConfig } from '../services/config.ts';
import type { Config } from '../services/config-types.ts';
import { createLog } from '../services/log.ts';
import { orderOf } from './messages.ts';

/** How to serve. */
export interface ServeOptions {
  boot: BootOptions;
  /** The arguments of this command, which workers are started with too. */
  args: string[];
  signal: AbortSignal;
  /** When the start began, by the process's clock, in milliseconds. */
  since: number;
  /** Shows something to whoever started it. */
  show(text: string): void;
  /** Says what goes on. */
  tell(text: string): void;
  /** Told once when the site serves, in a process that has it. */
  onSite(site: Site): Promise<void>;
}

/** The line above the addresses. */
function readyLine(since: number, config: Config): string {
  return `Galley is ready after ${((performance.now() - since) / 1000).toFixed(1)} s (${config.environment.name}).`;
}

async function supervise(options: ServeOptions, config: Config): Promise<number> {
  const { show, since, signal, args, boot } = options;
  const { Supervisor } = await import('./supervisor.ts');
  const { log, close } = await createLog(config);
  const supervisor = new Supervisor({
    config,
    log: log.child({ part: 'supervisor' }) as typeof log,
    root: boot.root,
    program: { exec: join(boot.root, 'bin', 'galley'), args },
    onReady: ({ lines }) => show([readyLine(since, config), '', ...lines].join('\n')),
  });
  try {
    return await supervisor.run(signal);
  } finally {
    options.tell('Stopped.');
    close();
  }
}

/**
 * Serves the site until the signal is given: in this process, or in several under a supervisor, as the settings say.
 * @returns the exit code
 * @throws GALLEY_CONFIG_INVALID | GALLEY_MODULE_FAILED
 */
export async function serve(options: ServeOptions): Promise<number> {
  const { boot, since, show, tell, signal } = options;
  const order = orderOf(process.env);
  // Each kind of process loads what it needs: a supervisor nothing of the site.
  if (order) return (await import('./worker.ts')).runWorker(order, boot, options.onSite);
  const config = await loadConfig({ root: boot.root, env: boot.env, overrides: boot.overrides, makeSecret: true });
  if (config.process.workers > 0) return supervise(options, config);
  await mkdir(config.content.dir, { recursive: true });
  const { runAlone } = await import('./alone.ts');
  return runAlone({
    boot,
    role: config.process.role,
    contentDir: config.content.dir,
    signal,
    onReady: async (site, lines) => {
      show([readyLine(since, config), '', ...lines].join('\n'));
      await options.onSite(site);
    },
    onEnding: tell,
  });
}
