import { randomInt } from 'node:crypto';
import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError, isGalleyError } from '../lib/errors.ts';
import { tellWritten } from '../services/written.ts';
import { demandChanged } from './changed-row.ts';
import { checkDraft, type EntryDraft, type SaveOptions } from './draft.ts';
import { decodeEntry, type Entry, type EntryRow, encodeEntry } from './entry.ts';
import { writeLinks } from './entry-links.ts';
import { termIdsOf, writeFields, writeMeta, writeTerms } from './entry-parts.ts';
import { moveChildren, rememberPath, settlePath } from './entry-path.ts';
import { demand, mayDoWith, needType } from './entry-rights.ts';
import { isSame, isVisible, tagsOf } from './entry-tags.ts';
import { noteRemoved, noteTrashed } from './farewells.ts';
import { prepareEntry } from './prepare-entry.ts';
import { differs, recordOrigin, recordRevision } from './revisions.ts';
import { recordTallies } from './tallies.ts';

/** An entry that was saved, and what it was before. */
export interface EntryEvent {
  entry: Entry;
  previous: Entry | undefined;
  viewer: Viewer;
  /** What the sanitiser took out, in words, for the editor to see. */
  removed: string[];
  isImport: boolean;
}

/** How often a save is tried again when another one took the same address at the same time. */
const SLUG_RACES = 30;
const SLUG_RACE_PAUSE_MS = 20;

