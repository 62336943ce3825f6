import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { isReservedSlug } from './permalink-structure.ts';

/** A base that lists of terms had before. */
export interface FormerBase {
  taxonomy: string;
  base: string;
}

const BASE = /^[\p{L}\p{N}][\p{L}\p{N}_-]*(\/[\p{L}\p{N}][\p{L}\p{N}_-]*)*$/u;
const MAX = 100;
const FORMER = 50;

/** Defines the bases that an administrator chose: `category` → `topics` gives `/topics/news/`. */
export function defineTermBases(site: Site): void {
  site.options.define('term_bases', {
    default: {},
    schema: { type: 'object', maxProperties: 100, additionalProperties: { type: 'string', maxLength: MAX } },
    label: 'Beginnings of the addresses of terms',
  });
  site.options.define('term_bases_former', {
    default: [],
    schema: {
      type: 'array',
      maxItems: FORMER,
      items: {
        type: 'object',
        required: ['taxonomy', 'base'],
        properties: { taxonomy: { type: 'string', maxLength: 64 }, base: { type: 'string', maxLength: MAX } },
      },
    },
    label: 'Beginnings of the addresses of terms of before',
  });
  site.hooks.addFilter('option:saving', async (value, { name, previous }) => {
    if (name !== 'term_bases') return value;
    for (const [taxonomy, base] of Object.entries(value as Record<string, string>))
      if (base !== (previous as Record<string, string>)[taxonomy]) await checkTermBase(site, taxonomy, base);
    refuseDoubles(basesOf(site, value as Record<string, string>));
    return value;
  });
  site.hooks.addAction('option:saved', async ({ name, value, previous }) => {
    if (name !== 'term_bases') return;
    const [before, after] = [previous, value].map((chosen) => basesOf(site, chosen as Record<string, string>));
    const left = [...(before ?? [])].filter(([taxonomy, base]) => after?.get(taxonomy) !== base);
    if (left.length === 0) return;
    // Links that others have made to lists lead on, whatever the bases are now.
    await site.options.update<FormerBase[]>('term_bases_former', (former) =>
      [...left.map(([taxonomy, base]) => ({ taxonomy, base })), ...former]
        .filter(
          (item, index, all) =>
            after?.get(item.taxonomy) !== item.base &&
            all.findIndex((other) => other.taxonomy === item.taxonomy && other.base === item.base) === index,
        )
        .slice(0, FORMER),
    );
  });
}

function basesOf(site: Site, chosen: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(
    site.taxonomies.list().flatMap(({ name, value }) => (value.base ? [[name, chosen[name] || value.base]] : [])),
  );
}

/** The base of each taxonomy that has addresses, as it is now. */
export async function termBases(site: Site): Promise<Map<string, string>> {
  return basesOf(site, await site.options.get<Record<string, string>>('term_bases'));
}

/**
 * Checks that lists of terms may have addresses with that beginning.
 * @throws GALLEY_INPUT_INVALID
 */
export async function checkTermBase(site: Site, taxonomy: string, base: string): Promise<void> {
  const own = site.taxonomies.get(taxonomy)?.base;
  if (base === '' || base === own) return;
  if (!BASE.test(base) || base.length > MAX)
    throw refused(`"${base}" is no beginning of an address: letters, digits and hyphens, parted by slashes.`);
  const [first = ''] = base.split('/');
  const structure = await site.options.get<string>('permalink_structure');
  const isTaken =
    /^\d{4}$/.test(first) ||
    (first !== own && isReservedSlug(site, first)) ||
    site.types.list().some(({ value }) => value.base === first) ||
    structure.split('/')[1] === first;
  if (isTaken) throw refused(`Addresses cannot begin with /${first}/: other pages of the site stand there.`);
}

function refuseDoubles(bases: ReadonlyMap<string, string>): void {
  const all = [...bases.values()];
  const double = all.find((base, index) => all.indexOf(base) !== index);
  if (double !== undefined) throw refused(`Two kinds of terms cannot both begin with /${double}/.`);
}

const refused = (message: string): GalleyError => new GalleyError('GALLEY_INPUT_INVALID', message);
