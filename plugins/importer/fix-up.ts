import { type Entry, type EntryDraft, isGalleyError, type Site, SYSTEM, type Viewer } from 'galley';
import type { AuthorMap } from './author-map.ts';
import { findIds, rewriteIds } from './id-rewriter.ts';
import type { ImportReport } from './import-report.ts';
import type { ImportRow, ImportStore, Pending } from './import-store.ts';
import type { LinkResolver } from './link-resolver.ts';
import { hasReferences, type References } from './references.ts';

/** What the last phase works with. */
export interface FixUpParts {
  site: Site;
  store: ImportStore;
  report: ImportReport;
  viewer: Viewer;
  authors: AuthorMap;
  references: References;
  links: LinkResolver;
}

/** Does what could only be done once everything had come in. Each row is one transaction, so it goes on after a kill. */
export class FixUp {
  readonly #parts: FixUpParts;

  constructor(parts: FixUpParts) {
    this.#parts = parts;
  }

  /** @param tick told after each entry; signal stops between two */
  async run(tick: () => void, signal: AbortSignal | undefined): Promise<void> {
    const each = { tick, signal };
    await this.#each(each, hasReferences, (entry, pending) => this.#refer(entry, pending));
    // Addresses come last: only now every entry stands where it will stay.
    const isText = ({ urls, ids }: Pending): boolean => urls === true || ids === true;
    await this.#each(each, isText, (entry, pending) => this.#rewrite(entry, pending));
  }

  async #each(
    { tick, signal }: { tick: () => void; signal: AbortSignal | undefined },
    isMeant: (pending: Pending) => boolean,
    work: (entry: Entry, pending: Pending) => Promise<Pending>,
  ): Promise<void> {
    const { site, store } = this.#parts;
    for await (const rows of store.pending('item')) {
      for (const row of rows) {
        if (signal?.aborted) return;
        if (!row.pending || !isMeant(row.pending)) continue;
        await site.database.transaction(() => this.#one(row, row.pending ?? {}, work));
        tick();
      }
    }
  }

  async #one(
    row: ImportRow,
    pending: Pending,
    work: (entry: Entry, pending: Pending) => Promise<Pending>,
  ): Promise<void> {
    const { site, store } = this.#parts;
    const entry = await site.entries.get(row.localId, SYSTEM);
    const rest = entry ? await work(entry, pending) : {};
    if (JSON.stringify(rest) !== JSON.stringify(pending)) await store.settle(row.id, rest);
  }

  async #refer(entry: Entry, pending: Pending): Promise<Pending> {
    const { slug, ...wanted } = pending;
    const { found, rest } = await this.#parts.references.resolve(entry.type, wanted, true);
    const { objectId, ...ids } = found;
    const change: EntryDraft = {
      ...ids,
      ...(objectId === undefined ? {} : { fields: { objectId } }),
      ...(ids.parentId != null && slug ? { slug } : {}),
    };
    const place = { line: 0, what: entry.title || entry.slug };
    if (rest.parent !== undefined && rest.parent > 0)
      this.#parts.report.note(entry.type, 'changed', 'its parent did not come in, so it stands on top', place);
    if (rest.featured !== undefined)
      this.#parts.report.note(entry.type, 'changed', 'its featured image did not come in', place);
    if (rest.target !== undefined)
      this.#parts.report.note(entry.type, 'changed', 'what it leads to did not come in, so menus leave it out', place);
    await this.#saveOnTop(entry, change);
    const { parent: _, menu: __, featured: ___, target: ____, ...left } = rest;
    return left;
  }

  /** Saves; what would stand below itself stays on top. */
  async #saveOnTop(entry: Entry, change: EntryDraft): Promise<void> {
    try {
      await this.#save(entry, change);
    } catch (error) {
      if (!isGalleyError(error, 'GALLEY_INPUT_INVALID') || change.parentId === undefined) throw error;
      const { parentId: _, slug: __, ...rest } = change;
      const place = { line: 0, what: entry.title || entry.slug };
      this.#parts.report.note(entry.type, 'changed', 'its parent stands below it, so it stands on top', place);
      await this.#save(entry, rest);
    }
  }

  async #rewrite(entry: Entry, pending: Pending): Promise<Pending> {
    const { urls, ids, ...rest } = pending;
    const content = ids ? await this.#withIds(entry.content) : entry.content;
    const url = typeof entry.fields['url'] === 'string' && entry.type === 'nav_menu_item' ? entry.fields['url'] : '';
    const { texts, isOpen } = await this.#parts.links.rewrite(urls ? [content, entry.excerpt, url] : [], true);
    const [newContent = content, newExcerpt = entry.excerpt, newUrl = url] = texts;
    await this.#save(entry, {
      ...(newContent === entry.content ? {} : { content: newContent }),
      ...(newExcerpt === entry.excerpt ? {} : { excerpt: newExcerpt }),
      ...(newUrl === url ? {} : { fields: { url: newUrl } }),
    });
    // A file may still come with a later run; then its addresses are put right.
    return isOpen ? { ...rest, urls: true } : rest;
  }

  async #withIds(content: string): Promise<string> {
    const rows = await this.#parts.store.find('item', findIds(content).map(String));
    return rewriteIds(content, (id) => rows.get(String(id))?.localId);
  }

  async #save(entry: Entry, change: EntryDraft): Promise<void> {
    if (Object.keys(change).length === 0) return;
    const { site, viewer, authors } = this.#parts;
    const htmlBy = await authors.viewerOf(entry.authorId);
    await site.entries.save(
      { id: entry.id, modifiedAt: entry.modifiedAt, ...change },
      { viewer, htmlBy, version: entry.version, isImport: true },
    );
  }
}
