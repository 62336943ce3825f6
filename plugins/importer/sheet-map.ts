import { GalleyError } from 'galley';
import type { SheetChanges } from './sheet-changes.ts';
import type { SheetContext, SheetField, SheetTarget } from './sheet-target.ts';

/** Which field each heading is; headings that are none are left out. */
export type SheetMap = Readonly<Record<string, string>>;

/** What is read how. */
export interface SheetPlan {
  map: SheetMap;
  /** The heading by which a row is known again; empty where rows have no such thing. */
  key: string;
  /** What is done to columns before they are read. */
  changes?: SheetChanges;
}

const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.]+/gu, '');

/** Guesses what each heading is: by its own name, by what fields are called here, in each language, and elsewhere. */
export function guessMap(
  headings: readonly string[],
  { fields }: SheetTarget,
  { words }: Pick<SheetContext, 'words'>,
): SheetMap {
  const map: Record<string, string> = {};
  const taken = new Set<string>();
  const take = (fits: (field: SheetField, heading: string) => boolean): void => {
    for (const heading of headings) {
      if (map[heading]) continue;
      const field = fields.find((one) => !taken.has(one.name) && fits(one, heading));
      if (!field) continue;
      map[heading] = field.name;
      taken.add(field.name);
    }
  };
  take(({ name }, heading) => plain(name) === plain(heading));
  take(({ label }, heading) => words(label).some((word) => plain(word) === plain(heading)));
  take(({ names = [] }, heading) => names.some((name) => plain(name) === plain(heading)));
  return map;
}

/** The heading that most likely tells rows apart: the first that is a key here. */
export function guessKey(map: SheetMap, { fields }: SheetTarget): string {
  const keys = fields.filter(({ isKey }) => isKey).map(({ name }) => name);
  const found = keys.flatMap((key) => Object.entries(map).find(([, field]) => field === key)?.[0] ?? []);
  return found[0] ?? '';
}

/** Reads `Heading=field` pairs over what was guessed; an empty field leaves the column out. @throws GALLEY_INPUT_INVALID */
export function readMap(pairs: readonly string[], guessed: SheetMap, { fields, name: target }: SheetTarget): SheetMap {
  const map: Record<string, string> = { ...guessed };
  for (const pair of pairs) {
    const at = pair.lastIndexOf('=');
    const [heading, field] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (at < 1 || (field && !fields.some(({ name }) => name === field)))
      throw new GalleyError(
        'GALLEY_INPUT_INVALID',
        `"${pair}" is no heading=field. The fields of ${target}: ${fields.map(({ name }) => name).join(', ')}.`,
      );
    for (const [other, taken] of Object.entries(map)) if (taken === field && other !== heading) delete map[other];
    if (field) map[heading] = field;
    else delete map[heading];
  }
  return map;
}
