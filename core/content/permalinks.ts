import { ANONYMOUS, type Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import type { Entry } from './entry.ts';
import { keptEntries } from './kept-entries.ts';
import { compileStructure, writeStructure } from './permalink-structure.ts';
import { type FormerBase, termBases } from './term-bases.ts';
import type { Term } from './terms.ts';
import { zonedParts } from './time-zone.ts';

/** What an address leads to. */
export type Match =
  | { kind: 'home' }
  | { kind: 'entry'; entry: Entry }
  | { kind: 'term'; term: Term }
  | { kind: 'author'; slug: string }
  | { kind: 'date'; year: number; month?: number; day?: number }
  | { kind: 'archive'; type: string }
  | { kind: 'redirect'; to: string };

/** What an address may lead to, as far as the viewer may see it. */
const ENTRY_STATUSES = ['publish', 'private', 'inherit'];

interface Settings {
  structure: string;
  zone: string;
  frontPageId: number;
  postsPageId: number;
  bases: ReadonlyMap<string, string>;
  formerBases: readonly FormerBase[];
}

const two = (number: number): string => String(number).padStart(2, '0');

/** The addresses of the site as its settings are now. All of its functions are synchronous. */
export class Permalinks {
  readonly #site: Site;
  readonly #structure: string;
  /** The first part of the addresses of each taxonomy's terms, now and before. */
  readonly #bases: ReadonlyMap<string, string>;
  readonly #formerBases: readonly FormerBase[];
  #compiled: RegExp | undefined;
  readonly zone: string;
  /** The page that is the front page, and the one that lists the posts; 0 for none. */
  readonly frontPageId: number;
  readonly postsPageId: number;

  constructor(site: Site, settings: Settings) {
    this.#site = site;
    // Every address of a page ends with a slash.
    this.#structure = `${settings.structure.replace(/\/+$/, '')}/`;
    this.#bases = settings.bases;
    this.#formerBases = settings.formerBases;
    this.zone = settings.zone;
    this.frontPageId = settings.frontPageId;
    this.postsPageId = settings.postsPageId;
  }

  /** Most requests make addresses and read none, so the pattern is compiled by the first that is read. */
  #pattern(): RegExp {
    this.#compiled ??= compileStructure(this.#structure);
    return this.#compiled;
  }

  /** The path of an entry: `/2026/11/hello/`. What has no address yet gets `/?p=12`. */
  entry(entry: Pick<Entry, 'id' | 'type' | 'slug' | 'path' | 'publishedAt'>): string {
    if (entry.id === this.frontPageId) return '/';
    if (entry.path === null) return `/?p=${entry.id}`;
    if (entry.type === 'post') return this.#post(entry);
    const base = this.#site.types.get(entry.type)?.base;
    return `/${base ? `${base}/` : ''}${encodePath(entry.path)}/`;
  }

  #post(entry: Pick<Entry, 'id' | 'slug' | 'publishedAt'>): string {
    if (entry.publishedAt === null) return `/?p=${entry.id}`;
    return writeStructure(this.#structure, entry, zonedParts(entry.publishedAt, this.zone));
  }

  /** The path of a term: `/category/news/local/`. */
  term(term: Pick<Term, 'taxonomy' | 'path'>): string {
    const base = this.#bases.get(term.taxonomy);
    return base ? `/${base}/${encodePath(term.path)}/` : '/';
  }

  author(slug: string): string {
    return `/author/${encodeURIComponent(slug)}/`;
  }

  date(year: number, month?: number, day?: number): string {
    return `/${[year, ...(month === undefined ? [] : [two(month)]), ...(day === undefined ? [] : [two(day)])].join('/')}/`;
  }

  /** The path of the list of all entries of a type, where it has one. */
  archive(typeName: string): string | undefined {
    const archive = this.#site.types.get(typeName)?.archive;
    return archive === undefined ? undefined : `/${archive}/`;
  }

  /**
   * What an address leads to, for this viewer. The path is canonical: decoded, with no slash at its end.
   * @returns undefined when it leads nowhere
   */
  async resolve(path: string, viewer: Viewer = ANONYMOUS): Promise<Match | undefined> {
    const trimmed = path.replace(/^\/+|\/+$/g, '');
    if (trimmed === '') return this.#home(viewer);
    return (
      this.#dateMatch(trimmed) ??
      this.#archiveMatch(trimmed) ??
      (await this.#termMatch(trimmed)) ??
      (await this.#entryMatch(trimmed, viewer)) ??
      (await this.#formerMatch(trimmed, viewer)) ??
      (await this.#formerStructureMatch(trimmed, viewer)) ??
      (await this.#formerBaseMatch(trimmed))
    );
  }

  async #home(viewer: Viewer): Promise<Match> {
    const entry = this.frontPageId
      ? await this.#site.entries.findOne({ type: 'page', ids: [this.frontPageId] }, viewer)
      : undefined;
    return entry ? { kind: 'entry', entry } : { kind: 'home' };
  }

  #dateMatch(path: string): Match | undefined {
    const match = /^(\d{4})(?:\/(\d{1,2}))?(?:\/(\d{1,2}))?$/.exec(path);
    if (!match) return undefined;
    const [year, month, day] = match.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
    if (
      year === undefined ||
      year < 1000 ||
      (month !== undefined && (month < 1 || month > 12)) ||
      (day !== undefined && (day < 1 || day > new Date(Date.UTC(year, month ?? 1, 0)).getUTCDate()))
    )
      return undefined;
    return { kind: 'date', year, ...(month === undefined ? {} : { month }), ...(day === undefined ? {} : { day }) };
  }

  #archiveMatch(path: string): Match | undefined {
    const author = /^author\/([^/]+)$/.exec(path)?.[1];
    if (author) return { kind: 'author', slug: author };
    const type = this.#site.types.list().find(({ value }) => value.archive === path);
    return type && { kind: 'archive', type: type.name };
  }

  async #termMatch(path: string): Promise<Match | undefined> {
    for (const [name, base] of this.#bases) {
      if (!path.startsWith(`${base}/`)) continue;
      const wanted = path.slice(base.length + 1);
      const slug = wanted.split('/').at(-1) ?? '';
      const term = await this.#termAt(name, slug);
      const former = term ? undefined : await this.#site.terms.byFormerSlug(name, slug);
      if (former) return { kind: 'redirect', to: this.term(former) };
      if (!term) continue;
      return term.path === wanted ? { kind: 'term', term } : { kind: 'redirect', to: this.term(term) };
    }
    return undefined;
  }

  /** A term by its slug; kept until a term of its taxonomy changes. */
  async #termAt(taxonomy: string, slug: string): Promise<Term | null> {
    const { cache, terms } = this.#site;
    const tags = [`taxonomy:${taxonomy}`];
    return cache.remember(`term-at:${taxonomy}:${slug}`, { tags }, async () => {
      return (await terms.bySlug(taxonomy, slug)) ?? null;
    });
  }

  /** What the address of a term was before its base changed leads to where it is now. */
  async #formerBaseMatch(path: string): Promise<Match | undefined> {
    for (const { taxonomy, base } of this.#formerBases) {
      if (!path.startsWith(`${base}/`) || !this.#bases.has(taxonomy)) continue;
      const slug = path.split('/').at(-1) ?? '';
      const { terms } = this.#site;
      const term = (await terms.bySlug(taxonomy, slug)) ?? (await terms.byFormerSlug(taxonomy, slug));
      if (term) return { kind: 'redirect', to: this.term(term) };
    }
    return undefined;
  }

  async #entryMatch(path: string, viewer: Viewer): Promise<Match | undefined> {
    const candidates = this.#entryQueries(path);
    const byPath = await this.#entriesAt(candidates, viewer);
    for (const { ids, ...query } of candidates) {
      const entry = ids
        ? await this.#site.entries.findOne({ ...query, ids }, viewer)
        : byPath.find((item) => item.type === query.type && item.path === query.path);
      if (!entry) continue;
      const own = this.entry(entry);
      if (decodePath(own).replace(/^\/+|\/+$/g, '') === path) return { kind: 'entry', entry };
      return { kind: 'redirect', to: own };
    }
    return undefined;
  }

  /** The entries at any of the paths that an address may mean, in one query. */
  async #entriesAt(candidates: readonly { type: string; path?: string }[], viewer: Viewer): Promise<Entry[]> {
    const wanted = candidates.filter(({ path }) => path !== undefined);
    if (wanted.length === 0) return [];
    const query = {
      type: [...new Set(wanted.map(({ type }) => type))],
      path: [...new Set(wanted.flatMap(({ path }) => path ?? []))],
      status: ENTRY_STATUSES,
      limit: wanted.length ** 2,
    };
    return viewer === ANONYMOUS ? keptEntries(this.#site, query) : (await this.#site.entries.find(query, viewer)).items;
  }

  /** The ways to read an address as an entry's, the most exact first. */
  #entryQueries(path: string): { type: string; path?: string; ids?: number[]; status?: string[] }[] {
    const status = ENTRY_STATUSES;
    const based = this.#site.types
      .list()
      .filter(({ value }) => value.public && value.base && path.startsWith(`${value.base}/`))
      .map(({ name, value }) => ({ type: name, path: path.slice((value.base ?? '').length + 1), status }));
    const groups = this.#pattern().exec(`/${path}`)?.groups;
    const post = !groups
      ? []
      : groups['post_id']
        ? [{ type: 'post', ids: [Number(groups['post_id'])], status }]
        : [{ type: 'post', path: groups['postname'] ?? '', status }];
    return [...based, { type: 'page', path, status }, ...post];
  }

  async #formerMatch(path: string, viewer: Viewer): Promise<Match | undefined> {
    const candidates = this.#entryQueries(path).filter((query) => query.path !== undefined);
    if (candidates.length === 0) return undefined;
    const rows = (await this.#site.database
      .read('entry_paths')
      .select('type', 'path', 'entry_id')
      .whereIn(
        'path',
        candidates.map((query) => query.path ?? ''),
      )
      .limit(20)) as { type: string; path: string; entry_id: number }[];
    const row = rows.find((item) => candidates.some((query) => query.type === item.type && query.path === item.path));
    const entry = row && (await this.#site.entries.get(row.entry_id, viewer));
    return entry && entry.status === 'publish' ? { kind: 'redirect', to: this.entry(entry) } : undefined;
  }

  /** What the address of a post was before the structure changed leads to where it is now. */
  async #formerStructureMatch(path: string, viewer: Viewer): Promise<Match | undefined> {
    const former = await this.#site.options.get<string[]>('permalink_former');
    for (const structure of former) {
      const groups = compileStructure(structure).exec(`/${path}`)?.groups;
      if (!groups) continue;
      const { post_id: id, postname } = groups;
      const query = id ? { ids: [Number(id)] } : { path: postname ?? '' };
      const entry = await this.#site.entries.findOne({ type: 'post', ...query }, viewer);
      if (entry) return { kind: 'redirect', to: this.entry(entry) };
    }
    return undefined;
  }
}

/** Exact also for what encodeURI leaves alone. */
function decodePath(path: string): string {
  return path.split('/').map(decodeURIComponent).join('/');
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** The addresses as the settings are now, or as they would be with another structure. */
export async function loadPermalinks(site: Site, wanted: { structure?: string } = {}): Promise<Permalinks> {
  const [structure, zone, front, frontPageId, postsPageId, bases, formerBases] = await Promise.all([
    site.options.get<string>('permalink_structure'),
    site.options.get<string>('timezone'),
    site.options.get<string>('show_on_front'),
    site.options.get<number>('page_on_front'),
    site.options.get<number>('page_for_posts'),
    termBases(site),
    site.options.get<FormerBase[]>('term_bases_former'),
  ]);
  const isPage = front === 'page';
  return new Permalinks(site, {
    structure: wanted.structure ?? structure,
    zone,
    frontPageId: isPage ? frontPageId : 0,
    postsPageId: isPage ? postsPageId : 0,
    bases,
    formerBases,
  });
}
