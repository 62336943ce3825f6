import { type Entry, escapeHtml, isGalleyError, type Site, type Viewer } from 'galley';
import { FOLDERS, needFolder } from './folders.ts';
import { demandLibrary, type MediaItems } from './items.ts';

/** What may be said of a file. Absent members stay as they are. */
export interface ItemChange {
  /** Plain text. */
  title?: string;
  /** The title as HTML, instead. */
  titleHtml?: string;
  alt?: string;
  /** HTML, sanitised. */
  caption?: string;
  credit?: string;
  /** HTML, sanitised. */
  description?: string;
  /** null takes it out of all folders. */
  folder?: number | null;
}

/** Where files were before they were moved. */
export interface FormerPlace {
  folder: number | null;
  ids: number[];
}

/** What became of several files. */
export interface BulkResult {
  /** Ids of those that were changed. */
  done: number[];
  /** Why others were not. */
  refused: { id: number; reason: string }[];
}

const oneLine = (value: string): string => value.replace(/\s+/g, ' ').trim();

/** Changes what is said of files, and where they are. Entries check the right to each. */
export class MediaChanges {
  readonly #site: Site;
  readonly #items: MediaItems;

  constructor(site: Site, items: MediaItems) {
    this.#site = site;
    this.#items = items;
  }

  /** Saves what is said of one file. @throws GALLEY_ENTRY_CONFLICT | GALLEY_PERMISSION_DENIED | GALLEY_ENTRY_UNKNOWN | GALLEY_INPUT_INVALID */
  async update(
    id: number,
    change: ItemChange,
    { viewer, version }: { viewer: Viewer; version?: number },
  ): Promise<Entry> {
    await this.#items.need(id, viewer);
    const { titleHtml, alt, caption, credit, description, folder } = change;
    const title = change.title === undefined ? titleHtml : escapeHtml(oneLine(change.title));
    if (folder) await needFolder(this.#site, folder);
    return this.#site.entries.save(
      {
        id,
        ...(title === undefined ? {} : { title }),
        ...(caption === undefined ? {} : { excerpt: caption }),
        ...(description === undefined ? {} : { content: description }),
        fields: {
          ...(alt === undefined ? {} : { alt: oneLine(alt) }),
          ...(credit === undefined ? {} : { credit: oneLine(credit) }),
        },
        ...(folder === undefined ? {} : { terms: { [FOLDERS]: folder === null ? [] : [folder] } }),
      },
      { viewer, ...(version === undefined ? {} : { version }) },
    );
  }

  /** Puts files into a folder, or out of all; `from` tells where those that are moved were. */
  async move(
    ids: readonly number[],
    folder: number | null,
    viewer: Viewer,
  ): Promise<BulkResult & { from: FormerPlace[] }> {
    if (folder !== null) await needFolder(this.#site, folder);
    const terms = await this.#site.terms.ofEntries([...ids]);
    const result = await this.#each(ids, viewer, (id) => this.update(id, { folder }, { viewer }));
    const from = new Map<number | null, number[]>();
    for (const id of result.done) {
      const place = terms.get(id)?.find(({ taxonomy }) => taxonomy === FOLDERS)?.id ?? null;
      from.set(place, [...(from.get(place) ?? []), id]);
    }
    return { ...result, from: [...from].map(([former, moved]) => ({ folder: former, ids: moved })) };
  }

  /** Puts files back to where they were. */
  async moveBack(places: readonly FormerPlace[], viewer: Viewer): Promise<BulkResult> {
    const all: BulkResult = { done: [], refused: [] };
    for (const { folder, ids } of places) {
      try {
        const { done, refused } = await this.move(ids, folder, viewer);
        all.done.push(...done);
        all.refused.push(...refused);
      } catch (error) {
        // The folder may be gone by now.
        all.refused.push(...ids.map((id) => ({ id, reason: refusalOf(error) })));
      }
    }
    return all;
  }

  /** Says the same of several files: whose work they are, what is to be seen, what stands below. */
  describe(
    ids: readonly number[],
    change: Pick<ItemChange, 'credit' | 'alt' | 'caption'>,
    viewer: Viewer,
  ): Promise<BulkResult> {
    return this.#each(ids, viewer, (id) => this.update(id, change, { viewer }));
  }

  /** Moves files to the trash: nobody sees them until they are taken out again. */
  trash(ids: readonly number[], viewer: Viewer): Promise<BulkResult> {
    return this.#each(ids, viewer, async (id) => {
      await this.#items.need(id, viewer);
      await this.#site.entries.trash(id, { viewer });
    });
  }

  /** Takes files out of the trash. */
  restore(ids: readonly number[], viewer: Viewer): Promise<BulkResult> {
    return this.#each(ids, viewer, async (id) => {
      await this.#items.need(id, viewer);
      await this.#site.entries.restore(id, { viewer });
    });
  }

  /** Deletes files for good, with all their copies. */
  remove(ids: readonly number[], viewer: Viewer): Promise<BulkResult> {
    return this.#each(ids, viewer, async (id) => {
      await this.#items.need(id, viewer);
      await this.#site.entries.remove(id, { viewer });
    });
  }

  /** One after the other: what is refused is named and holds the others up in nothing. */
  async #each(ids: readonly number[], viewer: Viewer, change: (id: number) => Promise<unknown>): Promise<BulkResult> {
    demandLibrary(viewer);
    const result: BulkResult = { done: [], refused: [] };
    for (const id of new Set(ids)) {
      try {
        await change(id);
        result.done.push(id);
      } catch (error) {
        result.refused.push({ id, reason: refusalOf(error) });
      }
    }
    return result;
  }
}

/** The words of a refusal. What is no refusal goes on its way. */
function refusalOf(error: unknown): string {
  if (isGalleyError(error) && error.status < 500) return error.message;
  throw error;
}
