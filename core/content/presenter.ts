import { ANONYMOUS, type Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { escapeHtml, SafeHtml } from '../lib/escape.ts';
import { formatDate } from './date-format.ts';
import type { Entry } from './entry.ts';
import { withLinks } from './entry-links.ts';
import { fieldsFor } from './fields.ts';
import { keptTerms } from './kept-terms.ts';
import { loadPermalinks, type Permalinks } from './permalinks.ts';
import type { Term } from './terms.ts';

/** A picture with its sizes. */
export interface Image {
  src: string;
  srcset: string;
  sizes: string;
  width: number;
  height: number;
  alt: string;
  caption: SafeHtml | null;
}

/** A moment, for `<time>` and for people. */
export interface PresentedDate {
  iso: string;
  label: string;
  url?: string;
}

/** Who wrote something, as the public may see it: never a login or e-mail. */
export interface PresentedAuthor {
  name: string;
  slug: string;
  url: string;
  bio: string;
  website: string;
  initials: string;
  /** The address of a picture, where there is one. */
  avatar?: string;
}

/** An entry as templates, feeds and APIs show it. Plugins enrich it in the filter `entries:presenting`. */
export interface PresentedEntry {
  id: number;
  type: string;
  status: string;
  url: string;
  /** Plain text. */
  title: string;
  titleHtml: SafeHtml;
  excerpt: SafeHtml;
  /** The excerpt, where somebody wrote one. */
  standfirst?: SafeHtml;
  /** Empty unless the content was asked for. */
  content: SafeHtml;
  /** Of a draft, when it was last changed. */
  published: PresentedDate;
  modified: PresentedDate;
  /** With an empty name where nobody is known. */
  author: PresentedAuthor;
  terms: Record<string, { id: number; name: string; slug: string; url: string }[]>;
  /** The name of the first category: what stands above a title. */
  kicker?: string;
  featured: Image | null;
  format: string;
  sticky: boolean;
  /** Whether a password is needed that the viewer has not given. */
  protected: boolean;
  wordCount: number;
  /** Reading time in minutes. */
  minutes: number;
  comments: { count: number; url: string; open: boolean };
  classes: string[];
  /** The parts of an entry that has page breaks. */
  pages: { number: number; url: string; current: boolean }[];
  fields: Record<string, unknown>;
  /** The entry behind it, for plugins. Not for templates. */
  source: Entry;
}

/** How to present. */
export interface PresentOptions {
  viewer?: Viewer;
  /** Whether the content is rendered too; ids where that of some only is. */
  content?: boolean | readonly number[];
  /** Which part of an entry with page breaks. Default 1. */
  part?: number;
  /** Ids of password-protected entries that the visitor has unlocked. */
  unlocked?: readonly number[];
  language?: string;
  /** Takes the cache tags of all that is shown. */
  tag?: (...tags: string[]) => void;
}

const WORDS_PER_MINUTE = 230;

/** Removes tags and decodes what the sanitiser encodes: plain text from a title. */
export function plainText(html: string): string {
  if (!/[<&]/.test(html)) return html;
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&nbsp;/g, '\u00a0')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#0*39;/g, "'")
    .replace(/&amp;/g, '&');
}

const NOBODY: PresentedAuthor = { name: '', slug: '', url: '', bio: '', website: '', initials: '' };

/** The first letters of the first and the last part of a name: what stands where there is no picture. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : '']
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}

/** Adds the entries' own tags, and those of their authors and terms, to what is being rendered. */
function tagAll(entries: readonly Entry[], terms: Map<number, Term[]>, tag: NonNullable<PresentOptions['tag']>): void {
  for (const entry of entries) {
    tag(`entry:${entry.id}`, ...(terms.get(entry.id) ?? []).map((term) => `term:${term.id}`));
    if (entry.authorId !== null) tag(`user:${entry.authorId}`);
  }
}

interface Shared {
  site: Site;
  linked: Map<number, Entry>;
  links: Permalinks;
  language: string;
  dateFormat: string;
  terms: Map<number, Term[]>;
  authors: Map<number, PresentedAuthor>;
  options: PresentOptions;
}

async function loadAuthors(
  site: Site,
  entries: readonly Entry[],
  links: Permalinks,
): Promise<Map<number, PresentedAuthor>> {
  const ids = [...new Set(entries.flatMap((entry) => entry.authorId ?? []))];
  const users = await site.users.findByIds(ids);
  return new Map(
    users.map((user) => [
      user.id,
      {
        name: user.name,
        slug: user.slug,
        url: links.author(user.slug),
        bio: user.bio,
        website: user.url,
        initials: initialsOf(user.name),
      },
    ]),
  );
}

function presentDate(time: number, shared: Shared): PresentedDate {
  return {
    iso: new Date(time).toISOString(),
    label: formatDate(time, { zone: shared.links.zone, language: shared.language, format: shared.dateFormat }),
  };
}

function presentTerms(entry: Entry, shared: Shared): PresentedEntry['terms'] {
  const result: PresentedEntry['terms'] = {};
  for (const term of shared.terms.get(entry.id) ?? []) {
    const list = result[term.taxonomy] ?? [];
    list.push({ id: term.id, name: term.name, slug: term.slug, url: shared.links.term(term) });
    result[term.taxonomy] = list;
  }
  return result;
}

function excerptOf(entry: Entry, isProtected: boolean): SafeHtml {
  if (isProtected) return new SafeHtml('');
  return new SafeHtml(entry.excerpt.trim() === '' ? escapeHtml(entry.summary) : entry.excerpt);
}

