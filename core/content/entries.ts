import type { EntryAction } from '../identity/capabilities.ts';
import { ANONYMOUS, type Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import type { EntryDraft, SaveOptions } from './draft.ts';
import type { Entry } from './entry.ts';
import { childrenOf, withLinks } from './entry-links.ts';
import { mayDoWith, needType } from './entry-rights.ts';
import {
  type Farewell,
  findFarewells,
  findTrashedBy,
  listRemoved,
  type RemovedEntry,
  type RemovedQuery,
} from './farewells.ts';
import type { Fields } from './field-types.ts';
import { fieldsFor } from './fields.ts';
import { importEntries } from './import-entries.ts';
import { IndexUpkeep } from './index-upkeep.ts';
import { type NumberedPage, pageEntries } from './paging.ts';
import { type PresentedEntry, type PresentOptions, presentEntries } from './presenter.ts';
import { countEntries, type EntryPage, type EntryQuery, findEntries, MAX_LIMIT } from './query.ts';
import { recount } from './recount.ts';
import { removeEntry, restoreEntry, saveEntry, trashEntry } from './repository.ts';
import { draftFrom, type RevisionPart } from './revision-restore.ts';
import { findRevisionAt, getRevision, listRevisions, type Revision } from './revisions.ts';
import { endOfTags, publishScheduled, unpublishEnded } from './schedule.ts';
import { readTallies, readTotals, type Tally } from './tallies.ts';
import { unsavedEntry } from './unsaved.ts';

const ALL_STATUSES = ['publish', 'inherit', 'private', 'draft', 'pending', 'future', 'trash', 'auto-draft'];

/** The entries of the site: all that reads or changes content goes through here. */
export class Entries {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** One page of a list. See {@link EntryQuery}; without a viewer, as an anonymous visitor sees it. */
  find(query: EntryQuery, viewer: Viewer = ANONYMOUS): Promise<EntryPage> {
    return findEntries(this.#site, query, viewer);
  }

  /** A page of a list by its number, with the number of pages. */
  page(query: EntryQuery, page: number, viewer: Viewer = ANONYMOUS): Promise<NumberedPage> {
    return pageEntries(this.#site, query, page, viewer);
  }

  /** The first entry that fits. */
  async findOne(query: EntryQuery, viewer: Viewer = ANONYMOUS): Promise<Entry | undefined> {
    return (await this.find({ ...query, limit: 1 }, viewer)).items[0];
  }

  /** An entry by id, in whatever status the viewer may see. */
  async get(id: number, viewer: Viewer = ANONYMOUS): Promise<Entry | undefined> {
    return (await this.getMany([id], viewer)).get(id);
  }

  /** Entries by id, one query for each thousand; those that the viewer may not see are absent. */
  async getMany(ids: readonly number[], viewer: Viewer = ANONYMOUS): Promise<Map<number, Entry>> {
    const unique = [...new Set(ids)];
    const type = this.#site.types.names();
    const result = new Map<number, Entry>();
    for (let from = 0; from < unique.length; from += MAX_LIMIT) {
      const some = unique.slice(from, from + MAX_LIMIT);
      const query: EntryQuery = { ids: some, type, status: ALL_STATUSES, limit: some.length, order: 'id' };
      for (const entry of (await this.find(query, viewer)).items) result.set(entry.id, entry);
    }
    return result;
  }

  /**
   * An entry by id.
   * @throws GALLEY_ENTRY_UNKNOWN also where the viewer may not see it: nobody learns that it exists
   */
  async need(id: number, viewer: Viewer = ANONYMOUS): Promise<Entry> {
    const entry = await this.get(id, viewer);
    if (!entry) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no entry ${id}.`);
    return entry;
  }

  /** How many there are, counted up to `bound` (1000). For whole lists use `counts`. */
  count(query: EntryQuery, viewer: Viewer = ANONYMOUS, bound?: number): Promise<number> {
    return countEntries(this.#site, query, viewer, bound);
  }

  /** The exact number of entries of a type by status and month; from sums, never by counting. */
  async counts(scope = 'all'): Promise<Tally[]> {
    return readTallies(this.#site, scope);
  }

  /** The exact number of entries of a type in one status. */
  async total(type: string, status = 'publish'): Promise<number> {
    return (await readTotals(this.#site, ['all'], { type, status })).get('all') ?? 0;
  }

  /**
   * Makes all counts and summaries anew: after rows were changed by hand.
   * @returns how many entries there are, and how many summaries were wrong
   */
  recount(): Promise<{ entries: number; summaries: number }> {
    return recount(this.#site);
  }

  /** Makes (without `id`) or changes an entry. */
  save(draft: EntryDraft, options: SaveOptions): Promise<Entry> {
    return saveEntry(this.#site, draft, options);
  }

  /** Makes many new entries at once, as an import does: all or none. Give it some hundred at a time. */
  importMany(drafts: readonly EntryDraft[], options: { viewer: Viewer; htmlBy?: Viewer }): Promise<Entry[]> {
    return importEntries(this.#site, drafts, options);
  }

  /** The entry as a draft would make it, sanitised, without saving it. See {@link unsavedEntry}. */
  async unsaved(draft: EntryDraft, { viewer }: { viewer: Viewer }): Promise<Entry> {
    const previous = draft.id === undefined ? undefined : await this.need(draft.id, viewer);
    return unsavedEntry(this.#site, draft, { viewer, previous });
  }

  trash(id: number, options: { viewer: Viewer }): Promise<Entry> {
    return trashEntry(this.#site, id, options);
  }

  restore(id: number, options: { viewer: Viewer }): Promise<Entry> {
    return restoreEntry(this.#site, id, options);
  }

  /** Removes for good. */
  remove(id: number, options: { viewer: Viewer }): Promise<void> {
    return removeEntry(this.#site, id, options);
  }

  /** Whether the viewer may do this with the entry. */
  may(
    viewer: Viewer,
    action: EntryAction,
    entry: Pick<Entry, 'type' | 'status' | 'authorId' | 'formerStatus'>,
  ): boolean {
    return mayDoWith(this.#site, viewer, action, entry);
  }

  /** Who moved entries to the trash or removed them last; left out where nobody knows, or this person may not. */
  farewells(ids: readonly number[], viewer: Viewer): Promise<Map<number, Farewell>> {
    return findFarewells(this.#site, ids, viewer);
  }

  /** The ids of what somebody moved to the trash, the newest of very many: what a list is narrowed by. */
  trashedBy(userId: number): Promise<number[]> {
    return findTrashedBy(this.#site, userId);
  }

  /** What was removed for good and this person could have edited, newest first; kept for as many days as the trash. */
  removed(query: RemovedQuery, viewer: Viewer): Promise<{ items: RemovedEntry[]; before: number | undefined }> {
    return listRemoved(this.#site, query, viewer);
  }

  /** The saved states of an entry, newest first. @throws GALLEY_PERMISSION_DENIED */
  async revisions(id: number, viewer: Viewer): Promise<Revision[]> {
    await this.#demandEdit(id, viewer);
    return listRevisions(this.#site, id);
  }

  /** One saved state. @throws GALLEY_PERMISSION_DENIED | GALLEY_ENTRY_UNKNOWN */
  async revision(id: number, revisionId: number, viewer: Viewer): Promise<Revision> {
    await this.#demandEdit(id, viewer);
    return getRevision(this.#site, id, revisionId);
  }

  /** The entry as it was in one version, as far as that is kept. @throws GALLEY_PERMISSION_DENIED */
  async revisionAt(id: number, version: number, viewer: Viewer): Promise<Revision | undefined> {
    await this.#demandEdit(id, viewer);
    return findRevisionAt(this.#site, id, version);
  }

  /**
   * Brings a revision back, or some of its parts, as a new version sanitised by the right of who does it: what is there
   * now stays among the revisions.
   */
  async restoreRevision(
    id: number,
    revisionId: number,
    { viewer, version, parts }: { viewer: Viewer; version?: number; parts?: readonly RevisionPart[] },
  ): Promise<Entry> {
    const [revision, entry] = [await this.revision(id, revisionId, viewer), await this.need(id, viewer)];
    const { fields } = needType(this.#site, entry.type);
    const draft = await draftFrom(this.#site, revision, { type: needType(this.#site, entry.type), parts });
    // What somebody may not change stays as it is now.
    const own = fieldsFor(fields, viewer, 'write');
    if (draft.fields)
      draft.fields = Object.fromEntries(Object.entries(draft.fields).filter(([name]) => Object.hasOwn(own, name)));
    return this.save({ id, ...draft }, { viewer, version });
  }

  async #demandEdit(id: number, viewer: Viewer): Promise<void> {
    const entry = await this.need(id, viewer);
    if (!this.may(viewer, 'edit', entry))
      throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not see the revisions of this.');
  }

  /** Entries as templates, feeds and APIs show them: with author, terms, addresses and dates. A handful of queries for all. */
  present(entries: readonly Entry[], options: PresentOptions = {}): Promise<PresentedEntry[]> {
    return presentEntries(this.#site, entries, options);
  }

  /** The entry with the links that others hold: what its fields with `inverse` show. */
  async linked(entry: Entry): Promise<Entry> {
    const [linked = entry] = await withLinks(this.#site, needType(this.#site, entry.type), [entry]);
    return linked;
  }

  /** The entries that each field of the kind `children` shows, in order. */
  children(entry: Entry, viewer: Viewer = ANONYMOUS): Promise<Record<string, Entry[]>> {
    return childrenOf(this.#site, entry, viewer);
  }

  /**
   * Has the entries of a type written to the index again, in the background: after its fields changed while the site
   * runs. What changed with a newer version of a plugin is seen at its start.
   */
  reindex(type: string, fields: Fields): Promise<void> {
    return new IndexUpkeep(this.#site).begin(type, fields);
  }

  /** Publishes what was scheduled for a moment that has come. Returns how many. */
  publishScheduled(viewer: Viewer): Promise<number> {
    return publishScheduled(this.#site, viewer);
  }

  /** Takes back what visitors were to see until a moment that has come. Returns how many. */
  unpublishEnded(viewer: Viewer): Promise<number> {
    return unpublishEnded(this.#site, viewer);
  }

  /** When the first of the entries ends that a page made at `since` with these tags may show. */
  endOf(tags: readonly string[], since = Date.now()): Promise<number | undefined> {
    return endOfTags(this.#site, tags, since);
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    readonly entries: Entries;
  }
}
