import type { Entry, EntryStatus } from '../content/entry.ts';
import { loadPermalinks } from '../content/permalinks.ts';
import { plainText } from '../content/presenter.ts';
import type { EntryQuery } from '../content/query.ts';
import type { Term } from '../content/terms.ts';
import { ANONYMOUS } from '../identity/viewer.ts';
import type { HookName } from '../kernel/hooks.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { PluginSaves } from '../services/plugin-saves.ts';
import { checkParts, type DraftParts } from './draft-rules.ts';
import type { ContentQuery, FoundEntry, FoundTerm, Page } from './galley-api.ts';
import type { Granted } from './granted.ts';
import { cursorText, readCursor } from './page-cursor.ts';

const LIMIT = 50;
const COUNTED = 10_000;
const RENDERED = 60_000;
const name = { type: 'string', pattern: '^[a-z][a-z0-9_-]{0,39}$' };

/** The schemas of what says which entries are wanted. */
export const WANTED = {
  type: name,
  status: name,
  term: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
  search: { type: 'string', maxLength: 100 },
  slug: { type: 'string', minLength: 1, maxLength: 200 },
  publishedAfter: { type: 'integer' },
  publishedBefore: { type: 'integer' },
};

/** And of what says how many of them, in which order. */
export const LISTED = {
  limit: { type: 'integer', minimum: 1 },
  order: { enum: ['published', 'modified', 'title'] },
  direction: { enum: ['asc', 'desc'] },
};

/** An entry as plugins see it. What needs a password is not shown without. */
export function foundEntry(entry: Entry, withContent = false): Omit<FoundEntry, 'url'> {
  const isOpen = entry.password === '';
  return {
    id: entry.id,
    type: entry.type,
    status: entry.status,
    slug: entry.slug,
    title: plainText(entry.title),
    excerpt: isOpen ? plainText(entry.excerpt || entry.summary) : '',
    ...(withContent ? { content: isOpen ? entry.content : '' } : {}),
    fields: isOpen ? entry.fields : {},
    wordCount: entry.wordCount,
    publishedAt: entry.publishedAt,
    modifiedAt: entry.modifiedAt,
    version: entry.version,
    authorId: entry.authorId,
    featuredId: entry.featuredId,
  };
}

async function linked(site: Site, entries: readonly Entry[], withContent = false): Promise<FoundEntry[]> {
  const links = await loadPermalinks(site);
  return entries.map((entry) => ({ ...foundEntry(entry, withContent), url: links.entry(entry) }));
}

/** The query of the store; undefined where there is no such term. @throws GALLEY_PERMISSION_DENIED */
async function queryOf(site: Site, granted: Granted, wanted: ContentQuery): Promise<EntryQuery | undefined> {
  const { type, status = 'publish', term, search, slug, publishedAfter, publishedBefore } = wanted;
  if (!granted.readable(type).includes(status))
    granted.need(`content:read:${type}${status === 'publish' ? '' : `:${status}`}`);
  const taxonomy = term === undefined ? undefined : (await site.terms.get(term))?.taxonomy;
  if (term !== undefined && taxonomy === undefined) return undefined;
  return {
    type,
    status,
    body: false,
    ...(search ? { title: search } : {}),
    ...(slug === undefined ? {} : { slug }),
    ...(taxonomy === undefined || term === undefined ? {} : { term: { taxonomy, ids: [term] } }),
    ...(publishedAfter === undefined ? {} : { publishedAfter }),
    ...(publishedBefore === undefined ? {} : { publishedBefore }),
  };
}

/** One page of the entries of one type and status. @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID */
export async function pageOfEntries(site: Site, granted: Granted, wanted: ContentQuery): Promise<Page<FoundEntry>> {
  const { limit = 10, order = 'published', direction = 'desc', after } = wanted;
  const query = await queryOf(site, granted, wanted);
  if (!query) return { items: [], next: null };
  const from = after === undefined ? {} : { after: readCursor(after, order === 'title') };
  const shown = { ...query, order, direction, limit: Math.min(limit, LIMIT), ...from };
  const { items, next } = await site.entries.find(shown, granted.reader(wanted.type));
  return { items: await linked(site, items), next: cursorText(next) };
}

/** The first of them. @throws GALLEY_PERMISSION_DENIED */
export async function findEntries(site: Site, granted: Granted, wanted: ContentQuery): Promise<FoundEntry[]> {
  return (await pageOfEntries(site, granted, wanted)).items;
}

