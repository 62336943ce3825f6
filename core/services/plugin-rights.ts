import type { Module } from '../kernel/module.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';

const OPTION = 'plugin_revoked';

type Revoked = Readonly<Record<string, readonly string[]>>;

/** What an administrator takes from a plugin, or gives back to it. */
export interface RightsChange {
  revoke?: readonly string[];
  grant?: readonly string[];
  /** Who does it; null for the command line. */
  userId?: number | null;
}

/** The capabilities that administrators took from a plugin, whatever its manifest asks for, in whichever version. */
export async function revokedRights(site: Site, plugin: string): Promise<readonly string[]> {
  const revoked = await site.options.get<Revoked>(OPTION);
  return Object.hasOwn(revoked, plugin) ? (revoked[plugin] ?? []) : [];
}

/**
 * Takes rights from a contained plugin, or gives them back. All processes follow with its next call.
 *
 * @returns what is taken from it now
 * @throws GALLEY_INPUT_INVALID for a right that its manifest does not ask for, GALLEY_PLUGIN_INVALID for a plugin that
 * cannot be contained
 */
export async function changeRights(
  site: Site,
  name: string,
  { revoke = [], grant = [], userId = null }: RightsChange,
): Promise<readonly string[]> {
  const { contained, capabilities } = site.plugins.need(name);
  if (!contained)
    throw new GalleyError(
      'GALLEY_PLUGIN_INVALID',
      `"${name}" can do all that the site can: only from plugins that can be contained rights can be taken.`,
    );
  const unknown = [...revoke, ...grant].find((right) => !capabilities.includes(right));
  if (unknown !== undefined)
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      `"${name}" does not ask for "${unknown}".${didYouMean(unknown, capabilities)}`,
    );
  await site.options.update<Revoked>(OPTION, (all) => {
    const before = Object.hasOwn(all, name) ? (all[name] ?? []) : [];
    const now = [...new Set([...before, ...revoke])].filter((right) => !grant.includes(right)).sort();
    const others = Object.entries(all).filter(([plugin]) => plugin !== name);
    return Object.fromEntries(now.length === 0 ? others : [...others, [name, now]]);
  });
  // What it said with other rights is not kept.
  await site.cache.invalidate([`plugin:${name}`]);
  const words = 'The rights of a plugin were changed';
  site.log.child({ stream: 'audit' }).info({ plugin: name, revoke, grant, userId }, words);
  return revokedRights(site, name);
}

/** Forgets what was taken from a plugin that is deleted with its data. */
export async function forgetRights(site: Site, name: string): Promise<void> {
  if ((await revokedRights(site, name)).length === 0) return;
  await site.options.update<Revoked>(OPTION, (all) =>
    Object.fromEntries(Object.entries(all).filter(([plugin]) => plugin !== name)),
  );
}

/** Keeps which rights administrators took from plugins. */
export const pluginRightsModule: Module = {
  name: 'plugin-rights',
  start(site) {
    site.options.define(OPTION, {
      default: {},
      label: 'Rights that were taken from plugins',
      schema: {
        type: 'object',
        additionalProperties: { type: 'array', items: { type: 'string' }, uniqueItems: true },
      },
    });
  },
};
