import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import type { EntryDraft } from './draft.ts';
import type { Entry } from './entry.ts';
import { needType } from './entry-rights.ts';
import { indexValues, relationValues } from './field-index.ts';
import { cleanFields, refuseForeignFields } from './fields.ts';
import type { ContentType } from './types.ts';

/** A row that says that an entry has a term; lists of a term are read from it alone. */
export interface EntryTermRow {
  entry_id: number;
  term_id: number;
  taxonomy: string;
  position: number;
  type: string;
  status: string;
  published_at: number | null;
}

/**
 * The rows of an entry's terms, for the taxonomies that the draft names.
 * @param resolve finds the ids of what is wanted in a taxonomy
 * @throws GALLEY_TAXONOMY_UNKNOWN where its type has no such taxonomy
 */
export async function termRows(
  site: Site,
  entry: Entry,
  terms: EntryDraft['terms'],
  resolve: (taxonomy: string, wanted: readonly (number | string)[]) => Promise<number[]>,
): Promise<EntryTermRow[]> {
  const type = needType(site, entry.type);
  const rows: EntryTermRow[] = [];
  for (const [taxonomy, wanted] of Object.entries(terms ?? {})) {
    if (!type.taxonomies.includes(taxonomy))
      throw new GalleyError('GALLEY_TAXONOMY_UNKNOWN', `${type.title} have no taxonomy "${taxonomy}".`);
    for (const [position, term_id] of (await resolve(taxonomy, wanted)).entries())
      rows.push({
        entry_id: entry.id,
        term_id,
        taxonomy,
        position,
        type: entry.type,
        status: entry.status,
        published_at: entry.publishedAt,
      });
  }
  return rows;
}

/** Writes the terms of an entry, those that the draft names. Returns the ids of all that it has then. */
export async function writeTerms(
  site: Site,
  entry: Entry,
  terms: EntryDraft['terms'],
  { viewer, isNew = false }: { viewer: Viewer; isNew?: boolean },
): Promise<number[]> {
  const { database } = site;
  const rows = await termRows(site, entry, terms, (taxonomy, wanted) => site.terms.resolve(taxonomy, wanted, viewer));
  for (const taxonomy of isNew ? [] : Object.keys(terms ?? {}))
    await database.write('entry_terms').where({ entry_id: entry.id, taxonomy }).delete();
  await database.insertMany('entry_terms', rows);
  if (isNew) return rows.map((row) => row.term_id);
  // Lists of a term are read from this table's own index, so it carries what they are restricted and sorted by.
  await database
    .write('entry_terms')
    .where({ entry_id: entry.id })
    .update({ status: entry.status, published_at: entry.publishedAt });
  return termIdsOf(site, entry.id);
}

/** The rows by which an entry is looked up by its fields. */
export function indexRows(entry: Entry, type: ContentType): object[] {
  return indexValues(type.fields, entry.fields).map(({ field, text, number }) => ({
    entry_id: entry.id,
    field,
    text_value: text,
    number_value: number,
  }));
}

/** The rows of what an entry's fields lead to. */
export function relationRows(entry: Entry, type: ContentType): object[] {
  return relationValues(type.fields, entry.fields).flatMap(({ field, ids }) =>
    ids.map((to_id, position) => ({ from_id: entry.id, field, to_id, position })),
  );
}

/** Writes what is looked up by fields: the index and the relations. */
export async function writeFields(site: Site, entry: Entry, type: ContentType, isNew: boolean): Promise<void> {
  const { database } = site;
  if (!isNew) {
    await database.write('entry_index').where({ entry_id: entry.id }).delete();
    for (const { field } of relationValues(type.fields, entry.fields))
      await database.write('entry_relations').where({ from_id: entry.id, field }).delete();
  }
  await database.insertMany('entry_index', indexRows(entry, type));
  await database.insertMany('entry_relations', relationRows(entry, type));
}

/** Writes the meta that the draft names. */
export async function writeMeta(
  site: Site,
  id: number,
  meta: NonNullable<EntryDraft['meta']>,
  isNew: boolean,
): Promise<void> {
  if (isNew) return site.meta.add('entry', id, meta);
  for (const [key, values] of Object.entries(meta)) await site.meta.set('entry', id, key, [values].flat());
}

/** The ids of an entry's terms, in the transaction. */
export async function termIdsOf(site: Site, entryId: number): Promise<number[]> {
  const rows = (await site.database.write('entry_terms').select('term_id').where({ entry_id: entryId })) as {
    term_id: number;
  }[];
  return rows.map((row) => row.term_id);
}

/** The draft with the fields that the viewer may set, cleaned. @throws GALLEY_PERMISSION_DENIED */
export function withOwnFields(site: Site, draft: EntryDraft, previous: Entry | undefined, viewer: Viewer): EntryDraft {
  if (!draft.fields) return draft;
  const { fields } = needType(site, previous?.type ?? draft.type ?? 'post');
  refuseForeignFields(fields, draft.fields, previous?.fields ?? {}, viewer);
  return { ...draft, fields: cleanFields(fields, draft.fields) };
}
