import type { Site } from '../../kernel/site.ts';
import { GalleyError } from '../../lib/errors.ts';
import { says } from '../../lib/told-texts.ts';
import { isListSignedBy } from './publisher-key.ts';
import { parseSignedList, type SignedList } from './registry-format.ts';
import { predecessorsOf } from './registry-keys.ts';
import { keepRegistry, type TrustedRegistry, trustedRegistry } from './registry-trust.ts';

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
  if (JSON.stringify(next) !== JSON.stringify(known ?? null)) await keepRegistry(site, address, next);
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
