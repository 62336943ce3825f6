import type { Entry, FieldDefinition } from 'galley';

const BLOCK = /<!-- wp:(?:image|cover|media-text|gallery|audio|video|file)\s+(\{.*?\})\s*\/?-->/gs;
const BLOCK_IDS = /"(?:id|mediaId|posterId)"\s*:\s*(\d{1,15})|"ids"\s*:\s*\[([\d\s,]{0,5000})\]/g;
const PATTERN = /<!--\s+wp:(?:core\/)?block\s+(\{[^<>]{0,5000}?\})\s*\/?-->/g;
const PATTERN_ID = /"ref"\s*:\s*(\d{1,15})/;
const CLASS_ID = /\b(?:wp-image-|attachment_)(\d{1,15})\b/g;
const GALLERY = /\[(?:gallery|playlist)\b[^\]]*?\bids=["']?([\d\s,]{1,5000})/g;
const ADDRESS = /\/(?:media|wp-content\/uploads)\/[^\s"'<>()\\]{3,500}/g;
const MAX = 2000;
const PLACE_MAX = 64;

/** What stands for a synced pattern among the references: its number alone would be that of a file. */
export const PATTERN_REFERENCE = 'pattern:';

const idsIn = (list: string): number[] =>
  list
    .split(',')
    .map((part) => Number(part.trim()))
    .filter((id) => Number.isSafeInteger(id) && id > 0);

/** An address as the table has it: decoded, without what follows the path. */
function pathOf(address: string): string | undefined {
  const path = address.replace(/[?#].*$/, '').replace(/[.,;:!]+$/, '');
  try {
    return decodeURIComponent(path).normalize('NFC');
  } catch {
    return undefined;
  }
}

/** Ids and addresses in a text with blocks, HTML and shortcodes. */
function inText(text: string): (number | string)[] {
  if (text === '') return [];
  const found: (number | string)[] = [];
  for (const [, json = ''] of text.matchAll(BLOCK))
    for (const [, id, ids] of json.matchAll(BLOCK_IDS)) found.push(...idsIn(id ?? ids ?? ''));
  for (const [, id = ''] of text.matchAll(CLASS_ID)) found.push(Number(id));
  for (const [, ids = ''] of text.matchAll(GALLERY)) found.push(...idsIn(ids));
  found.push(...addressesIn(text));
  return found;
}

/** The synced patterns that a text shows. */
export function patternsIn(text: string): string[] {
  return [...text.matchAll(PATTERN)].flatMap(([, json = '']) => {
    const id = PATTERN_ID.exec(json)?.[1];
    return id ? [`${PATTERN_REFERENCE}${Number(id)}`] : [];
  });
}

function addressesIn(text: string): string[] {
  return [...text.matchAll(ADDRESS)].flatMap(([address]) => pathOf(address) ?? []);
}

/** The numbers in a value, however deep. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

function inField(field: FieldDefinition | undefined, value: unknown): (number | string)[] {
  if (value === null || value === undefined) return [];
  if (field?.kind === 'media' || field?.kind === 'file') return numbersIn(value);
  if (field?.kind === 'group' && field.fields) return inGroup(field.fields, value);
  if (field?.kind === 'repeater' && field.fields && Array.isArray(value)) {
    const { fields } = field;
    return value.flatMap((row) => inGroup(fields, row));
  }
  return typeof value === 'string' ? inText(value) : addressesIn(JSON.stringify(value));
}

function inGroup(fields: Readonly<Record<string, FieldDefinition>>, value: unknown): (number | string)[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => inField(fields[name], part));
}

/** All that an entry names. An attachment's own facts are no use of it. */
export function referencesOf(
  entry: Entry,
  fields: Readonly<Record<string, FieldDefinition>>,
): { reference: number | string; place: string }[] {
  const found: { reference: number | string; place: string }[] = [];
  const add = (place: string, references: readonly (number | string)[]): void => {
    for (const reference of references) found.push({ reference, place: place.slice(0, PLACE_MAX) });
  };
  if (entry.featuredId !== null) add('featured', [entry.featuredId]);
  add('content', inText(entry.content));
  // What is in the trash shows nothing, and loses nothing with a pattern. A file stays needed for when it comes back.
  if (entry.status !== 'trash') add('content', patternsIn(entry.content));
  add('excerpt', inText(entry.excerpt));
  if (entry.type !== 'attachment')
    for (const [name, value] of Object.entries(entry.fields)) add(`field:${name}`, inField(fields[name], value));
  return found.slice(0, MAX);
}

/** Options whose number is the id of a file. */
const NAMES_A_FILE = /(?:^|_)(?:logo|icon|image|picture|avatar)(?:_id)?$/;

/** All that an option names. */
export function referencesOfOption(name: string, value: unknown): { reference: number | string; place: string }[] {
  const ids = NAMES_A_FILE.test(name) && typeof value === 'number' ? numbersIn(value) : [];
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '').replaceAll('\\"', '"');
  return [...ids, ...inText(text), ...patternsIn(text)]
    .slice(0, MAX)
    .map((reference) => ({ reference, place: 'option' }));
}
