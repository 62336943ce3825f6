import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError, isGalleyError } from '../lib/errors.ts';
import { slugify } from '../lib/slug.ts';
import { didYouMean } from '../lib/suggest.ts';
import { tellWritten } from '../services/written.ts';
import { sanitizeHtmlFragment } from './blocks/sanitize.ts';
import { demandChanged } from './changed-row.ts';
import { readTotals } from './tallies.ts';
import {
  type CountedTerm,
  decodeTerm as decode,
  type Term,
  type TermDraft,
  type TermQuery,
  type TermRow,
} from './term.ts';
import { recordTerm } from './term-history.ts';
import { moveEntries } from './term-merge.ts';
import { removeTerm } from './term-removal.ts';
import { formerOwner, handSlugsOver, rememberSlug } from './term-slugs.ts';
import { trashTerm } from './term-trash.ts';
import { descendantsOf, isBelow, moveTermPaths } from './term-tree.ts';

export type { CountedTerm, Term, TermDraft, TermQuery } from './term.ts';

const MAX_LIMIT = 1000;
const NAME_MAX = 200;

/** The terms of all taxonomies. */
export class Terms {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  async get(id: number): Promise<Term | undefined> {
    return (await this.getMany([id])).get(id);
  }

  /** Terms by id, in one query. */
  async getMany(ids: readonly number[]): Promise<Map<number, Term>> {
    if (ids.length === 0) return new Map();
    const rows = (await this.#site.database
      .read<TermRow>('terms')
      .select('*')
      .whereIn('id', [...new Set(ids)])) as TermRow[];
    return new Map(rows.map((row) => [row.id, decode(row)]));
  }