async function readForWrite(site: Site, id: number): Promise<Entry> {
  const row = (await site.database.write<EntryRow>('entries').select('*').where({ id }).first()) as
    | EntryRow
    | undefined;
  if (!row) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no entry ${id}.`);
  return decodeEntry(row);
}

function conflict(site: Site, current: Entry, version: number): GalleyError {
  const noun = (site.types.get(current.type)?.singular ?? 'entry').toLowerCase();
  return new GalleyError(
    'GALLEY_ENTRY_CONFLICT',
    `Not saved: somebody else changed this ${noun} since you opened it (you have version ${version}, now it is ${current.version}). Compare and save again.`,
    { details: { id: current.id, version: current.version } },
  );
}

/** Runs `work`; when another save took the same address at the same moment, once more. */
export async function retrySlugRace<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isGalleyError(error, 'GALLEY_DATABASE_DUPLICATE') || attempt >= SLUG_RACES) throw error;
      await new Promise((resolve) => setTimeout(resolve, randomInt(SLUG_RACE_PAUSE_MS)));
    }
  }
}

/**
 * Makes or changes an entry: rights, filters, validation, sanitising, then one transaction with its fields, terms,
 * meta, counts and revision. `entry:saving` runs inside it and may refuse; `entry:saved` runs after the commit.
 *
 * @throws GALLEY_PERMISSION_DENIED | GALLEY_ENTRY_CONFLICT | GALLEY_INPUT_INVALID | GALLEY_ENTRY_UNKNOWN | GALLEY_TYPE_UNKNOWN
 */
export async function saveEntry(site: Site, draft: EntryDraft, options: SaveOptions): Promise<Entry> {
  checkDraft(draft);
  return retrySlugRace(() => site.database.transaction(() => saveInTransaction(site, draft, options)));
}

async function saveInTransaction(site: Site, given: EntryDraft, options: SaveOptions): Promise<Entry> {
  const { viewer, isImport = false } = options;
  const previous = given.id === undefined ? undefined : await readForWrite(site, given.id);
  if (previous && options.version !== undefined && previous.version !== options.version)
    throw conflict(site, previous, options.version);
  const { draft, entry: merged, type, removed } = await prepareEntry(site, given, previous, options);
  await settlePath(site, type, merged, previous?.id);
  merged.version = (previous?.version ?? 0) + 1;
  const termsBefore = previous ? await termIdsOf(site, previous.id) : [];
  // Footnotes and their like are a part of the text that is kept beside it.
  const isTextMeta = Object.keys(draft.meta ?? {}).some((key) => site.meta.textKeys().has(key));
  const metaBefore = previous && isTextMeta ? await site.meta.ofText(previous.id) : undefined;
  const id = previous?.id ?? (await site.database.insert('entries', encodeEntry(merged)));
  const entry: Entry = { ...merged, id };
  if (previous) await updateRow(site, entry, previous);
  if (entry.status === 'trash' && previous && previous.status !== 'trash') await noteTrashed(site, previous, viewer);
  await writeFields(site, entry, type, !previous);
  if (!isImport)
    await writeLinks(site, entry, draft, {
      viewer,
      save: (other, how) => saveInTransaction(site, other, how),
      trash: (other) => trashInTransaction(site, other, viewer),
    });
  const termsAfter = await writeTerms(site, entry, draft.terms, { viewer, isNew: !previous });
  await writeMeta(site, id, draft.meta ?? {}, !previous);
  await recordTallies(site, previous && { entry: previous, termIds: termsBefore }, { entry, termIds: termsAfter });
  const moved =
    previous && entry.path !== null && previous.path !== entry.path
      ? await moveChildren(site, entry.type, id, entry.path)
      : [];
  const metaAfter = metaBefore && (await site.meta.ofText(id));
  const isMetaChanged = JSON.stringify(metaBefore) !== JSON.stringify(metaAfter);
  const isChanged = differs(previous, entry) || !isSame(termsBefore, termsAfter) || isMetaChanged;
  if (!isImport && type.supports.includes('revisions') && isChanged) {
    const meta = metaAfter ?? (await site.meta.ofText(id));
    if (previous) await recordOrigin(site, previous, { termIds: termsBefore, meta: metaBefore ?? meta });
    await recordRevision(site, entry, { viewer, termIds: termsAfter, meta });
  }
  await tellWritten(site, 'entry', { id, version: entry.version, previous: previous?.version });
  site.database.afterCommit(async () => {
    const tags = tagsOf(entry, previous, [...termsBefore, ...termsAfter], moved);
    if (isVisible(previous) && !isSame(termsBefore, termsAfter)) tags.push('anchors');
    await site.cache.invalidate(tags);
    await site.hooks.doAction('entry:saved', { entry, previous, viewer, removed, isImport });
  });
  return entry;
}

async function updateRow(site: Site, entry: Entry, previous: Entry): Promise<void> {
  const { id, ...rest } = entry;
  const count = await site.database.write('entries').where({ id, version: previous.version }).update(encodeEntry(rest));
  if (Number(count) === 0) throw conflict(site, await readForWrite(site, id), previous.version);
  await rememberPath(site, id, previous, entry.path);
}

/** Moves an entry to the trash. @throws GALLEY_PERMISSION_DENIED | GALLEY_ENTRY_UNKNOWN */
export async function trashEntry(site: Site, id: number, { viewer }: { viewer: Viewer }): Promise<Entry> {
  return retrySlugRace(() =>
    site.database.transaction(async () => {
      return trashInTransaction(site, await readForWrite(site, id), viewer);
    }),
  );
}

async function trashInTransaction(site: Site, previous: Entry, viewer: Viewer): Promise<Entry> {
  demand(mayDoWith(site, viewer, 'delete', previous), 'You may not move this to the trash.');
  if (previous.status === 'trash') return previous;
  await noteTrashed(site, previous, viewer);
  return changeStatus(site, previous, { status: 'trash', formerStatus: previous.status }, viewer);
}

/** Takes an entry out of the trash, with the status it had. @throws GALLEY_PERMISSION_DENIED | GALLEY_ENTRY_UNKNOWN */
export async function restoreEntry(site: Site, id: number, { viewer }: { viewer: Viewer }): Promise<Entry> {
  return retrySlugRace(() =>
    site.database.transaction(async () => {
      const previous = await readForWrite(site, id);
      demand(mayDoWith(site, viewer, 'delete', previous), 'You may not restore this.');
      if (previous.status !== 'trash') return previous;
      return changeStatus(site, previous, { status: previous.formerStatus ?? 'draft', formerStatus: null }, viewer);
    }),
  );
}

async function changeStatus(
  site: Site,
  previous: Entry,
  change: Pick<Entry, 'status' | 'formerStatus'>,
  viewer: Viewer,
): Promise<Entry> {
  const entry: Entry = { ...previous, ...change, version: previous.version + 1, modifiedAt: Date.now() };
  await settlePath(site, needType(site, entry.type), entry, entry.id);
  await updateRow(site, entry, previous);
  const termIds = await writeTerms(site, entry, undefined, { viewer });
  await recordTallies(site, { entry: previous, termIds }, { entry, termIds });
  // What comes out of the trash may find its address taken, and what stands below it moves along.
  const moved = entry.path === null ? [] : await moveChildren(site, entry.type, entry.id, entry.path);
  await tellWritten(site, 'entry', { id: entry.id, version: entry.version, previous: previous.version });
  site.database.afterCommit(async () => {
    await site.cache.invalidate(tagsOf(entry, previous, termIds, moved));
    await site.hooks.doAction('entry:saved', { entry, previous, viewer, removed: [], isImport: false });
  });
  return entry;
}

const OWN_TABLES: [table: string, column: string][] = [
  ['entry_meta', 'entry_id'],
  ['entry_index', 'entry_id'],
  ['entry_terms', 'entry_id'],
  ['entry_relations', 'from_id'],
  ['entry_relations', 'to_id'],
  ['entry_paths', 'entry_id'],
  ['revisions', 'entry_id'],
];

/** Removes an entry for good, with its revisions and meta. What stands below it moves up. @throws GALLEY_PERMISSION_DENIED | GALLEY_ENTRY_UNKNOWN */
export async function removeEntry(site: Site, id: number, options: { viewer: Viewer }): Promise<void> {
  await retrySlugRace(() => site.database.transaction(() => removeInTransaction(site, id, options)));
}

async function removeInTransaction(site: Site, id: number, { viewer }: { viewer: Viewer }): Promise<void> {
  const entry = await readForWrite(site, id);
  demand(mayDoWith(site, viewer, 'delete', entry), 'You may not delete this.');
  await site.hooks.applyFilters('entry:removing', entry, { viewer });
  const termIds = await termIdsOf(site, id);
  await recordTallies(site, { entry, termIds }, undefined);
  const moved = await moveUp(site, entry);
  await site.database.write('entries').where({ featured_id: id }).update({ featured_id: null });
  for (const [table, column] of OWN_TABLES)
    await site.database
      .write(table)
      .where({ [column]: id })
      .delete();
  demandChanged(await site.database.write('entries').where({ id, version: entry.version }).delete(), 'entries');
  await noteRemoved(site, entry, viewer);
  site.database.afterCommit(async () => {
    await site.cache.invalidate(tagsOf(entry, entry, termIds, moved));
    await site.hooks.doAction('entry:removed', { entry, viewer });
  });
}

/** Puts what stands below an entry below its parent. Returns the ids of all whose address changed. */
async function moveUp(site: Site, entry: Entry): Promise<number[]> {
  const children = (await site.database
    .write<EntryRow>('entries')
    .select('*')
    .where({ parent_id: entry.id })
    .forUpdate()
    .limit(10_000)) as EntryRow[];
  const moved: number[] = [];
  for (const row of children) {
    const child = decodeEntry(row);
    const next = { ...child, parentId: entry.parentId, version: child.version + 1 };
    const type = site.types.get(child.type);
    // The plugin of the type may be switched off; its entries keep their address.
    if (type) await settlePath(site, type, next, child.id);
    await updateRow(site, next, child);
    await tellWritten(site, 'entry', { id: child.id, version: next.version, previous: child.version });
    moved.push(child.id);
    if (next.path !== null) moved.push(...(await moveChildren(site, child.type, child.id, next.path)));
  }
  return moved;
}

declare module '../kernel/hook-types.ts' {
  interface Hooks {
    'entry:saving': FilterHook<
      EntryDraft,
      [context: { previous: Entry | undefined; viewer: Viewer; isImport: boolean }]
    >;
    'entry:saved': ActionHook<[event: EntryEvent]>;
    'entry:removing': FilterHook<Entry, [context: { viewer: Viewer }]>;
    'entry:removed': ActionHook<[event: { entry: Entry; viewer: Viewer }]>;
  }
}
