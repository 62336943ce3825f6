import type { Site } from 'galley';

/** Forgets the cached menus when an item of one changes, or something that an item leads to. */
export function forgetMenus(site: Site): void {
  const forget = (): Promise<void> => site.cache.invalidate(['menus']);
  const isTarget = async (objectId: number): Promise<boolean> =>
    (await site.entries.count({ type: 'nav_menu_item', where: { objectId } })) > 0;

  site.hooks.addAction('entry:saved', async ({ entry, previous }) => {
    if (entry.type === 'nav_menu_item') return forget();
    const isSame =
      previous && previous.path === entry.path && previous.title === entry.title && previous.status === entry.status;
    if (!isSame && (await isTarget(entry.id))) await forget();
  });
  site.hooks.addAction('entry:removed', async ({ entry }) => {
    if (entry.type === 'nav_menu_item' || (await isTarget(entry.id))) await forget();
  });
  site.hooks.addAction('term:saved', async ({ term }) => {
    if (term.taxonomy === 'nav_menu' || (await isTarget(term.id))) await forget();
  });
  site.hooks.addAction('term:removed', forget);
}
