import { STRIKE_WINDOW_MS } from '../../contained/limits.ts';
import type { PluginInfo } from '../../kernel/plugins.ts';
import type { Site } from '../../kernel/site.ts';
import { messageOf } from '../../lib/errors.ts';
import { defineCommand } from '../../services/commands.ts';
import type { LockedPlugin } from '../../services/packages/plugin-lock.ts';
import { findUpdate } from '../../services/packages/plugin-updates.ts';
import { renewObjections } from '../../services/packages/revocations.ts';
import { PluginStrikes } from '../../services/plugin-strikes.ts';
import { type Choice, find, NAMES, toRow } from './plugin-report.ts';

const FIELDS = ['name', 'status', 'version', 'newer', 'source', 'signed', 'strikes', 'trouble'];

/** What programs get besides. */
const MORE = ['tier', 'publisher', 'breakers', 'failed', 'failure', 'objection', 'title'];

/** What was found out about all plugins before one row is made for each. */
interface Known {
  choice: Choice;
  locked: Readonly<Record<string, LockedPlugin>>;
  strikes: Readonly<Record<string, number>>;
  failedAt: ReadonlyMap<string, number>;
  /** What the registry has against plugins. */
  objections: ReadonlyMap<string, string>;
}

async function statusOf(site: Site, plugin: PluginInfo, known: Known, isAsked: boolean): Promise<object> {
  const { name } = plugin;
  const { status, tier, version, title, reason, breakers } = toRow(plugin, known.choice);
  const locked = known.locked[name];
  const newer = isAsked && locked ? await newerOf(site, name) : { newer: '', note: '' };
  const at = known.failedAt.get(name);
  const objection = known.objections.get(name) ?? '';
  return {
    name,
    status,
    tier,
    version,
    newer: newer.newer,
    source: plugin.isFirstParty ? 'Galley' : (locked?.source ?? ''),
    publisher: locked?.owner ?? '',
    signed: locked?.key ?? '',
    strikes: known.strikes[name] ?? 0,
    breakers,
    failed: at === undefined ? '' : new Date(at).toISOString(),
    failure: reason,
    objection,
    trouble: [objection, reason, breakers, newer.note].filter(Boolean).join(' '),
    title,
  };
}

/** A source that does not answer is told with its plugin, and the others are asked all the same. */
async function newerOf(site: Site, name: string): Promise<{ newer: string; note: string }> {
  try {
    const { target = '' } = await findUpdate(site, name);
    return { newer: target, note: '' };
  } catch (error) {
    return { newer: '', note: messageOf(error) };
  }
}

/** The command that shows how plugins are. */
export const statusCommands = {
  'plugin status': defineCommand({
    summary: 'Shows how plugins are: version and a newer one, where from and signed by whom, strikes and failures.',
    description:
      'Of those that were named, or of all that are active, were installed or failed. Where they came from is asked, unless --offline says otherwise. Ends with 1 where one failed, is left out of a hook, has strikes or was revoked.',
    arguments: [{ ...NAMES, optional: true }],
    options: { offline: { type: 'boolean', summary: 'Asks nobody for newer versions and revocations.' } },
    examples: ['galley plugin status', 'galley plugin status shop --format=json', 'galley plugin status --offline'],
    needs: 'services',
    async run({ site, args, options, session, output }) {
      const choice = await find(site);
      const isAsked = options.offline !== true;
      const objections = isAsked
        ? await renewObjections(site).catch((error: unknown) => {
            output.warn(`The registry cannot say what was revoked. ${messageOf(error)}`);
            return [];
          })
        : [];
      const failures = await site.pluginChoice.failures();
      const known: Known = {
        choice,
        locked: await site.pluginChanges.lock.read(),
        strikes: await new PluginStrikes(site, STRIKE_WINDOW_MS).counts(),
        failedAt: new Map(failures.map(({ name, at }) => [name, at])),
        objections: new Map(objections.map(({ name, text }) => [name, text])),
      };
      const named = args.name?.map((name) => site.plugins.need(name));
      const shown =
        named ??
        site.plugins
          .list()
          .filter(
            (plugin) => !plugin.isFirstParty || choice.active.has(plugin.name) || known.failedAt.has(plugin.name),
          );
      const rows: object[] = [];
      for (const plugin of shown) rows.push(await statusOf(site, plugin, known, isAsked));
      output.table(rows, { fields: session.isForPeople ? FIELDS : [...FIELDS, ...MORE], id: 'name' });
      const bad = shown.filter(
        ({ name }) =>
          known.failedAt.has(name) ||
          (known.strikes[name] ?? 0) > 0 ||
          choice.breakers.some(({ plugin }) => plugin === name) ||
          objections.some((one) => one.name === name && one.isRevoked),
      );
      return bad.length === 0 ? 0 : 1;
    },
  }),
};
