import { isGalleyError, type Site, slugify, type Term, type Viewer } from 'galley';
import type { ImportReport } from './import-report.ts';
import type { ImportStore, NewImportRow, Pending } from './import-store.ts';
import { decodePath } from './old-address.ts';
import type { WxrItem, WxrTerm } from './wxr-records.ts';

const KNOWN_MAX = 20_000;
const NAME_MAX = 200;
const META_KEY_MAX = 255;

type NamedTerm = WxrItem['terms'][number];

const cleanSlug = (slug: string): string => slugify(decodePath(slug.trim()));

/** Brings the terms of an export in, by slug: what the site has already is used as it is. */
export class TermImport {
  readonly #site: Site;
  readonly #store: ImportStore;
  readonly #report: ImportReport;
  readonly #viewer: Viewer;
  /** Ids by taxonomy and slug of the export. */
  readonly #known = new Map<string, number>();

  constructor(parts: { site: Site; store: ImportStore; report: ImportReport; viewer: Viewer }) {
    this.#site = parts.site;
    this.#store = parts.store;
    this.#report = parts.report;
    this.#viewer = parts.viewer;
  }

  /** A term that the export describes. */
  async declare(term: WxrTerm): Promise<void> {
    const place = { line: term.line, what: term.name || term.slug };
    if (!this.#site.taxonomies.has(term.taxonomy))
      return this.#report.refuse('term', 'skipped', unknown(term.taxonomy), place);
    const slug = cleanSlug(term.slug || term.name);
    if (slug === '') return this.#report.refuse(term.taxonomy, 'skipped', 'it has neither a slug nor a name', place);
    const key = `${term.taxonomy} ${slug}`;
    const known = await this.#store.get('term', key);
    const found = known ? undefined : await this.#site.terms.bySlug(term.taxonomy, slug);
    this.#report.count(term.taxonomy, known || found ? 'existing' : 'imported');
    if (this.#report.isDry) return;
    if (!known) return this.#bring(term, key, slug, found);
    this.#remember(key, known.localId);
    await this.#store.add(await this.#numbered(term, slug, known.localId));
  }

  async #bring(term: WxrTerm, key: string, slug: string, found: Term | undefined): Promise<void> {
    await this.#site.database.transaction(async () => {
      const parentSlug = cleanSlug(term.parentSlug);
      const isTree = this.#site.taxonomies.get(term.taxonomy)?.hierarchical === true;
      const parent = isTree && parentSlug !== '' ? await this.#find(term.taxonomy, parentSlug) : undefined;
      const saved = found ?? (await this.#create(term, slug, parent));
      const places = term.taxonomy === 'nav_menu' ? placesOf(term, slug) : [];
      const pending: Pending = {
        ...(!found && isTree && parentSlug !== '' && parent === undefined ? { termParent: parentSlug } : {}),
        ...(!found && places.length > 0 ? { places } : {}),
      };
      const rows: NewImportRow[] = [{ kind: 'term', foreignId: key, localId: saved.id, pending: orNull(pending) }];
      rows.push(...(await this.#numbered(term, slug, saved.id)));
      await this.#store.add(rows);
      this.#remember(key, saved.id);
    });
  }

  /** The row by which menus find the term, unless it is there; beside it where the number is another term's. */
  async #numbered(term: WxrTerm, slug: string, localId: number): Promise<NewImportRow[]> {
    if (term.id === null) return [];
    const plain = `${term.taxonomy} ${term.id}`;
    const marked = `${plain}#${slug}`;
    const rows = await this.#store.find('term-id', [plain, marked]);
    const own = [rows.get(plain), rows.get(marked)].find((row) => row?.localId === localId);
    const key = own?.foreignId ?? (rows.has(plain) ? marked : plain);
    this.#store.meet('term-id', plain, key);
    return own ? [] : [{ kind: 'term-id', foreignId: key, localId }];
  }

  async #create(term: WxrTerm, slug: string, parentId: number | undefined): Promise<Term> {
    const position = term.data['position'];
    const saved = await this.#site.terms.save(
      {
        taxonomy: term.taxonomy,
        slug,
        name: (term.name.trim() || slug).slice(0, NAME_MAX),
        description: term.description,
        parentId: parentId ?? null,
        ...(Number.isSafeInteger(position) ? { position: Number(position) } : {}),
      },
      { viewer: this.#viewer },
    );
    const keys = [...new Set(term.meta.map((meta) => meta.key))].filter((key) => key.length <= META_KEY_MAX);
    for (const key of keys) {
      const values = term.meta.filter((meta) => meta.key === key).map((meta) => meta.value);
      await this.#site.meta.set('term', saved.id, key, values);
    }
    return saved;
  }

