import { type Context, GalleyError, type Reply, redirect } from 'galley';

/** The page of an entry as its readers will see it, whatever its status. For those who may edit it, and kept nowhere. */
export async function previewEntry(context: Context): Promise<Reply> {
  const { site, viewer, params } = context;
  const entry = await site.entries.need(Number(params['id']), viewer);
  const type = site.types.get(entry.type);
  const front = site.services.find('front');
  if (!type || entry.type !== params['type']) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', 'There is no such entry.');
  if (!front || !type.public) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `${type.title} have no page of their own.`);
  if (entry.status === 'publish') return redirect(await front.urlOf(entry));
  if (!site.entries.may(viewer, 'edit', entry))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not see this yet.');
  const reply = await front.showEntry(context, entry);
  return reply.header('x-robots-tag', 'noindex').header('cache-control', 'private, no-store');
}
