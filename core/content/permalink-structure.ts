import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { escapeRegExp } from '../lib/escape.ts';
import type { Entry } from './entry.ts';
import type { ZonedParts } from './time-zone.ts';

/** The tags of a permalink structure, with the digits or letters they stand for. */
const TAGS: Record<string, string> = {
  year: '(?<year>\\d{4})',
  monthnum: '(?<monthnum>\\d{1,2})',
  day: '(?<day>\\d{1,2})',
  hour: '(?<hour>\\d{1,2})',
  minute: '(?<minute>\\d{1,2})',
  second: '(?<second>\\d{1,2})',
  post_id: '(?<post_id>\\d{1,15})',
  postname: '(?<postname>[^/]+)',
};

/**
 * Checks a permalink structure such as `/%year%/%monthnum%/%postname%/`.
 * @throws GALLEY_INPUT_INVALID for an unknown tag, where no tag names the post, or where it is no path on this site
 */
export function compileStructure(structure: string): RegExp {
  const unknown = [...structure.matchAll(/%([^%]*)%/g)].map((match) => match[1] ?? '').find((tag) => !TAGS[tag]);
  if (unknown !== undefined) {
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      `The permalink tag %${unknown}% is unknown. Use ${Object.keys(TAGS)
        .map((tag) => `%${tag}%`)
        .join(', ')}.`,
    );
  }
  if (!/^\/[^/]/.test(structure) || /\/\/|[?#\\\s]|\/\.{1,2}(\/|$)/.test(structure))
    throw new GalleyError('GALLEY_INPUT_INVALID', `"${structure}" is no path: write one such as /%year%/%postname%/.`);
  if (!/%(postname|post_id)%/.test(structure))
    throw new GalleyError('GALLEY_INPUT_INVALID', 'A permalink structure needs %postname% or %post_id%.');
  const pattern = structure
    .replace(/\/+$/, '')
    .split(/(%[^%]+%)/)
    .map((part) => (part.startsWith('%') && part.length > 2 ? TAGS[part.slice(1, -1)] : escapeRegExp(part)))
    .join('');
  // Without the flag `u`, which refuses the escaped hyphens of a structure.
  return new RegExp(`^${pattern}$`);
}

/**
 * Checks that addresses of that structure do not stand in the way of others: screens, interfaces, lists of terms, authors
 * and types.
 * @throws GALLEY_INPUT_INVALID
 */
export function checkStructure(site: Site, structure: string): void {
  compileStructure(structure);
  const first = structure.split('/')[1] ?? '';
  const bases = [
    ...site.taxonomies.list().flatMap(({ value }) => value.base ?? []),
    ...site.types.list().flatMap(({ value }) => [value.base ?? [], value.archive ?? []].flat()),
  ];
  if (RESERVED.has(first) || bases.includes(first))
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      `Addresses cannot begin with /${first}/: other pages of the site stand there.`,
    );
  if (first === '%postname%' && structure.split('/').filter(Boolean).length > 1)
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      'With something behind %postname% posts would stand below pages. Put %postname% last.',
    );
}

/** First parts of addresses that are never an entry's. */
const RESERVED = new Set(
  'admin api assets author avatar comments feed files health media metrics page robots.txt search sitemap.xml unlock wp-admin wp-content wp-includes wp-json wp-login.php'.split(
    ' ',
  ),
);

/** Whether an address of one part is spoken for, such as `/admin/`. */
export function isReservedSlug(site: Site, slug: string): boolean {
  return (
    RESERVED.has(slug) ||
    site.taxonomies.list().some(({ value }) => value.base === slug) ||
    site.types.list().some(({ value }) => value.archive === slug)
  );
}

const two = (number: number): string => String(number).padStart(2, '0');

/** What stands for each tag in the address of an entry. */
const VALUES: Readonly<Record<string, (zoned: ZonedParts, entry: Pick<Entry, 'id' | 'slug'>) => string>> = {
  year: ({ year }) => String(year),
  monthnum: ({ month }) => two(month),
  day: ({ day }) => two(day),
  hour: ({ hour }) => two(hour),
  minute: ({ minute }) => two(minute),
  second: ({ second }) => two(second),
  post_id: (_, { id }) => String(id),
  postname: (_, { slug }) => encodeURIComponent(slug),
};

const MAX_STRUCTURES = 20;
/** Structures in pieces, texts and tags in turn: the memo of a pure function. */
const structures = new Map<string, readonly string[]>();

function piecesOf(structure: string): readonly string[] {
  let pieces = structures.get(structure);
  if (pieces) return pieces;
  pieces = structure.split(/%([^%]+)%/);
  if (structures.size >= MAX_STRUCTURES) structures.clear();
  structures.set(structure, pieces);
  return pieces;
}

/** The address of an entry by a structure; a tag that nobody knows stands for nothing. */
export function writeStructure(structure: string, entry: Pick<Entry, 'id' | 'slug'>, zoned: ZonedParts): string {
  return piecesOf(structure)
    .map((piece, index) => (index % 2 === 0 ? piece : (VALUES[piece]?.(zoned, entry) ?? '')))
    .join('');
}
