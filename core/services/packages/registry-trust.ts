import type { Module } from '../../kernel/module.ts';
import type { Site } from '../../kernel/site.ts';
import type { RevocationList } from './registry-format.ts';

/** What a site knows of a registry. */
export interface TrustedRegistry {
  /** The key that signs what it takes back; none where it signs nothing. */
  key?: string;
  /** The last list that was right: it stays in force when the next one is not. */
  list?: RevocationList;
  /** Why the list that the registry has now is refused. */
  problem?: string;
}

type Known = Readonly<Record<string, TrustedRegistry>>;

const OPTION = 'plugin_registries';

/** What is known of the registry at an address; undefined before it was first asked. */
export async function trustedRegistry(site: Site, address: string): Promise<TrustedRegistry | undefined> {
  const known = await site.options.get<Known>(OPTION);
  return Object.hasOwn(known, address) ? known[address] : undefined;
}

/** Forgets the key of the registry at an address: the next one that comes is taken. @returns whether one was known */
export async function forgetRegistry(site: Site, address: string): Promise<boolean> {
  const known = await trustedRegistry(site, address);
  await site.options.update<Known>(OPTION, (all) =>
    Object.fromEntries(Object.entries(all).filter(([other]) => other !== address)),
  );
  site.log
    .child({ stream: 'audit' })
    .info({ registry: address, key: known?.key }, 'The key of a registry was forgotten');
  return known?.key !== undefined;
}

/** Keeps what is known of a registry from now on. */
export async function keepRegistry(site: Site, address: string, next: TrustedRegistry): Promise<void> {
  const before = await trustedRegistry(site, address);
  await site.options.update<Known>(OPTION, (all) => {
    // Another process may have seen a newer one meanwhile.
    const isOlder = (all[address]?.list?.serial ?? 0) > (next.list?.serial ?? 0);
    return isOlder ? all : { ...all, [address]: next };
  });
  const facts = { registry: address, key: next.key };
  if (next.problem !== undefined)
    site.log.error({ ...facts, reason: next.problem }, 'The list of a registry is refused');
  else if (next.key === undefined) site.log.warn(facts, 'The registry does not sign what it takes back');
  else if (before?.key !== next.key)
    site.log.child({ stream: 'audit' }).info(facts, 'The key of a registry is kept: only what it signs counts');
}

/** Keeps by which keys registries sign. */
export const registryTrustModule: Module = {
  name: 'registry-trust',
  start(site) {
    site.options.define(OPTION, {
      default: {},
      label: 'Registries of plugins, their keys and what they take back',
      autoload: false,
      schema: {
        type: 'object',
        additionalProperties: {
          type: 'object',
          additionalProperties: false,
          properties: { key: { type: 'string' }, list: { type: 'object' }, problem: { type: 'string' } },
        },
      },
    });
  },
};
