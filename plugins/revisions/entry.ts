import { type ContentType, type Entry, GalleyError, plainText, type ScreenContext } from 'galley';

/** The entry that a screen of revisions is about. */
export interface Shown {
  type: ContentType;
  entry: Entry;
  /** Where its form is. */
  url: string;
  title: string;
}

/** The entry of the address, which the viewer may edit. @throws GALLEY_TYPE_UNKNOWN | GALLEY_ENTRY_UNKNOWN | GALLEY_PERMISSION_DENIED */
export async function shownEntry(page: ScreenContext): Promise<Shown> {
  const { site, viewer } = page;
  const type = site.types.get(page.params['type'] ?? '');
  if (!type?.showInAdmin) throw new GalleyError('GALLEY_TYPE_UNKNOWN', 'There is no content of that type.');
  const entry = await site.entries.need(page.id(), viewer);
  if (entry.type !== type.name) throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no entry ${entry.id}.`);
  if (!site.entries.may(viewer, 'edit', entry))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', `You may not edit this ${type.singular.toLowerCase()}.`);
  const title = plainText(entry.title).trim() || page.t('Without a title ({id})', { id: entry.id });
  return { type, entry, url: `/admin/content/${type.name}/${entry.id}`, title };
}

/** The steps of the way to a screen below an entry. */
export function crumbsOf({ type, url, title }: Shown): { label: string; url: string }[] {
  return [
    { label: type.title, url: `/admin/content/${type.name}` },
    { label: title, url },
  ];
}