  async bySlug(taxonomy: string, slug: string): Promise<Term | undefined> {
    const row = (await this.#site.database.read<TermRow>('terms').select('*').where({ taxonomy, slug }).first()) as
      | TermRow
      | undefined;
    return row && decode(row);
  }

  /** The term that had this slug before it was renamed, or merged into another. */
  async byFormerSlug(taxonomy: string, slug: string): Promise<Term | undefined> {
    const id = await formerOwner(this.#site, taxonomy, slug);
    return id === undefined ? undefined : this.get(id);
  }

  /** The terms of a taxonomy, sorted as the editors arranged them and then by name. */
  async list(taxonomy: string, query: TermQuery = {}): Promise<Term[]> {
    const builder = this.#site.database.read<TermRow>('terms').select('*').where({ taxonomy });
    if (query.ids) void builder.whereIn('id', [...query.ids]);
    if (query.slugs) void builder.whereIn('slug', [...query.slugs]);
    if (query.parent === null) void builder.whereNull('parent_id');
    else if (query.parent !== undefined) void builder.where('parent_id', query.parent);
    if (query.search)
      void builder.whereRaw(this.#site.database.dialect.contains('name', query.search, { ignoreCase: true }));
    if (query.after !== undefined) void builder.where('id', '>', query.after).orderBy('id');
    else void builder.orderBy('position').orderBy('name').orderBy('id');
    const rows = (await builder.limit(Math.min(query.limit ?? 100, MAX_LIMIT))) as TermRow[];
    return rows.map(decode);
  }

  /** The terms with their numbers of published entries. */
  async withCounts(terms: readonly Term[]): Promise<CountedTerm[]> {
    const totals = await readTotals(
      this.#site,
      terms.map((term) => `term:${term.id}`),
    );
    return terms.map((term) => ({ ...term, count: totals.get(`term:${term.id}`) ?? 0 }));
  }

  /** The ids of a term and of all below it. */
  descendants(id: number): Promise<number[]> {
    return descendantsOf(this.#site, id);
  }

  /** The terms of each entry, in order. One query. */
  async ofEntries(entryIds: readonly number[]): Promise<Map<number, Term[]>> {
    const result = new Map<number, Term[]>(entryIds.map((id) => [id, []]));
    if (entryIds.length === 0) return result;
    const rows = (await this.#site.database
      .read('entry_terms')
      .join('terms', 'terms.id', 'entry_terms.term_id')
      .select('terms.*', 'entry_terms.entry_id')
      .whereIn('entry_terms.entry_id', [...entryIds])
      .orderBy('entry_terms.position')
      .orderBy('terms.name')) as (TermRow & { entry_id: number })[];
    for (const row of rows) result.get(row.entry_id)?.push(decode(row));
    return result;
  }

  /**
   * Makes or changes a term.
   * @throws GALLEY_PERMISSION_DENIED | GALLEY_TAXONOMY_UNKNOWN | GALLEY_TERM_UNKNOWN | GALLEY_TERM_DUPLICATE | GALLEY_INPUT_INVALID
   */
  async save(draft: TermDraft, { viewer }: { viewer: Viewer }): Promise<Term> {
    try {
      return await this.#site.database.transaction(() => this.#saveInTransaction(draft, viewer));
    } catch (error) {
      if (!isGalleyError(error, 'GALLEY_DATABASE_DUPLICATE')) throw error;
      throw new GalleyError(
        'GALLEY_TERM_DUPLICATE',
        `There is a term with the slug "${draft.slug ?? slugify(draft.name ?? '')}" already.`,
        { cause: error },
      );
    }
  }

  async #saveInTransaction(draft: TermDraft, viewer: Viewer): Promise<Term> {
    const previous = draft.id === undefined ? undefined : await this.#need(draft.id);
    const taxonomy = previous?.taxonomy ?? draft.taxonomy ?? '';
    this.#allow(taxonomy, viewer);
    const changed = await this.#site.hooks.applyFilters('term:saving', { ...draft, taxonomy }, { previous, viewer });
    const name = (changed.name ?? previous?.name ?? '').trim();
    if (name === '' || name.length > NAME_MAX)
      throw new GalleyError('GALLEY_INPUT_INVALID', `A term needs a name of 1 to ${NAME_MAX} characters.`);
    const parentId = changed.parentId === undefined ? (previous?.parentId ?? null) : changed.parentId;
    const parent = parentId === null ? undefined : await this.#parent(taxonomy, parentId, previous?.id);
    const slug = slugify(changed.slug ?? previous?.slug ?? name) || `term-${Date.now().toString(36)}`;
    const row = {
      taxonomy,
      name,
      slug,
      path: parent ? `${parent.path}/${slug}` : slug,
      // It is shown as HTML. Nobody needs scripts in it, so nobody's right to unfiltered HTML counts here.
      description: sanitizeHtmlFragment(changed.description ?? previous?.description ?? ''),
      parent_id: parentId,
      position: changed.position ?? previous?.position ?? 0,
      version: (previous?.version ?? 0) + 1,
    };
    const id = previous?.id ?? (await this.#site.database.insert('terms', row));
    if (previous) {
      const { version } = previous;
      demandChanged(await this.#site.database.write('terms').where({ id, version }).update(row), 'terms');
      if (previous.slug !== slug) await rememberSlug(this.#site, previous, id);
      if (previous.path !== row.path) await moveTermPaths(this.#site, id, row.path);
    }
    const term = decode({ id, ...row });
    if (previous) await recordTerm(this.#site, previous, term, viewer);
    await tellWritten(this.#site, 'term', { id, version: term.version, previous: previous?.version });
    await this.#site.database.afterCommit(async () => {
      await this.#site.cache.invalidate([`term:${id}`, `taxonomy:${taxonomy}`]);
      await this.#site.hooks.doAction('term:saved', { term, viewer });
    });
    return term;
  }

  async #parent(taxonomy: string, parentId: number, id: number | undefined): Promise<Term> {
    const parent = await this.#need(parentId);
    const isTree = this.#site.taxonomies.get(taxonomy)?.hierarchical;
    if (parent.taxonomy !== taxonomy || !isTree)
      throw new GalleyError('GALLEY_INPUT_INVALID', `Term ${parentId} cannot be a parent in "${taxonomy}".`);
    if (await isBelow(this.#site, parent, id)) {
      throw new GalleyError('GALLEY_INPUT_INVALID', 'A term cannot stand below itself. Choose another parent.');
    }
    return parent;
  }

  async #need(id: number): Promise<Term> {
    const row = (await this.#site.database.write<TermRow>('terms').select('*').where({ id }).first()) as
      | TermRow
      | undefined;
    if (!row) throw new GalleyError('GALLEY_TERM_UNKNOWN', `There is no term ${id}.`);
    return decode(row);
  }

  /** Refuses who may not change the terms of a taxonomy. */
  #allow(taxonomy: string, viewer: Viewer): void {
    const definition = this.#site.taxonomies.get(taxonomy);
    if (!definition) {
      throw new GalleyError(
        'GALLEY_TAXONOMY_UNKNOWN',
        `There is no taxonomy "${taxonomy}".${didYouMean(taxonomy, this.#site.taxonomies.names())}`,
      );
    }
    const capability = definition.capability ?? 'manage_categories';
    if (!viewer.can(capability))
      throw new GalleyError(
        'GALLEY_PERMISSION_DENIED',
        `You may not change ${definition.title.toLowerCase()}: that needs "${capability}".`,
      );
  }

  /** Finds terms by name or slug and makes those that are absent, when the viewer may. Numbers are taken as ids. */
  async resolve(taxonomy: string, wanted: readonly (number | string)[], viewer: Viewer): Promise<number[]> {
    const ids: number[] = [];
    for (const item of wanted) {
      if (typeof item === 'number') {
        const term = await this.#need(item);
        if (term.taxonomy !== taxonomy)
          throw new GalleyError(
            'GALLEY_TERM_UNKNOWN',
            `Term ${item} belongs to "${term.taxonomy}", not to "${taxonomy}".`,
          );
        ids.push(term.id);
      } else if (item.trim() !== '') {
        const found =
          (await this.bySlug(taxonomy, slugify(item))) ??
          (await this.#saveInTransaction({ taxonomy, name: item }, viewer));
        ids.push(found.id);
      }
    }
    return [...new Set(ids)];
  }

  /**
   * Makes one term of two: entries and what stands below go to the other, and old links lead there.
   * @returns how many entries have the other term now instead, and the number by which `site.trash` takes both apart
   * @throws GALLEY_PERMISSION_DENIED | GALLEY_TERM_UNKNOWN | GALLEY_INPUT_INVALID where they cannot be one
   */
  async merge(
    id: number,
    intoId: number,
    { viewer }: { viewer: Viewer },
  ): Promise<{ changed: number; trashId: number }> {
    return this.#site.database.transaction(async () => {
      const [from, into] = [await this.#need(id), await this.#need(intoId)];
      this.#allow(from.taxonomy, viewer);
      if (id === intoId || from.taxonomy !== into.taxonomy)
        throw new GalleyError('GALLEY_INPUT_INVALID', 'Only two different terms of one taxonomy can be merged.');
      const trashId = await trashTerm(this.#site, from, viewer, into);
      const entries = await moveEntries(this.#site, from, into);
      const isAbove = await isBelow(this.#site, into, id);
      const children = isAbove ? [] : await this.list(from.taxonomy, { parent: id, limit: MAX_LIMIT });
      for (const child of children) await this.#saveInTransaction({ id: child.id, parentId: intoId }, viewer);
      await handSlugsOver(this.#site, id, intoId);
      await this.remove(id, { viewer, forGood: true });
      await rememberSlug(this.#site, from, intoId);
      const tags = [`term:${intoId}`, ...entries.map((entry) => `entry:${entry}`)];
      await this.#site.database.afterCommit(() => this.#site.cache.invalidate(tags));
      return { changed: entries.length, trashId };
    });
  }

  /**
   * Removes a term. Its entries lose it; terms below it move up to its parent. It can come back for some days.
   * @param options.forGood keeps nothing: for what is kept elsewhere, or is to be forgotten
   * @returns the number by which `site.trash` brings it back; undefined where it is gone for good
   * @throws GALLEY_PERMISSION_DENIED | GALLEY_TERM_UNKNOWN
   */
  async remove(
    id: number,
    { viewer, forGood = false }: { viewer: Viewer; forGood?: boolean },
  ): Promise<number | undefined> {
    return this.#site.database.transaction(async () => {
      const term = await this.#need(id);
      this.#allow(term.taxonomy, viewer);
      const trashId = forGood ? undefined : await trashTerm(this.#site, term, viewer);
      await removeTerm(this.#site, term, viewer);
      return trashId;
    });
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    readonly terms: Terms;
  }
}
declare module '../kernel/hook-types.ts' {
  interface Hooks {
    'term:saving': FilterHook<TermDraft, [context: { previous: Term | undefined; viewer: Viewer }]>;
    'term:saved': ActionHook<[event: { term: Term; viewer: Viewer }]>;
    'term:removed': ActionHook<[event: { term: Term; viewer: Viewer }]>;
  }
}
