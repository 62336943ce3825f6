import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
import type { Config } from '../config-types.ts';
import { makeScratch } from '../scratch.ts';
import type { PluginTrial, TrialPlan } from './trial.ts';

/** Where a site lies. */
interface TrialPlace {
  contentDir: string;
  databaseUrl: string;
  redisUrl: string;
}

/** What a trial process is to do. */
export interface TrialOrder {
  root: string;
  /** Where the site lies that is tried: the site as it is, or one that is made for the trial. */
  place: TrialPlace;
  plan: Omit<TrialPlan, 'signal'>;
  /** As which kind of process it is set up: one that serves pages, or one that runs jobs. */
  role: 'web' | 'worker';
  /** Whether the data of the plugins are to be found out, by removing them there. */
  isRemoval?: boolean;
  /** Whether the site was made for the trial, with nobody's data in it. */
  isEmpty?: boolean;
}

/** What goes with a plugin that is removed with its data. */
export interface PluginData {
  tables: string[];
  options: string[];
}

/** What a trial process found: why it failed, or the data of the plugins. */
export interface TrialReport {
  problem?: string;
  data?: PluginData;
}

/** Started, not imported: what it runs knows all layers. */
const PROGRAM = join(import.meta.dirname, '../../process/trial-program.ts');
const QUICK_START = pathToFileURL(join(import.meta.dirname, '../../../bin/quick-start.js')).href;

/** What a trial site must not get from the surroundings of this process. */
const NOT_PASSED = new Set(['GALLEY_ADMIN_PASSWORD', 'GALLEY_SAFE_MODE', 'NODE_TEST_CONTEXT']);

async function ask(
  order: TrialOrder,
  { process: limits, environment }: Config,
  signal?: AbortSignal,
): Promise<TrialReport> {
  const passed = Object.entries(process.env).filter(([name]) => !NOT_PASSED.has(name));
  const env = { ...Object.fromEntries(passed), GALLEY_ENV: environment.name };
  const child = fork(PROGRAM, {
    env,
    execArgv: ['--import', QUICK_START],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let report: TrialReport | undefined;
  child.on('message', (message) => {
    report = message as TrialReport;
  });
  const end = (): boolean => child.kill('SIGKILL');
  const late = setTimeout(end, limits.startSeconds * 1000);
  signal?.addEventListener('abort', end);
  try {
    child.send(order);
    const [code, killedBy] = (await once(child, 'exit')) as [number | null, string | null];
    signal?.throwIfAborted();
    return report ?? { problem: `The process that tried it ended with ${killedBy ?? code}.` };
  } finally {
    signal?.removeEventListener('abort', end);
    clearTimeout(late);
  }
}

/** Finds out in a process of its own what is a plugin's. */
interface DataTrial {
  /** What would go if the plugin were removed with its data. */
  dataOf(name: string, plugins: readonly string[]): Promise<PluginData>;
}

/** Makes the trials of plugins of a site. */
export function pluginTrial({ root, config }: Pick<Site, 'root' | 'config'>): PluginTrial & DataTrial {
  const { content, database, redis } = config;
  const here: TrialPlace = { contentDir: content.dir, databaseUrl: database.url, redisUrl: redis.url };
  const run = async (order: TrialOrder, signal?: AbortSignal): Promise<TrialReport> => {
    signal?.throwIfAborted();
    const report = await ask(order, config, signal);
    if (report.problem === undefined) return report;
    throw new GalleyError('GALLEY_PLUGIN_FAILED', `${order.plan.names.join(', ')}: ${report.problem}`);
  };
  const beside = async (order: Omit<TrialOrder, 'place' | 'root'>, signal?: AbortSignal): Promise<TrialReport> => {
    const folder = makeScratch('trial');
    const folders = [...order.plan.folders, join(content.dir, 'plugins')];
    try {
      const place = { contentDir: folder, databaseUrl: 'sqlite:trial.sqlite', redisUrl: '' };
      return await run({ ...order, root, place, isEmpty: true, plan: { ...order.plan, folders } }, signal);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  return {
    load: async ({ signal, ...plan }) => {
      const trials = (['web', 'worker'] as const).map((role) => beside({ role, plan }, signal));
      const failed = (await Promise.allSettled(trials)).find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    },
    probe: async ({ signal, ...plan }) =>
      void (await run({ root, place: here, role: 'web', plan: { ...plan, folders: [] } }, signal)),
    dataOf: async (name, plugins) => {
      const plan = { folders: [], plugins: [...new Set([...plugins, name])], names: [name] };
      const { data = { tables: [], options: [] } } = await beside({ role: 'web', plan, isRemoval: true });
      return data;
    },
  };
}