  /** The terms of an item by taxonomy, made where the export did not describe them. */
  async ofItem(item: WxrItem, taxonomies: readonly string[]): Promise<Record<string, number[]>> {
    const result: Record<string, number[]> = {};
    for (const term of item.terms) {
      if (!taxonomies.includes(term.taxonomy)) {
        const reason = this.#site.taxonomies.has(term.taxonomy)
          ? `${item.type} has no terms of "${term.taxonomy}"`
          : unknown(term.taxonomy);
        this.#report.note('term', 'skipped', reason, { line: item.line, what: `${item.title}: ${term.name}` });
        continue;
      }
      const id = await this.#need(term, item.line);
      if (id !== undefined) result[term.taxonomy] = [...(result[term.taxonomy] ?? []), id];
    }
    return result;
  }

  async #need(term: NamedTerm, line: number): Promise<number | undefined> {
    const slug = cleanSlug(term.slug || term.name);
    if (slug === '') return undefined;
    const found = await this.#find(term.taxonomy, slug);
    if (found !== undefined || this.#report.isDry) return found;
    const described: WxrTerm = {
      ...term,
      kind: 'term',
      line,
      id: null,
      parentSlug: '',
      description: '',
      meta: [],
      data: {},
    };
    await this.declare(described);
    return this.#find(term.taxonomy, slug);
  }

  async #find(taxonomy: string, slug: string): Promise<number | undefined> {
    const key = `${taxonomy} ${slug}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const row = await this.#store.get('term', key);
    const id = row?.localId ?? (await this.#site.terms.bySlug(taxonomy, slug))?.id;
    if (id !== undefined) this.#remember(key, id);
    return id;
  }

  /** Puts terms below parents that came after them. */
  async settle(): Promise<void> {
    for await (const rows of this.#store.pending('term')) {
      for (const row of rows) {
        const { termParent, ...rest } = row.pending ?? {};
        if (termParent === undefined) continue;
        await this.#site.database.transaction(async () => {
          await this.#moveBelow(row.localId, row.foreignId.split(' ')[0] ?? '', termParent);
          await this.#store.settle(row.id, rest);
        });
      }
    }
  }

  async #moveBelow(id: number, taxonomy: string, parentSlug: string): Promise<void> {
    const parentId = await this.#find(taxonomy, parentSlug);
    const place = { line: 0, what: parentSlug };
    if (parentId === undefined)
      return this.#report.note(taxonomy, 'changed', 'its parent is not in the export, so it stands on top', place);
    try {
      await this.#site.terms.save({ id, parentId }, { viewer: this.#viewer });
    } catch (error) {
      if (!isGalleyError(error, 'GALLEY_INPUT_INVALID')) throw error;
      this.#report.note(taxonomy, 'changed', 'its parent stands below it, so it stands on top', place);
    }
  }

  /** Only what is committed may be remembered; inside of a transaction that can still be undone nothing is. */
  #remember(key: string, id: number): void {
    void this.#site.database.afterCommit(() => {
      if (this.#known.size >= KNOWN_MAX) this.#known.clear();
      this.#known.set(key, id);
    });
  }
}

const unknown = (taxonomy: string): string => `no active plugin knows the taxonomy "${taxonomy}"`;

const orNull = (pending: Pending): Pending | null => (Object.keys(pending).length > 0 ? pending : null);

const PLACES: [RegExp, string][] = [
  [/main|primary|header/i, 'primary'],
  [/social/i, 'social'],
  [/footer/i, 'footer'],
];

/** Where a menu belongs: as Galley wrote it, or as its name tells. */
function placesOf(term: WxrTerm, slug: string): string[] {
  const given = term.data['places'];
  if (Array.isArray(given))
    return given.filter((place) => typeof place === 'string' && place.length <= 60).slice(0, 20);
  return PLACES.filter(([pattern]) => pattern.test(`${slug} ${term.name}`)).map(([, place]) => place);
}