/** The fields without those that the viewer may not see, and with what others lead here. */
function shownFields(entry: Entry, { site, linked, options }: Shared): Record<string, unknown> {
  const fields = linked.get(entry.id)?.fields ?? entry.fields;
  const definitions = site.types.get(entry.type)?.fields ?? {};
  if (!Object.values(definitions).some(({ readable }) => readable !== undefined)) return fields;
  const allowed = fieldsFor(definitions, options.viewer ?? ANONYMOUS, 'read');
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !definitions[name] || allowed[name]));
}

/** Entries of types that show what leads to them, with that; in one query for each such type. */
async function loadLinked(site: Site, entries: readonly Entry[]): Promise<Map<number, Entry>> {
  const result = new Map<number, Entry>();
  for (const name of new Set(entries.map(({ type }) => type))) {
    const type = site.types.get(name);
    if (!type || !Object.values(type.fields).some(({ inverse }) => inverse !== undefined)) continue;
    const own = entries.filter((entry) => entry.type === name);
    for (const entry of await withLinks(site, type, own)) result.set(entry.id, entry);
  }
  return result;
}

function presentOne(entry: Entry, shared: Shared): PresentedEntry {
  const { links, options } = shared;
  const terms = presentTerms(entry, shared);
  const isProtected = entry.password !== '' && !options.unlocked?.includes(entry.id);
  const url = links.entry(entry);
  const category = terms['category']?.[0];
  const format = terms['post_format']?.[0]?.slug.replace(/^post-format-/, '') ?? 'standard';
  return {
    id: entry.id,
    type: entry.type,
    status: entry.status,
    url,
    title: plainText(entry.title),
    titleHtml: new SafeHtml(entry.title),
    excerpt: excerptOf(entry, isProtected),
    ...(entry.excerpt.trim() === '' || isProtected ? {} : { standfirst: new SafeHtml(entry.excerpt) }),
    content: new SafeHtml(''),
    published: presentDate(entry.publishedAt ?? entry.modifiedAt, shared),
    modified: presentDate(entry.modifiedAt, shared),
    author: shared.authors.get(entry.authorId ?? 0) ?? NOBODY,
    terms,
    ...(category ? { kicker: category.name } : {}),
    featured: null,
    format,
    sticky: entry.sticky,
    protected: isProtected,
    wordCount: entry.wordCount,
    minutes: Math.max(1, Math.ceil(entry.wordCount / WORDS_PER_MINUTE)),
    comments: { count: 0, url: `${url}#comments`, open: entry.commentStatus === 'open' },
    classes: [
      entry.type,
      `type-${entry.type}`,
      `status-${entry.status}`,
      `format-${format}`,
      ...(entry.sticky ? ['sticky'] : []),
      ...(isProtected ? ['protected'] : []),
    ],
    pages: [],
    // They are part of what the password guards, as the text is. Plugins may add to them; the entry's own may be frozen.
    fields: isProtected ? {} : { ...shownFields(entry, shared) },
    source: entry,
  };
}

/** Renders the bodies of all entries together, so that each kind of block loads its data once. */
async function renderContents(site: Site, presented: readonly PresentedEntry[], shared: Shared): Promise<void> {
  const { viewer = ANONYMOUS, tag = () => undefined, part = 1, content } = shared.options;
  const open = presented.filter((item) => !item.protected && (!Array.isArray(content) || content.includes(item.id)));
  const bodies = open.map((item) => {
    const parts = site.blocks.splitPages(item.source.content);
    const current = Math.min(Math.max(part, 1), parts.length);
    if (parts.length > 1) item.pages = parts.map((_, index) => partLink(item, index + 1, current));
    return { text: parts[current - 1] ?? '', entry: item.source };
  });
  const html = await site.blocks.renderMany(bodies, { site, viewer, language: shared.language, tag });
  for (const [index, item] of open.entries()) item.content = html[index] ?? new SafeHtml('');
}

function partLink(item: PresentedEntry, number: number, current: number): PresentedEntry['pages'][number] {
  return { number, url: number === 1 ? item.url : `${item.url}${number}/`, current: number === current };
}

/** See `Entries.present`. */
export async function presentEntries(
  site: Site,
  entries: readonly Entry[],
  options: PresentOptions,
): Promise<PresentedEntry[]> {
  if (entries.length === 0) return [];
  const links = await loadPermalinks(site);
  const [terms, authors, dateFormat, language] = await Promise.all([
    keptTerms(site, entries),
    loadAuthors(site, entries, links),
    site.options.get<string>('date_format'),
    site.options.get<string>('language'),
  ]);
  if (options.tag) tagAll(entries, terms, options.tag);
  const linked = await loadLinked(site, entries);
  const texts = { language: options.language ?? language, dateFormat };
  const shared: Shared = { site, linked, links, ...texts, terms, authors, options };
  const presented = entries.map((entry) => presentOne(entry, shared));
  if (options.content) await renderContents(site, presented, shared);
  return site.hooks.applyFilters('entries:presenting', presented, {
    viewer: options.viewer ?? ANONYMOUS,
    tag: options.tag ?? (() => undefined),
  });
}

declare module '../kernel/hook-types.ts' {
  interface Hooks {
    'entries:presenting': FilterHook<PresentedEntry[], [context: { viewer: Viewer; tag: (...tags: string[]) => void }]>;
  }
}