/** How many entries of one type and status there are. @throws GALLEY_PERMISSION_DENIED */
export async function countEntries(site: Site, granted: Granted, wanted: ContentQuery): Promise<number> {
  const query = await queryOf(site, granted, wanted);
  return query ? site.entries.count(query, granted.reader(wanted.type), COUNTED) : 0;
}

/** A term as plugins see it. */
export const foundTerm = ({ id, taxonomy, name, slug }: Term): FoundTerm => ({ id, taxonomy, name, slug });

/** The terms that everybody sees of an entry; none where the plugin may not read it. */
export async function termsOf(site: Site, granted: Granted, id: number): Promise<FoundTerm[]> {
  const entry = await getEntry(site, granted, id);
  const terms = entry ? ((await site.terms.ofEntries([id])).get(id) ?? []) : [];
  return terms.filter(({ taxonomy }) => site.taxonomies.get(taxonomy)?.base !== undefined).map(foundTerm);
}

/** One entry with its content; null where the plugin may not see it. */
export async function getEntry(site: Site, granted: Granted, id: number): Promise<FoundEntry | null> {
  // By the rights for one type at a time: what is seen for one must not show another.
  for (const type of site.types.names()) {
    const status = granted.readable(type);
    if (status.length === 0) continue;
    const { items } = await site.entries.find({ ids: [id], type, status, limit: 1 }, granted.reader(type));
    const [found] = await linked(site, items, true);
    if (found) return found;
  }
  return null;
}

/** What a plugin may say of an entry. */
export interface PluginDraft extends DraftParts {
  id?: number;
  version?: number;
  type?: string;
  status?: EntryStatus;
  title?: string;
  slug?: string;
  content?: string;
  excerpt?: string;
}

/** Makes or changes an entry. @throws GALLEY_PERMISSION_DENIED, GALLEY_RATE_LIMITED, and all that a save throws */
export async function saveEntry(site: Site, granted: Granted, draft: PluginDraft): Promise<FoundEntry> {
  const { version, ...rest } = draft;
  const previous = draft.id === undefined ? undefined : await readForChange(site, granted, draft.id);
  const type = previous?.type ?? draft.type ?? 'post';
  for (const status of [previous?.status, draft.status ?? previous?.status ?? 'draft']) {
    if (status !== undefined && !granted.mayWrite(type, status))
      granted.need(`content:write:${type}${['draft', 'pending'].includes(status) ? '' : `:${status}`}`);
  }
  await checkParts(site, granted, type, rest);
  const viewer = granted.writer(type);
  const entry = await new PluginSaves(site, site.contained.limits).run(granted.plugin, !previous, () =>
    site.entries.save(
      { ...(previous ? {} : { authorId: null }), ...rest, type },
      { viewer, ...(version === undefined ? {} : { version }) },
    ),
  );
  const [saved] = await linked(site, [entry], true);
  return saved as FoundEntry;
}

/** Moves an entry to the trash. @throws GALLEY_PERMISSION_DENIED | GALLEY_RATE_LIMITED | GALLEY_ENTRY_UNKNOWN */
export async function trashEntry(site: Site, granted: Granted, id: number): Promise<null> {
  const { type, status } = await readForChange(site, granted, id);
  granted.need(`content:write:${type}:trash`);
  if (!granted.mayWrite(type, status)) granted.need(`content:write:${type}:${status}`);
  await new PluginSaves(site, site.contained.limits).run(granted.plugin, false, () =>
    site.entries.trash(id, { viewer: granted.remover(type) }),
  );
  return null;
}

/**
 * What visitors would see of block markup. Blocks of contained plugins are left out: one whose handler asked for a
 * rendering of itself would never end.
 *
 * @throws GALLEY_INPUT_INVALID where the HTML is longer than a plugin may be given
 */
export async function renderContent(site: Site, content: string): Promise<string> {
  const clean = site.blocks.sanitize(content, { unfiltered: false });
  const language = await site.options.get<string>('language');
  const context = { site, viewer: ANONYMOUS, language, tag: () => undefined };
  const { value } = await site.blocks.render(clean.content, context);
  if (value.length > RENDERED) throw new GalleyError('GALLEY_INPUT_INVALID', 'render: the HTML is too long.');
  return value;
}

/** Whether what runs now is such a rendering. */
export const isRendering = (site: Site): boolean => site.hooks.doingAction('galley.render' as HookName);

async function readForChange(site: Site, granted: Granted, id: number): Promise<FoundEntry> {
  const entry = await getEntry(site, granted, id);
  if (entry) return entry;
  throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no entry ${id} that "${granted.plugin}" may read.`);
}
