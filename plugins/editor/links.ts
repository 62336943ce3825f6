import { type Context, GalleyError, json, loadPermalinks, plainText, type Reply, type Site, type Viewer } from 'galley';

const LIMIT = 10;

/** What the search for something to link takes. */
export const LINKS_SCHEMA = {
  query: {
    type: 'object',
    additionalProperties: false,
    properties: { search: { type: 'string', maxLength: 200 } },
  },
} as const;

/** Something of the site that a link may lead to. */
export interface LinkTarget {
  id: number;
  title: string;
  /** The name of its type. */
  type: string;
  url: string;
  status: string;
}

/** Refuses who writes nothing: he has no text to put it into. @throws GALLEY_PERMISSION_DENIED */
export function demandWriter(site: Site, viewer: Viewer): void {
  const mayWrite = site.types
    .list()
    .some(({ value }) => value.supports.includes('content') && viewer.can(`edit_${value.capability}s`));
  if (!mayWrite) throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not write texts.');
}

/**
 * What a writer may link to, as far as he may see it: what was changed last, or what has these words in its title.
 * @throws GALLEY_PERMISSION_DENIED
 */
export async function findLinkTargets(site: Site, search: string, viewer: Viewer): Promise<LinkTarget[]> {
  demandWriter(site, viewer);
  const type = site.types.publicNames().filter((name) => name !== 'attachment');
  const status = ['publish', 'private', 'future', 'pending', 'draft'];
  const title = search.trim();
  const query = { type, status, order: 'modified', limit: LIMIT, body: false } as const;
  const [{ items }, links] = await Promise.all([
    site.entries.find(title === '' ? query : { ...query, title }, viewer),
    loadPermalinks(site),
  ]);
  return items.map((entry) => ({
    id: entry.id,
    title: plainText(entry.title).trim() || `#${entry.id}`,
    type: entry.type,
    url: links.entry(entry),
    status: entry.status,
  }));
}

/** Answers the search of the dialog for links. */
export async function answerLinks({ site, viewer, query }: Context): Promise<Reply> {
  const { search = '' } = query as { search?: string };
  return json({ links: await findLinkTargets(site, search, viewer) });
}
