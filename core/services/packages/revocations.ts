import type { Module } from '../../kernel/module.ts';
import type { Site } from '../../kernel/site.ts';
import { says } from '../../lib/told-texts.ts';
import { endsSoon, isHarmful, refusalOf } from './registry-keys.ts';
import { parseSource } from './source.ts';

/** What the registry says against an installed plugin. */
export interface PluginObjection {
  name: string;
  /** The installed version. */
  version: string;
  /** Whether nobody is to run it any more; else it is only told in time. */
  isRevoked: boolean;
  /** Whether a registry says by its signature that it does harm: it may be switched off then. */
  isHarmful: boolean;
  /** A sentence. */
  text: string;
}

type Kept = Record<string, Omit<PluginObjection, 'name'>>;

const OPTION = 'plugin_objections';

/** Asks the registry what it has against installed plugins: versions and keys that were revoked, keys that end soon. */
export async function findObjections(site: Site): Promise<PluginObjection[]> {
  if (site.config.plugins.registry === '') return [];
  const installed = Object.entries(await site.pluginChanges.lock.read()).flatMap(([name, { source, version, key }]) => {
    const parsed = parseSource(source);
    return parsed.kind === 'registry' ? [{ name, version, key, known: parsed.name }] : [];
  });
  if (installed.length === 0) return [];
  const registry = await site.pluginChanges.registry();
  const word = await registry.word();
  const found: PluginObjection[] = [];
  for (const { name, version, key, known } of installed) {
    // Where its list is refused, nothing else is taken from it either; what was signed last still counts.
    const offer = word.problem === undefined ? await registry.find(known) : undefined;
    const release = offer?.releases.find((one) => one.version === version);
    const judged = {
      released: release?.released ?? '',
      ...(key === undefined ? {} : { key }),
      revoked: word.against(known, version, release),
    };
    const refusal = refusalOf(judged, word.keys);
    const end = endsSoon(key, word.keys);
    if (refusal !== undefined)
      found.push({
        name,
        version,
        isRevoked: true,
        isHarmful: word.isSigned && isHarmful(judged, word.keys),
        text: says(`"${name}" ${version} is not to be run any more: ${refusal}`),
      });
    else if (end !== undefined)
      found.push({
        name,
        version,
        isRevoked: false,
        isHarmful: false,
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
  const kept = await site.options.get<Kept>(OPTION);
  if (Object.keys(kept).length === 0) return [];
  const locked = await site.pluginChanges.lock.read();
  // What was updated or removed since then is meant no longer.
  return Object.entries(kept).flatMap(([name, objection]) =>
    locked[name]?.version === objection.version ? [{ ...objection, name }] : [],
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
          properties: {
            version: { type: 'string' },
            isRevoked: { type: 'boolean' },
            isHarmful: { type: 'boolean' },
            text: { type: 'string' },
          },
        },
      },
    });
  },
};
