import type { Entry, EntryStatus } from '../content/entry.ts';
import { plainText } from '../content/presenter.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import type { FoundEntry } from './galley-api.ts';
import type { Granted } from './granted.ts';

const LIMIT = 50;

/** An entry as plugins see it. What needs a password is not shown without. */
export function foundEntry(entry: Entry, withContent = false): FoundEntry {
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
  };
}

/** A query as the schema lets it through. */
export interface FindQuery {
  type: string;
  status?: string;
  limit?: number;
  term?: number;
  search?: string;
}

/** Entries of one type and status. @throws GALLEY_PERMISSION_DENIED */
export async function findEntries(site: Site, granted: Granted, query: FindQuery): Promise<FoundEntry[]> {
  const { type, status = 'publish', limit = 10, term, search } = query;
  if (!granted.readable(type).includes(status))
    granted.need(`content:read:${type}${status === 'publish' ? '' : `:${status}`}`);
  const taxonomy = term === undefined ? undefined : (await site.terms.get(term))?.taxonomy;
  if (term !== undefined && taxonomy === undefined) return [];
  const { items } = await site.entries.find(
    {
      type,
      status,
      limit: Math.min(limit, LIMIT),
      body: false,
      ...(search ? { title: search } : {}),
      ...(taxonomy === undefined || term === undefined ? {} : { term: { taxonomy, ids: [term] } }),
    },
    granted.reader(type),
  );
  return items.map((entry) => foundEntry(entry));
}

/** One entry with its content; null where the plugin may not see it. */
export async function getEntry(site: Site, granted: Granted, id: number): Promise<FoundEntry | null> {
  // By the rights for one type at a time: what is seen for one must not show another.
  for (const type of site.types.names()) {
    const status = granted.readable(type);
    if (status.length === 0) continue;
    const { items } = await site.entries.find({ ids: [id], type, status, limit: 1 }, granted.reader(type));
    if (items[0]) return foundEntry(items[0], true);
  }
  return null;
}

/** What a plugin may say of an entry. */
export interface PluginDraft {
  id?: number;
  version?: number;
  type?: string;
  status?: EntryStatus;
  title?: string;
  slug?: string;
  content?: string;
  excerpt?: string;
}

/** Makes or changes an entry. @throws GALLEY_PERMISSION_DENIED and all that a save throws */
export async function saveEntry(site: Site, granted: Granted, draft: PluginDraft): Promise<FoundEntry> {
  const { version, ...rest } = draft;
  const previous = draft.id === undefined ? undefined : await readForChange(site, granted, draft.id);
  const type = previous?.type ?? draft.type ?? 'post';
  for (const status of [previous?.status, draft.status ?? previous?.status ?? 'draft']) {
    if (status !== undefined && !granted.mayWrite(type, status))
      granted.need(`content:write:${type}${['draft', 'pending'].includes(status) ? '' : `:${status}`}`);
  }
  const viewer = granted.writer(type);
  const entry = await site.entries.save(
    { ...rest, type, ...(previous ? {} : { authorId: null }) },
    { viewer, ...(version === undefined ? {} : { version }) },
  );
  return foundEntry(entry, true);
}

async function readForChange(site: Site, granted: Granted, id: number): Promise<FoundEntry> {
  const entry = await getEntry(site, granted, id);
  if (entry) return entry;
  throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no entry ${id} that "${granted.plugin}" may read.`);
}
