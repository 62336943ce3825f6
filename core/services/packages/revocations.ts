import type { Module } from '../../kernel/module.ts';
import type { Site } from '../../kernel/site.ts';
import { says } from '../../lib/told-texts.ts';
import { endsSoon, refusalOf } from './registry-keys.ts';
import { parseSource } from './source.ts';

/** What the registry says against an installed plugin. */
export interface PluginObjection {
  name: string;
  /** The installed version. */
  version: string;
  /** Whether nobody is to run it any more; else it is only told in time. */
  isRevoked: boolean;
  /** A sentence. */
  text: string;
}

type Kept = Record<string, Omit<PluginObjection, 'name'>>;

const OPTION = 'plugin_objections';

/** Asks the registry what it has against installed plugins: versions and keys that were revoked, keys that end soon. */
export async function findObjections(site: Site): Promise<PluginObjection[]> {
  if (site.config.plugins.registry === '') return [];
  const installed = Object.entries(await site.pluginChanges.lock.read()).flatMap(([name, { source, version }]) => {
    const parsed = parseSource(source);
    return parsed.kind === 'registry' ? [{ name, version, known: parsed.name }] : [];
  });
  if (installed.length === 0) return [];
  const registry = await site.pluginChanges.registry();
  const keys = await registry.keys();
  const found: PluginObjection[] = [];
  for (const { name, version, known } of installed) {
    const release = (await registry.find(known))?.releases.find((one) => one.version === version);
    const refusal = release && refusalOf(release, keys);
    const end = endsSoon(release?.key, keys);
    if (refusal !== undefined)
      found.push({
        name,
        version,
        isRevoked: true,
        text: says(`"${name}" ${version} is not to be run any more: ${refusal}`),
      });
    else if (end !== undefined)
      found.push({
        name,
        version,
        isRevoked: false,
        text: says(`The key of whoever publishes "${name}" ends on ${end}.`),
      });
  }
  return found;
}

/** Asks the registry, and keeps the answer for those who look at the plugins. */
export async function renewObjections(site: Site): Promise<PluginObjection[]> {
  const found = await findObjections(site);
  const kept: Kept = Object.fromEntries(found.map(({ name, ...objection }) => [name, objection]));
  if (JSON.stringify(await site.options.get<Kept>(OPTION)) === JSON.stringify(kept)) return found;
  await site.options.set(OPTION, kept);
  for (const { name, isRevoked, text } of found)
    if (isRevoked) site.log.ownedBy(name).error({ reason: text }, 'The plugin was revoked');
  return found;
}

/** What the registry had against installed plugins when it was last asked. */
export async function knownObjections(site: Site): Promise<PluginObjection[]> {
  const [kept, locked] = [await site.options.get<Kept>(OPTION), await site.pluginChanges.lock.read()];
  // What was updated or removed since then is meant no longer.
  return Object.entries(kept).flatMap(([name, objection]) =>
    locked[name]?.version === objection.version ? [{ name, ...objection }] : [],
  );
}

export const revocationsModule: Module = {
  name: 'plugin-revocations',
  start(site) {
    site.options.define(OPTION, {
      default: {},
      label: 'What the registry says against installed plugins',
      autoload: false,
      schema: {
        type: 'object',
        additionalProperties: {
          type: 'object',
          required: ['version', 'isRevoked', 'text'],
          additionalProperties: false,
          properties: { version: { type: 'string' }, isRevoked: { type: 'boolean' }, text: { type: 'string' } },
        },
      },
    });
    site.cron.define('plugin-revocations', {
      schedule: '29 */6 * * *',
      summary: 'Asks the registry whether installed plugins were revoked.',
      run: async (owner) => void (await renewObjections(owner)),
    });
  },
};
