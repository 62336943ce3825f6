import type { Module } from '../../kernel/module.ts';
import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
import { says } from '../../lib/told-texts.ts';
import { removalOrder } from '../plugin-removal-order.ts';
import { knownObjections, type PluginObjection, renewObjections } from './revocations.ts';

/** What was done about a plugin that was revoked. */
export interface RevocationAct {
  /** The version that is meant. */
  version: string;
  isHarmful: boolean;
  /** Only told, switched off by the site, or switched on by an administrator who knew it. */
  act: 'told' | 'switched off' | 'accepted';
  /** What the registry says, or why an administrator accepts it. */
  reason: string;
  /** Epoch milliseconds. */
  at: number;
}

type Acts = Readonly<Record<string, RevocationAct>>;

const OPTION = 'plugin_revocation_acts';

/** A plugin that was switched off, and why. */
type SwitchedOff = Readonly<Record<'name' | 'reason', string>>;

/**
 * Asks the registry what it has against installed plugins, and does about those that it revoked what the setting
 * plugins.revoked says, once for each version: what an administrator switches on again stays on.
 * @returns what it said, and what was switched off now
 */
export async function heedRevocations(
  site: Site,
): Promise<{ objections: PluginObjection[]; switchedOff: SwitchedOff[] }> {
  const objections = await renewObjections(site);
  return { objections, switchedOff: await actOnRevocations(site, objections) };
}

async function actOnRevocations(site: Site, found: readonly PluginObjection[]): Promise<SwitchedOff[]> {
  const before = await site.options.get<Acts>(OPTION);
  const installed = await site.pluginChanges.lock.read();
  const revoked = found.filter(({ isRevoked }) => isRevoked);
  const now: Record<string, RevocationAct> = {};
  for (const [name, act] of Object.entries(before)) {
    // A registry that takes back what it said, and says it again, does not undo what an administrator decided.
    const stays = act.act === 'accepted' || revoked.some((one) => one.name === name);
    if (stays && installed[name] !== undefined) now[name] = act;
  }
  const switchedOff: SwitchedOff[] = [];
  for (const objection of revoked)
    if (!covers(now[objection.name], objection)) now[objection.name] = await actOn(site, objection, switchedOff);
  if (JSON.stringify(before) !== JSON.stringify(now)) await site.options.set(OPTION, now);
  return switchedOff;
}

/** Whether what was done was about the same version, and about nothing milder. */
function covers(act: RevocationAct | undefined, { version, isHarmful }: PluginObjection): boolean {
  return act?.version === version && (act.isHarmful || !isHarmful);
}

async function actOn(site: Site, objection: PluginObjection, switchedOff: SwitchedOff[]): Promise<RevocationAct> {
  const { name, version, isHarmful, text } = objection;
  const isOn = (await site.pluginChoice.chosen()).includes(name);
  const act = isOn && isHarmful && site.config.plugins.revoked === 'switch-off' ? 'switched off' : 'told';
  if (act === 'switched off') {
    const also = dependents(site, name, await site.pluginChoice.chosen());
    const because = says(`It requires "${name}", which was revoked and switched off.`);
    // Those that depend on others first: a site that starts in between finds all that its plugins require.
    const all = [...also.map((other) => ({ name: other, reason: because })), { name, reason: text }];
    for (const one of all) await site.pluginChoice.switchOff(one.name, one.reason);
    switchedOff.push(...all);
    const facts = { plugin: name, version, reason: text, also };
    site.log.child({ stream: 'audit' }).info(facts, 'A plugin was switched off because it was revoked');
  }
  return { version, isHarmful, act, reason: text, at: Date.now() };
}

/** The plugins that cannot run without one, also by way of others: each before what it requires. */
function dependents({ plugins }: Site, name: string, active: readonly string[]): string[] {
  const gone = new Set([name]);
  for (const off of gone) {
    const gives = [off, ...(plugins.get(off)?.provides ?? [])];
    for (const other of active)
      if (plugins.get(other)?.requires.some((wanted) => gives.includes(wanted))) gone.add(other);
  }
  return removalOrder({ plugins }, [...gone]).filter((other) => other !== name);
}

/** What was revoked, runs all the same, and was accepted by nobody. */
export async function runningRevoked(site: Site): Promise<PluginObjection[]> {
  const [active, acts] = [await site.pluginChoice.active(), await site.options.get<Acts>(OPTION)];
  const isAccepted = (one: PluginObjection): boolean =>
    acts[one.name]?.act === 'accepted' && covers(acts[one.name], one);
  return (await knownObjections(site)).filter((one) => one.isRevoked && active.includes(one.name) && !isAccepted(one));
}

/** Lets a revoked plugin be switched on, in the version that is installed. */
export async function acceptRevoked(site: Site, name: string, reason: string): Promise<void> {
  const objection = (await knownObjections(site)).find((one) => one.name === name && one.isRevoked);
  if (!objection) return;
  const { version, isHarmful } = objection;
  const act: RevocationAct = { version, isHarmful, act: 'accepted', reason, at: Date.now() };
  await site.options.update<Acts>(OPTION, (all) => ({ ...all, [name]: act }));
  const facts = { plugin: name, version, reason };
  site.log.child({ stream: 'audit' }).info(facts, 'A revoked plugin is allowed to run');
}

/** @throws GALLEY_PLUGIN_INVALID for a plugin that was revoked, unless an administrator accepted that */
async function refuseRevoked(site: Site, name: string): Promise<void> {
  const objection = (await knownObjections(site)).find((one) => one.name === name && one.isRevoked);
  if (!objection) return;
  const known = (await site.options.get<Acts>(OPTION))[name];
  if (known?.act === 'accepted' && covers(known, objection)) return;
  throw new GalleyError(
    'GALLEY_PLUGIN_INVALID',
    `${objection.text} ${says(`Whoever wants it all the same: "galley plugin activate ${name} --force --reason=…".`)}`,
  );
}

/** Asks registries what they took back, and does about it what the settings say. */
export const revocationActsModule: Module = {
  name: 'plugin-revocation-acts',
  start(site) {
    site.options.define(OPTION, {
      default: {},
      label: 'What was done about plugins that were revoked',
      autoload: false,
      schema: {
        type: 'object',
        additionalProperties: {
          type: 'object',
          required: ['version', 'isHarmful', 'act', 'reason', 'at'],
          additionalProperties: false,
          properties: {
            version: { type: 'string' },
            isHarmful: { type: 'boolean' },
            act: { enum: ['told', 'switched off', 'accepted'] },
            reason: { type: 'string' },
            at: { type: 'integer' },
          },
        },
      },
    });
    site.pluginChoice.beforeActivation = (name) => refuseRevoked(site, name);
    site.cron.define('plugin-revocations', {
      schedule: '29 */6 * * *',
      summary: 'Asks the registry whether installed plugins were revoked.',
      run: async (owner) => void (await heedRevocations(owner)),
    });
  },
};
