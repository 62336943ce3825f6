import { GalleyError, type Site, type Viewer } from 'galley';
import { entryTarget } from './sheet-entries.ts';
import { termTarget } from './sheet-terms.ts';
import { userTarget } from './sheet-users.ts';

/** Something that a column can be. */
export interface SheetField {
  name: string;
  label: string;
  /** What it is called elsewhere, to guess it by. */
  names?: readonly string[];
  /** Whether what is there already can be found by it. */
  isKey?: boolean;
}

/** For whom and how rows come in. */
export interface SheetContext {
  site: Site;
  viewer: Viewer;
  /** Of the site: in which moments without a zone are meant. */
  zone: string;
  /** A text in the languages that the file may be in. */
  words(text: string): readonly string[];
  /** A text in the language of whoever brings rows in. */
  t(text: string, values?: Readonly<Record<string, string>>): string;
}

/** What became of a row. */
export interface SheetSaved {
  id: number;
  outcome: 'new' | 'changed' | 'same';
  /** What it is called. */
  name: string;
  /** The names of the fields that changed. */
  fields?: readonly string[];
}

/** The values of a row by the names of the fields. */
export type SheetValues = Readonly<Record<string, unknown>>;

/** What rows become: entries of a type, terms of a taxonomy, or people. */
export interface SheetTarget {
  name: string;
  title: string;
  /** What a person needs besides the right to import. */
  capability: string;
  fields: readonly SheetField[];
  /** What has this value already. */
  find(field: string, value: string, context: SheetContext): Promise<number | undefined>;
  /** Whether it is still there. */
  has(id: number, context: SheetContext): Promise<boolean>;
  /** Makes something of a row, or changes what is there, as far as it differs. Throws a GalleyError that says what is wrong. */
  save(values: SheetValues, id: number | undefined, context: SheetContext): Promise<SheetSaved>;
}

/** All that a person may bring in. */
export function targetsOf(site: Site, viewer: Viewer): SheetTarget[] {
  const types = site.types.list().filter(({ value }) => value.showInAdmin);
  const taxonomies = site.taxonomies.list().filter(({ value }) => value.showInAdmin !== false);
  return [
    ...types.map(({ value }) => entryTarget(site, value)),
    ...taxonomies.map(({ name, value }) => termTarget(name, value)),
    userTarget(),
  ].filter(({ capability }) => viewer.can(capability));
}

/** The target of a name: `content:post`, `terms:category`, `users`; or `post` and `category` where it is clear. @throws GALLEY_INPUT_INVALID */
export function needTarget(site: Site, viewer: Viewer, name: string): SheetTarget {
  const all = targetsOf(site, viewer);
  const fits = all.filter((target) => target.name === name || target.name.split(':')[1] === name);
  const exact = all.find((target) => target.name === name);
  const found = exact ?? (fits.length === 1 ? fits[0] : undefined);
  if (found) return found;
  const known = all.map((target) => target.name).join(', ');
  throw new GalleyError('GALLEY_INPUT_INVALID', `Rows do not become "${name}". They may become: ${known}.`);
}
