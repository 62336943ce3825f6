import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import type { EntryDraft } from './draft.ts';
import type { Entry } from './entry.ts';
import { needType } from './entry-rights.ts';
import { indexValues, relationValues } from './field-index.ts';
import { cleanFields, refuseForeignFields } from './fields.ts';
import type { ContentType } from './types.ts';

/** Writes the terms of an entry, those that the draft names. Returns the ids of all that it has then. */
export async function writeTerms(
  site: Site,
  entry: Entry,
  terms: EntryDraft['terms'],
  { viewer, isNew = false }: { viewer: Viewer; isNew?: boolean },
): Promise<number[]> {
  const { id: entry_id, type: typeName, status, publishedAt: published_at } = entry;
  const type = needType(site, typeName);
  const own = { entry_id, type: typeName, status, published_at };
  const rows: (typeof own & { term_id: number })[] = [];
  for (const [taxonomy, wanted] of Object.entries(terms ?? {})) {
    if (!type.taxonomies.includes(taxonomy))
      throw new GalleyError('GALLEY_TAXONOMY_UNKNOWN', `${type.title} have no taxonomy "${taxonomy}".`);
    const ids = await site.terms.resolve(taxonomy, wanted, viewer);
    if (!isNew) await site.database.write('entry_terms').where({ entry_id, taxonomy }).delete();
    rows.push(...ids.map((term_id, position) => ({ ...own, term_id, taxonomy, position })));
  }
  await site.database.insertMany('entry_terms', rows);
  if (isNew) return rows.map((row) => row.term_id);
  // Lists of a term are read from this table's own index, so it carries what they are restricted and sorted by.
  await site.database.write('entry_terms').where({ entry_id }).update({ status, published_at });
  return termIdsOf(site, entry_id);
}

/** Writes what is looked up by fields: the index and the relations. */
export async function writeFields(site: Site, entry: Entry, type: ContentType, isNew: boolean): Promise<void> {
  if (!isNew) await site.database.write('entry_index').where({ entry_id: entry.id }).delete();
  const index = indexValues(type.fields, entry.fields);
  if (index.length > 0) {
    await site.database
      .write('entry_index')
      .insert(
        index.map(({ field, text, number }) => ({ entry_id: entry.id, field, text_value: text, number_value: number })),
      );
  }
  for (const { field, ids } of relationValues(type.fields, entry.fields)) {
    await site.database.write('entry_relations').where({ from_id: entry.id, field }).delete();
    if (ids.length > 0)
      await site.database
        .write('entry_relations')
        .insert(ids.map((to_id, position) => ({ from_id: entry.id, field, to_id, position })));
  }
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
