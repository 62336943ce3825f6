import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { freeSlug } from '../lib/slug.ts';
import { tellWritten } from '../services/written.ts';
import type { Entry } from './entry.ts';
import { countForTerm } from './tallies.ts';
import type { Term, TermRow } from './term.ts';
import { mayChangeTerms } from './term-history.ts';
import { childrenOf } from './term-removal.ts';
import { rememberSlug } from './term-slugs.ts';
import type { RestoredThing } from './trash.ts';

const BATCH = 500;

/** A term with all that hung on it. */
interface TrashedTerm {
  term: Term;
  meta: [key: string, value: string][];
  /** Its addresses of before. */
  slugs: string[];
  children: number[];
  entries: [id: number, position: number][];
  /** What it was made one with, and which of its entries had that already. */
  merged?: { into: number; shared: number[] };
}

/**
 * Keeps a term that is about to be removed, in the same transaction.
 * @param into the term that it is about to be made one with
 * @returns the number by which it comes back
 */
export async function trashTerm(site: Site, term: Term, viewer: Viewer, into?: Term): Promise<number> {
  const { database } = site;
  const { id, taxonomy } = term;
  const meta = (await database.write('term_meta').select('key', 'value').where({ term_id: id }).orderBy('id')) as {
    key: string;
    value: string;
  }[];
  const slugs = (await database.write('term_slugs').select('slug').where({ term_id: id })) as { slug: string }[];
  const entries = await entriesOf(site, id);
  const data: TrashedTerm = {
    term,
    meta: meta.map(({ key, value }) => [key, value]),
    slugs: slugs.map(({ slug }) => slug),
    children: (await childrenOf(site, id)).map((child) => child.id),
    entries,
    ...(into ? { merged: { into: into.id, shared: await sharedWith(site, into.id, entries) } } : {}),
  };
  return site.trash.put({ kind: 'term', scope: taxonomy, title: term.name, data }, viewer);
}

async function entriesOf(site: Site, termId: number): Promise<TrashedTerm['entries']> {
  const entries: TrashedTerm['entries'] = [];
  for (let after = 0; ; ) {
    const rows = (await site.database
      .write('entry_terms')
      .select('entry_id', 'position')
      .where({ term_id: termId })
      .where('entry_id', '>', after)
      .orderBy('entry_id')
      .limit(BATCH)) as { entry_id: number; position: number }[];
    entries.push(...rows.map((row): [number, number] => [row.entry_id, row.position]));
    after = rows.at(-1)?.entry_id ?? after;
    if (rows.length < BATCH) return entries;
  }
}

/** The ids of entries in lots that a query takes. */
function* lotsOf(ids: readonly number[]): Generator<number[]> {
  for (let from = 0; from < ids.length; from += BATCH) yield ids.slice(from, from + BATCH);
}

async function sharedWith(site: Site, termId: number, entries: TrashedTerm['entries']): Promise<number[]> {
  const shared: number[] = [];
  for (const ids of lotsOf(entries.map(([id]) => id))) {
    const rows = site.database.write('entry_terms').select('entry_id').where({ term_id: termId });
    shared.push(...((await rows.whereIn('entry_id', ids)) as { entry_id: number }[]).map((row) => row.entry_id));
  }
  return shared;
}

/** Takes from the other term what it got when both were made one: its entries, and the addresses that lead to it. */
async function takeApart(site: Site, { term, slugs, entries, merged }: TrashedTerm): Promise<void> {
  if (!merged) return;
  const { database } = site;
  const shared = new Set(merged.shared);
  for (const ids of lotsOf(entries.map(([id]) => id).filter((id) => !shared.has(id)))) {
    const given = () => database.write('entry_terms').where({ term_id: merged.into }).whereIn('entry_id', ids);
    const rows = (await given().select('type', 'status').forUpdate()) as { type: string; status: string }[];
    await given().delete();
    await countForTerm(site, merged.into, rows, -1);
  }
  const former = database.write('term_slugs').where({ taxonomy: term.taxonomy, term_id: merged.into });
  await former.whereIn('slug', [term.slug, ...slugs]).delete();
}

