import { type ContentType, type Context, type Entry, GalleyError, type Reply, type Site, type Viewer } from 'galley';
import type { Shows } from './hooks.ts';

/** The type of an entry that has a page of its own. @throws GALLEY_ENTRY_UNKNOWN */
export function shownType(site: Site, name: string): ContentType {
  const type = site.types.get(name);
  if (!type?.public) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', 'There is no page of that.');
  return type;
}

/** The entry as it is to be shown. */
export async function versionOf(site: Site, entry: Entry, context: { shows: Shows; viewer: Viewer }): Promise<Entry> {
  return site.hooks.applyFilters('preview:showing', entry, context);
}

/** The page of the theme for an entry that is not public: kept nowhere, found nowhere, and telling nobody where one was. */
export async function showPreview(context: Context, entry: Entry): Promise<Reply> {
  const front = context.site.services.use('front');
  const reply = await front.showEntry(context, entry);
  context.forVisitor();
  return reply
    .header('cache-control', 'private, no-store')
    .header('x-robots-tag', 'noindex, nofollow, noarchive')
    .header('referrer-policy', 'no-referrer');
}
