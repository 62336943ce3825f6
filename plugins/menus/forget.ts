import type { Entry, Site } from 'galley';

/** Forgets the cached menus when an item of one changes, or something that an item leads to. */
export function forgetMenus(site: Site): void {
  const forget = (): Promise<void> => site.cache.invalidate(['menus']);
  const isTarget = async (objectId: number): Promise<boolean> =>
    (await site.entries.count({ type: 'nav_menu_item', where: { objectId } })) > 0;

  site.hooks.addAction('entry:saved', async ({ entry, previous }) => {
    if (entry.type === 'nav_menu_item') return forget();
    // Nothing can lead to what was not there.
    if (!previous || looksSame(entry, previous)) return undefined;
    const isMoved = previous.path !== entry.path;
    // What stands below it has moved too, and is not told of one by one.
    const hasMovedOthers = isMoved && site.types.get(entry.type)?.hierarchical === true;
    return hasMovedOthers || (await isTarget(entry.id)) ? forget() : undefined;
  });
  site.hooks.addAction('entry:removed', async ({ entry }) => {
    const isParent = site.types.get(entry.type)?.hierarchical === true;
    if (entry.type === 'nav_menu_item' || isParent || (await isTarget(entry.id))) await forget();
  });
  site.hooks.addAction('term:saved', async ({ term }) => {
    const isTree = site.taxonomies.get(term.taxonomy)?.hierarchical === true;
    if (term.taxonomy === 'nav_menu' || isTree || (await isTarget(term.id))) await forget();
  });
  site.hooks.addAction('term:removed', forget);
}

/** Whether menus show both alike: title, address, and that it may be seen. */
function looksSame(entry: Entry, previous: Entry): boolean {
  const keys = ['path', 'title', 'status', 'publishedAt'] as const;
  return keys.every((key) => entry[key] === previous[key]);
}
