import type { Module } from '../../kernel/module.ts';
import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
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

/** Why an administrator lets a revoked plugin run. */
export interface Acceptance {
  reason: string;
  /** Who does it; null for the command line. */
  userId?: number | null;
}

/**
 * Does about revoked plugins what the setting plugins.revoked says, once for each version: what an administrator switches
 * on again stays on, and so does what the site does not start without.
 */
export async function actOnRevocations(site: Site, found: readonly PluginObjection[]): Promise<void> {
  const before = await site.options.get<Acts>(OPTION);
  const revoked = found.filter(({ isRevoked }) => isRevoked);
  const now: Record<string, RevocationAct> = {};
  for (const [name, act] of Object.entries(before)) {
    // A registry that takes back what it said, and says it again, does not undo what an administrator decided.
    if (act.act === 'accepted' || revoked.some((one) => one.name === name)) now[name] = act;
  }
  for (const objection of revoked) {
    const known = now[objection.name];
    if (known?.version === objection.version && (known.isHarmful || !objection.isHarmful)) continue;
    now[objection.name] = await actOn(site, objection);
  }
  if (JSON.stringify(before) !== JSON.stringify(now)) await site.options.set(OPTION, now);
}

async function actOn(site: Site, { name, version, isHarmful, text }: PluginObjection): Promise<RevocationAct> {
  const isOn = (await site.pluginChoice.chosen()).includes(name);
  const act = isOn && isHarmful && site.config.plugins.revoked === 'switch-off' ? 'switched off' : 'told';
  if (act === 'switched off') {
    await site.pluginChoice.switchOff(name, text);
    const facts = { plugin: name, version, reason: text };
    site.log.child({ stream: 'audit' }).info(facts, 'A plugin was switched off because it was revoked');
  }
  return { version, isHarmful, act, reason: text, at: Date.now() };
}

/** Lets a revoked plugin be switched on, in the version that is installed. @returns whether it was revoked at all */
export async function acceptRevoked(site: Site, name: string, { reason, userId = null }: Acceptance): Promise<boolean> {
  const objection = (await knownObjections(site)).find((one) => one.name === name && one.isRevoked);
  if (!objection) return false;
  const { version, isHarmful } = objection;
  const act: RevocationAct = { version, isHarmful, act: 'accepted', reason, at: Date.now() };
  await site.options.update<Acts>(OPTION, (all) => ({ ...all, [name]: act }));
  const facts = { plugin: name, version, reason, userId };
  site.log.child({ stream: 'audit' }).info(facts, 'A revoked plugin is allowed to run');
  return true;
}

/** @throws GALLEY_PLUGIN_INVALID for a plugin that was revoked, unless an administrator accepted that */
async function refuseRevoked(site: Site, name: string): Promise<void> {
  const objection = (await knownObjections(site)).find((one) => one.name === name && one.isRevoked);
  if (!objection) return;
  const known = (await site.options.get<Acts>(OPTION))[name];
  if (known?.act === 'accepted' && known.version === objection.version && known.isHarmful >= objection.isHarmful) return;
  throw new GalleyError(
    'GALLEY_PLUGIN_INVALID',
    `${objection.text} Whoever wants it all the same: galley plugin activate ${name} --force --reason="…"`,
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
      run: async (owner) => actOnRevocations(owner, await renewObjections(owner)),
    });
  },
};
