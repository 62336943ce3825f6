import { isGalleyError, messageOf, type Site, STATUSES, SYSTEM, type Viewer } from 'galley';
import type { AuthorMap, MappedAuthor } from './author-map.ts';
import { type CommentImport, commentKey } from './comment-import.ts';
import type { ImportReport, Place } from './import-report.ts';
import {
  fingerprintOf,
  type ImportRow,
  type ImportStore,
  menuItemKey,
  type NewImportRow,
  type Pending,
} from './import-store.ts';
import { draftOf, type ItemDraft, NOT_CONTENT, uuidOf } from './item-draft.ts';
import type { LinkResolver } from './link-resolver.ts';
import { menuItemOf, menuOf } from './menu-item.ts';
import { fileKey, oldAddress, plainNumber } from './old-address.ts';
import type { References } from './references.ts';
import type { TermImport } from './term-import.ts';
import type { WxrItem, WxrSite } from './wxr-records.ts';

/** What the import of items works with. */
export interface ItemParts {
  site: Site;
  store: ImportStore;
  report: ImportReport;
  viewer: Viewer;
  zone: string;
  from: WxrSite;
  authors: AuthorMap;
  terms: TermImport;
  comments: CommentImport;
  references: References;
  links: LinkResolver;
}

/** With these the store is gone or broken: going on would only repeat them. */
const FATAL = ['GALLEY_DATABASE_UNAVAILABLE', 'GALLEY_DATABASE_TIMEOUT', 'GALLEY_DATABASE_FAILED'] as const;

/** The key of an item in the map, unless another export has the same. */
export function itemKey(item: WxrItem): string {
  if (item.id === 0) return `unnumbered ${item.guid || item.link || `${item.title} ${item.date}`}`;
  return item.type === 'nav_menu_item' ? menuItemKey(item.id, menuOf(item)) : String(item.id);
}

/** Tells apart what has the same number by accident, as in exports of two sites that were both on `localhost`. */
const markOf = (item: WxrItem): string => fingerprintOf(item.type, item.guid || `${item.title} ${item.date}`);

const markedKeyOf = (item: WxrItem): string => `${itemKey(item)}#${markOf(item)}`;

const placeOf = (item: WxrItem): Place => ({ line: item.line, what: item.title || item.link });

const isFatal = (error: unknown): boolean => FATAL.some((code) => isGalleyError(error, code));

/** What an earlier run made of an item, and the key under which it is kept: its number, unless that is taken. */
function look(item: WxrItem, rows: ReadonlyMap<string, ImportRow>): { key: string; row: ImportRow | undefined } {
  const [plain, marked] = [itemKey(item), markedKeyOf(item)];
  const own = [rows.get(plain), rows.get(marked)].find((row) => row?.fingerprint === markOf(item));
  return { key: own?.foreignId ?? (rows.has(plain) ? marked : plain), row: own };
}

/** Brings items in, each with its terms, meta, comments and rows of the map, or not at all. */
export class ItemImport {
  readonly #parts: ItemParts;

  constructor(parts: ItemParts) {
    this.#parts = parts;
  }

