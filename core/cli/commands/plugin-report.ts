import { findPlugins } from '../../boot.ts';
import type { Breaker } from '../../kernel/hook-breakers.ts';
import type { PluginInfo } from '../../kernel/plugins.ts';
import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
import type { CommandContext } from '../../services/commands.ts';
import { failureLine } from '../failure-line.ts';
import { untilTakenOver } from './plugin-takeover.ts';

/** The argument of commands that take many plugins. */
export const NAMES = { name: 'name', summary: 'Names of plugins.', many: true } as const;

/** What the site runs, and why it switched plugins off by itself. */
export interface Choice {
  active: ReadonlySet<string>;
  reasons: ReadonlyMap<string, string>;
  /** Which plugins are left out of which hooks. */
  breakers: readonly Breaker[];
}

/** These commands set up no plugin: they must work when a plugin is what is broken. */
export async function find(site: Site): Promise<Choice> {
  await site.migrations.up({ owner: 'core' });
  await site.pluginChanges.recovery.attempt();
  await findPlugins(site, {});
  const failures = await site.pluginChoice.failures();
  return {
    active: new Set(await site.pluginChoice.active()),
    reasons: new Map(failures.map(({ name, reason }) => [name, reason])),
    breakers: await site.breakers.list(),
  };
}

/** The plugins that were installed, in order of their names. */
export function installed(site: Site): string[] {
  const further = site.plugins.list().filter(({ isFirstParty }) => !isFirstParty);
  return further.map(({ name }) => name).sort();
}

/** Where a plugin fails again and again, in words. */
export const breakerText = ({ hook, state, failures, error }: Breaker): string =>
  `${hook}: failed ${failures} times, ${state === 'open' ? 'left out for a while' : 'asked all the same'}: ${error}`;

export function toRow(plugin: PluginInfo, { active, reasons, breakers }: Choice): Record<string, unknown> {
  const { name, version, title, description, requires, directory, isFirstParty, tier, capabilities } = plugin;
  return {
    name,
    status: active.has(name) ? 'active' : reasons.has(name) ? 'failed' : 'inactive',
    tier,
    version,
    title,
    origin: isFirstParty ? 'Galley' : 'installed',
    reason: reasons.get(name) ?? '',
    breakers: breakers
      .filter((breaker) => breaker.plugin === name)
      .map(breakerText)
      .join('; '),
    description,
    requires: requires.join(', '),
    capabilities: capabilities.join(', '),
    directory,
  };
}

/** What became of one of many plugins. */
export interface Done {
  status: string;
  /** A sentence for people. */
  message: string;
  version?: string;
  previous?: string;
  /** Whether processes that run have to take it over. */
  isLive?: boolean;
}

/** What became of a plugin, with its name. */
type Row = Done & { name: string };

/** Where the results of a command go. */
type Report = Pick<CommandContext, 'output' | 'session' | 'signal'>;

/** Prints what became of plugins: sentences for people, rows for programs. @returns the exit code */
export function report(rows: readonly Row[], { output, session }: Omit<Report, 'signal'>): number {
  for (const { status, message } of rows) {
    if (status === 'failed') output.warn(message);
    else if (session.isForPeople) output.success(message);
  }
  const fields = ['name', 'status', 'version', 'previous', 'message'];
  const all = rows.map(({ isLive: _, ...row }) => ({ version: '', previous: '', ...row }));
  if (!session.isForPeople) output.table(all, { fields, id: 'name' });
  return rows.some(({ status }) => status === 'failed') ? 1 : 0;
}

/** The sentence of what went wrong. */
export function failed(error: unknown): Done {
  if (error instanceof GalleyError && error.code === 'GALLEY_COMMAND_USAGE') throw error;
  return { status: 'failed', message: failureLine(error) };
}

const TAKEOVERS = {
  done: ' The running site has taken it over.',
  none: '',
  late: ' A running site takes it over within seconds.',
};

/** Says of what was changed how the running site took it; fails where it does without. */
async function withTakeover(site: Site, rows: readonly Row[], { output, session, signal }: Report): Promise<Row[]> {
  const chosen = await site.pluginChoice.chosen();
  // Another version of what is not switched on is nothing that runs.
  const live = rows.filter(({ isLive, status, name }) => isLive && (status === 'deactivated' || chosen.includes(name)));
  const names = live.map(({ name }) => name);
  if (names.length > 0 && session.isForPeople && (await site.processes.living()).length > 0)
    output.info('The running site takes it over …');
  const { state, failed } = await untilTakenOver(site, names, signal);
  return rows.map((row) => {
    if (!live.includes(row)) return row;
    const why = failed.get(row.name);
    const how = why === undefined ? TAKEOVERS[state] : ` The running site does without it. ${why}`;
    const message = `${row.message}${how}`;
    return { ...row, message, ...(why === undefined ? {} : { status: 'failed' }) };
  });
}

/**
 * Does the same to many plugins, once to each; says of each how it went, and fails when one did. Ctrl-C ends it: what
 * was done is told, and what was begun and taken back.
 */
export async function each(
  names: readonly string[],
  context: Report & { site: Site },
  work: (name: string) => Promise<Done & { name?: string }>,
): Promise<number> {
  const rows: Row[] = [];
  const { signal } = context;
  for (const name of new Set(names)) {
    if (signal.aborted) break;
    const left = { status: 'failed', message: `"${name}" was left as it was.` };
    rows.push({ name, ...(await work(name).catch((error) => (error === signal.reason ? left : failed(error)))) });
  }
  const code = report(await withTakeover(context.site, rows, context), context);
  signal.throwIfAborted();
  return code;
}
