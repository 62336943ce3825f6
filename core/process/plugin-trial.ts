import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GalleyError } from '../lib/errors.ts';
import type { PluginTrial, TrialPlan } from '../services/packages/trial.ts';

/** What a trial process is to do. */
export interface TrialOrder {
  root: string;
  /** A folder of its own for a site that is made for the trial; the site as it is where none is given. */
  contentDir?: string;
  plan: Omit<TrialPlan, 'signal'>;
  /** Whether the data of the plugins are to be found out, by removing them there. */
  isRemoval?: boolean;
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

const PROGRAM = join(import.meta.dirname, 'trial-program.ts');

/** What a trial site must not get from the surroundings of this process. */
const NOT_PASSED = new Set(['GALLEY_ADMIN_PASSWORD', 'GALLEY_SAFE_MODE', 'NODE_TEST_CONTEXT']);

async function ask(order: TrialOrder, timeoutMs: number, signal: AbortSignal | undefined): Promise<TrialReport> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_PASSED.has(name)));
  const child = fork(PROGRAM, { env, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  let report: TrialReport | undefined;
  child.on('message', (message) => {
    report = message as TrialReport;
  });
  const end = (): boolean => child.kill('SIGKILL');
  const late = setTimeout(end, timeoutMs);
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

/** Makes the trials of plugins. @param options.startSeconds how long one may take */
export function pluginTrial(options: { root: string; contentDir: string; startSeconds: number }): PluginTrial & {
  /** What would go if the plugin were removed with its data. */
  dataOf(name: string, plugins: readonly string[]): Promise<PluginData>;
} {
  const { root, contentDir, startSeconds } = options;
  const run = async (order: TrialOrder, signal?: AbortSignal): Promise<TrialReport> => {
    signal?.throwIfAborted();
    const report = await ask(order, startSeconds * 1000, signal);
    if (report.problem === undefined) return report;
    throw new GalleyError('GALLEY_PLUGIN_FAILED', `${order.plan.names.join(', ')}: ${report.problem}`);
  };
  const beside = async (order: Omit<TrialOrder, 'contentDir' | 'root'>, signal?: AbortSignal): Promise<TrialReport> => {
    const folder = await mkdtemp(join(tmpdir(), 'galley-trial-'));
    const folders = [...order.plan.folders, join(contentDir, 'plugins')];
    try {
      return await run({ ...order, root, contentDir: folder, plan: { ...order.plan, folders } }, signal);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  return {
    load: async ({ signal, ...plan }) => void (await beside({ plan }, signal)),
    probe: async ({ signal, ...plan }) => void (await run({ root, plan: { ...plan, folders: [] } }, signal)),
    dataOf: async (name, plugins) => {
      const plan = { folders: [], plugins: [...new Set([...plugins, name])], names: [name] };
      const { data = { tables: [], options: [] } } = await beside({ plan, isRemoval: true });
      return data;
    },
  };
}
