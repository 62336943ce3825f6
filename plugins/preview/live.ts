import { type Context, GalleyError, type Reply, type ScreenContext } from 'galley';
import { shownType, showPreview, versionOf } from './shown-page.ts';

/** The page of a stored entry in whatever status, for the frames of the admin. */
export async function showStored(context: Context): Promise<Reply> {
  const { site, viewer, params, query } = context;
  const entry = await site.entries.need(Number(params['id']), viewer);
  if (entry.type !== params['type']) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', 'There is no such entry.');
  shownType(site, entry.type);
  if (!site.entries.may(viewer, 'edit', entry))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not see this yet.');
  const shows = query['shows'] === 'pending' ? 'pending' : 'entry';
  return showPreview(context, await versionOf(site, entry, { shows, viewer }));
}

/** The page of an entry that is not saved yet: nothing but its frame, for the live preview to begin with. */
export async function showBlank(context: Context): Promise<Reply> {
  const { site, viewer, params } = context;
  const type = shownType(site, String(params['type']));
  return showPreview(context, await site.entries.unsaved({ type: type.name }, { viewer }));
}

/** The page made of what stands in the form now: for the writer, and stored nowhere. */
export async function showTyped(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const type = shownType(site, page.params['type'] ?? '');
  const id = page.id();
  const stored = id > 0 ? await site.entries.need(id, viewer) : undefined;
  if (stored && stored.type !== type.name) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', 'There is no such entry.');
  const draft = await site.services.use('entry-form').read(page, type, stored);
  const entry = await site.entries.unsaved(draft, { viewer });
  return showPreview(page.context, { ...entry, password: '' });
}
