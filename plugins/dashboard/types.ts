import {
  type ContentType,
  type Entry,
  GalleyError,
  type ScreenContext,
  type Site,
  safeRedirect,
  type Viewer,
} from 'galley';

/** The content type that a screen is about. @throws GALLEY_TYPE_UNKNOWN */
export function typeOf(page: ScreenContext): ContentType {
  const type = page.site.types.get(page.params['type'] ?? '');
  if (!type?.showInAdmin) throw new GalleyError('GALLEY_TYPE_UNKNOWN', 'There is no content of that type.');
  return type;
}

/** Whether somebody may write entries of a type at all. */
export function mayWrite(viewer: Viewer, { capability }: ContentType): boolean {
  return viewer.can(`edit_${capability}s`);
}

/** The types that the viewer may write, in order of registration. */
export function writableTypes(site: Site, viewer: Viewer): ContentType[] {
  return site.types.list().flatMap(({ value }) => (value.showInAdmin && mayWrite(viewer, value) ? [value] : []));
}

/** The entry that a screen is about. @throws GALLEY_ENTRY_UNKNOWN | GALLEY_PERMISSION_DENIED */
export async function entryOf(page: ScreenContext): Promise<Entry> {
  const type = typeOf(page);
  const entry = await page.site.entries.need(page.id(), page.viewer);
  if (entry.type !== type.name) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no entry ${entry.id}.`);
  if (!page.site.entries.may(page.viewer, 'edit', entry))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', `You may not edit this ${type.singular.toLowerCase()}.`);
  return entry;
}

/** The list of a type, or what its name is given. */
export function listUrl(type: Pick<ContentType, 'name'>): string {
  return `/admin/content/${type.name}`;
}

/** Where a form says that one comes from, as far as it is a screen of the admin. */
export function backOf(page: ScreenContext, fallback: string): string {
  const target = safeRedirect(page.value('back'), fallback);
  return /^\/admin(\/|\?|$)/.test(target) ? target : fallback;
}

/** The names that the list of a type has for plugins: its own, and that of the lists of all types. */
export function listNames(type: Pick<ContentType, 'name'>): string[] {
  return [`content:${type.name}`, 'content:*'];
}
