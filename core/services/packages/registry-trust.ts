import type { Module } from '../../kernel/module.ts';
import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
import { says } from '../../lib/told-texts.ts';
import { isListSignedBy } from './publisher-key.ts';
import { parseSignedList, type RevocationList, type SignedList } from './registry-format.ts';
import { predecessorsOf } from './registry-keys.ts';

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

/**
 * Holds what a registry takes back against what is known of it. The first key that signs is kept, and from then on
 * nothing else counts: no list without a signature, by another key, or older than one that was seen.
 *
 * @param json the file `revocations.json`; undefined where the registry has none
 * @returns the list that counts, with why that is not the one the registry has now; undefined where it signs nothing
 */
export async function judgeList(
  site: Site,
  address: string,
  json: string | undefined,
): Promise<Pick<TrustedRegistry, 'list' | 'problem'> | undefined> {
  const known = await trustedRegistry(site, address);
  let next: TrustedRegistry;
  try {
    next = accepted(json === undefined ? undefined : parseSignedList(json, 'revocations.json'), known);
  } catch (error) {
    if (!(error instanceof GalleyError)) throw error;
    next = { ...known, problem: error.message };
  }
  if (JSON.stringify(next) !== JSON.stringify(known ?? null)) await keep(site, address, next);
  return next.key === undefined && next.problem === undefined ? undefined : next;
}

const refused = (why: string): GalleyError => new GalleyError('GALLEY_PACKAGE_INVALID', why);

/** What is known after a list. @throws GALLEY_PACKAGE_INVALID for one that does not count */
function accepted(signed: SignedList | undefined, known: TrustedRegistry | undefined): TrustedRegistry {
  if (!signed) {
    if (known?.key === undefined) return {};
    throw refused(says('What the registry takes back is not signed any more; what it said last stays in force.'));
  }
  const { key, signature, list } = signed;
  if (!isListSignedBy(key, JSON.stringify(list), signature))
    throw refused(says('What the registry takes back is not signed with the key that stands beside it.'));
  if (known?.key === undefined) return { key, list };
  if (key !== known.key && !predecessorsOf(key, list.keys).includes(known.key))
    throw refused(says(`What the registry takes back is signed with another key: ${key}, and not ${known.key}.`));
  if (known.list && list.serial < known.list.serial)
    throw refused(
      says(`What the registry takes back is older than what it said before: ${list.at}, and not ${known.list.at}.`),
    );
  if (known.list?.serial === list.serial && JSON.stringify(known.list) !== JSON.stringify(list))
    throw refused(says('The registry says two different things under one number; what it said first stays in force.'));
  return { key, list };
}

async function keep(site: Site, address: string, next: TrustedRegistry): Promise<void> {
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
