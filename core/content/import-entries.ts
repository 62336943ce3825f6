import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { tellWritten } from '../services/written.ts';
import { checkDraft, type EntryDraft, type SaveOptions } from './draft.ts';
import { type Entry, encodeEntry } from './entry.ts';
import { indexRows, relationRows, termRows } from './entry-parts.ts';
import { type KnownPaths, settlePath, wantedSlug } from './entry-path.ts';
import { tagsOf } from './entry-tags.ts';
import { type PreparedEntry, prepareEntry } from './prepare-entry.ts';
import { retrySlugRace } from './repository.ts';
import { TallySums } from './tallies.ts';

/** Rows that one query asks for. */
const ASKED = 500;

/** An entry that was written, and what goes with it. */
interface Written extends Omit<PreparedEntry, 'entry'> {
  entry: Entry;
  termIds: number[];
}

/** The paths that a batch asks for: looked up at once, and taken one after the other. */
class BatchPaths implements KnownPaths {
  readonly structure: string;
  readonly #asked = new Set<string>();
  readonly #taken = new Set<string>();

  constructor(structure: string) {
    this.structure = structure;
  }

  /** Finds out which of the paths are taken by entries of some types. */
  async ask(site: Site, types: readonly string[], paths: readonly string[]): Promise<void> {
    for (let at = 0; at < paths.length; at += ASKED) {
      const some = paths.slice(at, at + ASKED);
      const rows = (await site.database
        .write('entries')
        .select('type', 'path')
        .whereIn('type', [...types])
        .whereIn('path', some)) as { type: string; path: string }[];
      for (const path of some) this.#asked.add(path);
      for (const { type, path } of rows) this.take(type, path);
    }
  }

  take(type: string, path: string): void {
    this.#taken.add(`${type} ${path}`);
  }

  isTaken(types: readonly string[], path: string): boolean | undefined {
    if (types.some((type) => this.#taken.has(`${type} ${path}`))) return true;
    return this.#asked.has(path) ? false : undefined;
  }
}

/** Finds terms once for a batch, however many of its entries have them. */
function termFinder(site: Site, viewer: Viewer): (taxonomy: string, term: number | string) => Promise<number[]> {
  const known = new Map<string, Promise<number[]>>();
  return (taxonomy, term) => {
    const key = `${taxonomy} ${typeof term} ${term}`;
    const found = known.get(key) ?? site.terms.resolve(taxonomy, [term], viewer);
    known.set(key, found);
    return found;
  };
}

/**
 * Makes many new entries in one transaction with a handful of statements for all: the same rows as one import after the
 * other would write, and the same hooks, `entry:saving` for each before and `entry:saved` for each after the commit.
 * Either all are there or none.
 *
 * @throws what `save` throws; GALLEY_INPUT_INVALID also for drafts of entries that exist
 */
export async function importEntries(
  site: Site,
  drafts: readonly EntryDraft[],
  options: Omit<SaveOptions, 'version' | 'isImport'>,
): Promise<Entry[]> {
  for (const draft of drafts) {
    checkDraft(draft);
    if (draft.id !== undefined || draft.children !== undefined)
      throw new GalleyError('GALLEY_INPUT_INVALID', 'Only new entries without children are made by the hundred.');
  }
  if (drafts.length === 0) return [];
  return retrySlugRace(() => site.database.transaction(() => importInTransaction(site, drafts, options)));
}

async function importInTransaction(
  site: Site,
  drafts: readonly EntryDraft[],
  options: Omit<SaveOptions, 'version' | 'isImport'>,
): Promise<Entry[]> {
  const { viewer } = options;
  const prepared: PreparedEntry[] = [];
  for (const draft of drafts) prepared.push(await prepareEntry(site, draft, undefined, { ...options, isImport: true }));
  await settlePaths(site, prepared);
  const written = await insertEntries(site, prepared);
  await writeParts(site, written, viewer);
  await tellWritten(site, 'entry', ...written.map(({ entry: { id, version } }) => ({ id, version })));
  site.database.afterCommit(async () => {
    const tags = new Set(written.flatMap(({ entry, termIds }) => tagsOf(entry, undefined, termIds, [])));
    await site.cache.invalidate([...tags]);
    for (const { entry, removed } of written)
      await site.hooks.doAction('entry:saved', { entry, previous: undefined, viewer, removed, isImport: true });
  });
  return written.map(({ entry }) => entry);
}

async function settlePaths(site: Site, prepared: readonly PreparedEntry[]): Promise<void> {
  const paths = new BatchPaths(await site.options.get<string>('permalink_structure'));
  const flat = prepared.filter(({ entry }) => entry.parentId === null);
  // Posts and pages may have to share their addresses.
  const types = new Set(['post', 'page', ...flat.map(({ type }) => type.name)]);
  await paths.ask(site, [...types], [...new Set(flat.map(({ type, entry }) => wantedSlug(type, entry)))]);
  for (const { type, entry } of prepared) {
    await settlePath(site, type, entry, undefined, paths);
    entry.version = 1;
    if (entry.path !== null) paths.take(entry.type, entry.path);
  }
}

/** The stores promise nothing of the ids of several rows, so these are read back by what each entry is known by. */
async function insertEntries(site: Site, prepared: readonly PreparedEntry[]): Promise<Written[]> {
  await site.database.insertMany(
    'entries',
    prepared.map(({ entry }) => encodeEntry(entry)),
  );
  const ids = new Map<string, number>();
  for (let at = 0; at < prepared.length; at += ASKED) {
    const uuids = prepared.slice(at, at + ASKED).map(({ entry }) => entry.uuid);
    const rows = (await site.database.write('entries').select('id', 'uuid').whereIn('uuid', uuids)) as {
      id: number;
      uuid: string;
    }[];
    for (const { id, uuid } of rows) ids.set(uuid, id);
  }
  return prepared.map(({ entry, ...rest }) => {
    const id = ids.get(entry.uuid);
    if (id === undefined) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `The entry ${entry.uuid} was not kept.`);
    return { ...rest, entry: { ...entry, id }, termIds: [] };
  });
}

async function writeParts(site: Site, written: readonly Written[], viewer: Viewer): Promise<void> {
  const { database } = site;
  const find = termFinder(site, viewer);
  const terms: object[] = [];
  for (const item of written) {
    const rows = await termRows(site, item.entry, item.draft.terms, async (taxonomy, wanted) => {
      const ids = await Promise.all(wanted.map((term) => find(taxonomy, term)));
      return [...new Set(ids.flat())];
    });
    item.termIds = rows.map((row) => row.term_id);
    terms.push(...rows);
    if (item.draft.meta) await site.meta.add('entry', item.entry.id, item.draft.meta);
  }
  await database.insertMany('entry_terms', terms);
  await database.insertMany(
    'entry_index',
    written.flatMap(({ entry, type }) => indexRows(entry, type)),
  );
  await database.insertMany(
    'entry_relations',
    written.flatMap(({ entry, type }) => relationRows(entry, type)),
  );
  const sums = new TallySums(await site.options.get<string>('timezone'));
  for (const { entry, termIds } of written) sums.add({ entry, termIds });
  await database.insertMany('tallies', sums.rows);
}