  /**
   * Brings items in, or says why not. All go into one transaction, which is much cheaper than one each; where one of
   * them fails that is undone, and each is brought by itself. Throws only where nothing can go on.
   *
   * @param tick told after each how many of them are done; signal stops between two
   */
  async bring(given: readonly WxrItem[], tick: (done: number) => void, signal?: AbortSignal): Promise<void> {
    const items: WxrItem[] = [];
    for (const item of given) items.push(...(await this.#accepted(item)));
    if (items.length > 1 && (await this.#together(items, tick, signal))) return;
    for (const [index, item] of items.entries()) {
      if (signal?.aborted) return;
      await this.#telling(item, async () => this.#bring(item, await this.#rowsOf([item])));
      tick(index + 1);
    }
  }

  /** The item as plugins want it; none where it is left out. */
  async #accepted(given: WxrItem): Promise<WxrItem[]> {
    const { site, report, from } = this.#parts;
    const accepted: WxrItem[] = [];
    await this.#telling(given, async () => {
      const item = await site.hooks.applyFilters('import:item', given, { site: from });
      const refusal = item === null ? 'a plugin left it out' : refusalOf(site, item);
      if (item !== null && refusal === undefined) accepted.push(item);
      else report.refuse(item?.type ?? given.type, 'skipped', refusal ?? '', placeOf(given));
    });
    return accepted;
  }

  /** Runs work for an item; what fails is told. */
  async #telling(item: WxrItem, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isFatal(error)) throw error;
      this.#parts.report.refuse(item.type, 'failed', messageOf(error), placeOf(item));
    }
  }

  /** Whether all came in; where not, it is as if nothing had been tried. */
  async #together(
    items: readonly WxrItem[],
    tick: (done: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const { site, report, authors } = this.#parts;
    if (report.isDry) return false;
    const mark = report.mark();
    try {
      // Not in the transaction: an author who was made for an item that fails stays.
      for (const item of items) await authors.byLogin(item.creator);
      const told = report.mark();
      await site.database.transaction(async () => {
        report.rewind(told);
        const rows = await this.#rowsOf(items);
        for (const [index, item] of items.entries()) {
          if (signal?.aborted) return;
          await this.#bring(item, rows);
          tick(index + 1);
        }
      });
      return true;
    } catch (error) {
      if (isFatal(error)) throw error;
      report.rewind(mark);
      return false;
    }
  }

  #rowsOf(items: readonly WxrItem[]): Promise<Map<string, ImportRow>> {
    const keys = items.flatMap((item) => [itemKey(item), markedKeyOf(item)]);
    return this.#parts.store.kept('item', keys);
  }

  async #bring(item: WxrItem, rows: ReadonlyMap<string, ImportRow>): Promise<void> {
    const { site, store, report, comments } = this.#parts;
    const { key, row } = look(item, rows);
    store.meet('item', itemKey(item), key);
    if (row) return this.#again(item, row);
    if (report.isDry) {
      report.count(item.type, 'imported');
      return comments.count(item, item.comments.length);
    }
    const known = await this.#byUuid(item);
    if (known !== undefined) return this.#recognise(item, key, known);
    const author = await this.#parts.authors.byLogin(item.creator);
    const work = (): Promise<void> => this.#store(item, key, author);
    await (site.database.isInTransaction ? work() : site.database.transaction(work));
    report.count(item.type, 'imported');
    comments.count(item, item.comments.length);
  }

  /** An item that an earlier run brought: only comments that are new come in. */
  async #again(item: WxrItem, row: ImportRow): Promise<void> {
    const { site, store, report, comments } = this.#parts;
    const target = { item, key: row.foreignId, entryId: row.localId };
    const missing = await comments.missing(target);
    if (missing.length > 0 && !report.isDry)
      await site.database.transaction(async () => {
        await store.add(await comments.bring(target, missing));
        this.#forgetComments(row.localId);
      });
    report.count(item.type, 'existing');
    comments.count(item, missing.length);
  }

  /** An export of this very site, or of one that it was made of: the entry is here already, and so are its comments. */
  async #recognise(item: WxrItem, key: string, entryId: number): Promise<void> {
    const { site, store, report, comments } = this.#parts;
    await site.database.transaction(async () => {
      const rows = await this.#rows(item, { key, entryId, pending: {} });
      const ids = item.comments.map((comment) => commentKey(key, comment));
      await store.add([...rows, ...ids.map((id) => ({ kind: 'comment' as const, foreignId: id, localId: 0 }))]);
    });
    report.count(item.type, 'existing');
    comments.count(item, 0);
  }

  async #byUuid(item: WxrItem): Promise<number | undefined> {
    const uuid = uuidOf(item);
    if (uuid === undefined) return undefined;
    const { site } = this.#parts;
    const query = { uuid, type: site.types.names(), status: STATUSES, body: false };
    return (await site.entries.findOne(query, SYSTEM))?.id;
  }

  /** Runs in a transaction. */
  async #store(item: WxrItem, key: string, author: MappedAuthor): Promise<void> {
    const { site, store, terms, comments, viewer } = this.#parts;
    const { draft, pending } = await this.#complete(item);
    draft.authorId = author.id;
    draft.terms = await terms.ofItem(item, site.types.need(item.type).taxonomies);
    const entry = await site.entries.save(draft, { viewer, htmlBy: author.viewer, isImport: true });
    const rows = await this.#rows(item, { key, entryId: entry.id, pending });
    const added = await comments.bring({ item, key, entryId: entry.id }, item.comments);
    if (added.length > 0) this.#forgetComments(entry.id);
    await store.add([...rows, ...added]);
  }

  /** The draft with its references and addresses, as far as what they lead to has come in. */
  async #complete(item: WxrItem): Promise<ItemDraft> {
    const { site, zone, references, links } = this.#parts;
    const { draft, pending: own } = draftOf(site, item, zone);
    const menu = item.type === 'nav_menu_item' ? menuItemOf(item) : undefined;
    if (menu) draft.fields = { ...menu.fields, ...draft.fields };
    // WordPress gives a menu item the parent of what it leads to; where it stands in the menu is told elsewhere.
    const { parent: _, ...ownOfMenu } = own;
    const open = menu ? { ...ownOfMenu, ...menu.pending } : own;
    const { found, rest } = await references.resolve(item.type, open, false);
    const { objectId, ...ids } = found;
    Object.assign(draft, ids);
    if (rest.file) rest.file.export = this.#parts.report.file;
    if (objectId !== undefined) draft.fields = { ...draft.fields, objectId };
    if (rest.parent !== undefined && site.types.get(item.type)?.hierarchical) rest.slug = draft.slug ?? '';
    const url = typeof draft.fields?.['url'] === 'string' ? draft.fields['url'] : '';
    const { texts, isOpen } = await links.rewrite([draft.content ?? '', draft.excerpt ?? '', url], false);
    [draft.content, draft.excerpt] = texts;
    if (url !== '') draft.fields = { ...draft.fields, url: texts[2] };
    return { draft, pending: isOpen ? { ...rest, urls: true } : rest };
  }

  async #rows(item: WxrItem, kept: { key: string; entryId: number; pending: Pending }): Promise<NewImportRow[]> {
    const { site, store } = this.#parts;
    const { key, entryId, pending } = kept;
    const isAddressed = site.types.get(item.type)?.public === true || item.type === 'attachment';
    const address = isAddressed ? oldAddress(item.link) : null;
    const link = address === null || plainNumber(address) !== undefined ? null : address;
    const open = Object.keys(pending).length > 0 ? pending : null;
    const own = { kind: 'item' as const, foreignId: key, localId: entryId, fingerprint: markOf(item) };
    const rows: NewImportRow[] = [{ ...own, link, pending: open }];
    const file = item.type === 'attachment' ? fileKey(item.attachmentUrl) : null;
    if (file !== null && !(await store.get('file', file)))
      rows.push({ kind: 'file', foreignId: file, localId: entryId });
    return rows;
  }

  #forgetComments(entryId: number): void {
    const { site } = this.#parts;
    void site.database.afterCommit(() => site.cache.invalidate([`comments:${entryId}`, 'comments']));
  }
}

/** Why an item is not for this site at all. */
function refusalOf(site: Site, item: WxrItem): string | undefined {
  if (NOT_CONTENT.has(item.type)) return 'a setting of WordPress, not content';
  if (!site.types.has(item.type)) return `no active plugin knows the content type "${item.type}"`;
  if (item.status === 'auto-draft') return 'an empty draft that WordPress made by itself';
  return undefined;
}