/** Lets terms come back. */
export function defineTermTrash(site: Site): void {
  site.trash.define('term', {
    title: (taxonomy) => site.taxonomies.get(taxonomy)?.singular ?? 'Term',
    may: (viewer, taxonomy) =>
      (taxonomy === undefined ? site.taxonomies.names() : [taxonomy]).some((name) =>
        mayChangeTerms(site, viewer, name),
      ),
    restore: (data, viewer) => restoreTerm(site, data as TrashedTerm, viewer),
  });
}

/** Brings a term back to where it stood, with its entries as far as they are still there; runs in a transaction. */
async function restoreTerm(site: Site, data: TrashedTerm, viewer: Viewer): Promise<RestoredThing> {
  const { term, meta, slugs, children, entries, merged } = data;
  const { id, taxonomy } = term;
  if (!mayChangeTerms(site, viewer, taxonomy))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not bring this back.');
  await takeApart(site, data);
  const parent = term.parentId === null ? undefined : await site.terms.get(term.parentId);
  // Another term may have it by now.
  const slug = await freeSlug(term.slug, async (wanted) => (await site.terms.bySlug(taxonomy, wanted)) !== undefined);
  await site.database.write('terms').insert({
    id,
    taxonomy,
    slug,
    path: parent ? `${parent.path}/${slug}` : slug,
    name: term.name,
    description: term.description,
    parent_id: parent?.id ?? null,
    position: term.position,
    version: term.version + 1,
  } satisfies TermRow);
  await tellWritten(site, 'term', { id, version: term.version + 1 });
  if (meta.length > 0)
    await site.database.insertMany(
      'term_meta',
      meta.map(([key, value]) => ({ term_id: id, key, value })),
    );
  for (const former of slugs)
    if (!(await site.terms.byFormerSlug(taxonomy, former))) await rememberSlug(site, { taxonomy, slug: former }, id);
  await putChildrenBack(site, term, { children, viewer, above: merged?.into });
  const changed = await putEntriesBack(site, term, entries);
  await site.database.afterCommit(async () => {
    const tags = changed.map((entry) => `entry:${entry}`);
    const other = merged ? [`term:${merged.into}`] : [];
    await site.cache.invalidate([`term:${id}`, `taxonomy:${taxonomy}`, 'anchors', ...other, ...tags]);
    const back = await site.terms.get(id);
    if (back) await site.hooks.doAction('term:saved', { term: back, viewer });
  });
  return { path: `/terms/${taxonomy}/${id}` };
}

/** What stood below it stands there again, unless somebody has moved it since. */
async function putChildrenBack(
  site: Site,
  term: Term,
  { children, viewer, above }: { children: readonly number[]; viewer: Viewer; above: number | undefined },
): Promise<void> {
  const known = await site.terms.getMany(children);
  for (const child of known.values())
    if (child.taxonomy === term.taxonomy && [term.parentId, above].includes(child.parentId) && child.id !== term.id)
      await site.terms.save({ id: child.id, parentId: term.id }, { viewer });
}

type LinkedEntry = Pick<Entry, 'id' | 'type' | 'status' | 'publishedAt'>;

async function putEntriesBack(site: Site, term: Term, entries: TrashedTerm['entries']): Promise<number[]> {
  const changed: number[] = [];
  for (let from = 0; from < entries.length; from += BATCH) {
    const some = new Map(entries.slice(from, from + BATCH));
    const rows = (await site.database
      .write('entries')
      .select('id', 'type', 'status', 'published_at')
      .whereIn('id', [...some.keys()])
      .forUpdate()) as { id: number; type: string; status: Entry['status']; published_at: number | null }[];
    const found: LinkedEntry[] = rows.map(({ published_at: publishedAt, ...row }) => ({ ...row, publishedAt }));
    await linkEntries(site, term, { found, positions: some });
    changed.push(...found.map(({ id }) => id));
  }
  return changed;
}

async function linkEntries(
  site: Site,
  { id, taxonomy }: Term,
  { found, positions }: { found: readonly LinkedEntry[]; positions: ReadonlyMap<number, number> },
): Promise<void> {
  if (found.length === 0) return;
  const rows = found.map(({ id: entryId, type, status, publishedAt }) => ({
    entry_id: entryId,
    term_id: id,
    taxonomy,
    type,
    status,
    published_at: publishedAt,
    position: positions.get(entryId) ?? 0,
  }));
  await site.database.insertMany('entry_terms', rows);
  await countForTerm(site, id, found);
}
