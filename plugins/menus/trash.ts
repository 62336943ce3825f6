import { GalleyError, type RestoredThing, type Site, type Viewer } from 'galley';
import { stateOf } from './menu-form.ts';
import { type KeptItem, keptItem } from './menu-snapshot.ts';
import { itemsOfMenu, needMenu, restoreMenu } from './menu-store.ts';

interface TrashedMenu {
  id: number;
  name: string;
  slug: string;
  items: KeptItem[];
}

/** Deletes a menu with its items; it can come back. @returns the number by which it does */
export async function trashMenu(site: Site, menuId: number, viewer: Viewer): Promise<number> {
  const { id, name, slug } = await needMenu(site, menuId);
  return site.database.transaction(async () => {
    const items = await itemsOfMenu(site, id, viewer);
    const data: TrashedMenu = { id, name, slug, items: items.map(keptItem) };
    const trashId = await site.trash.put({ kind: 'menu', title: name, data }, viewer);
    for (const item of items) await site.entries.remove(item.id, { viewer });
    await site.terms.remove(id, { viewer, forGood: true });
    return trashId;
  });
}

/** Lets menus come back. */
export function defineMenuTrash(site: Site): void {
  site.trash.define('menu', {
    title: () => 'Menu',
    may: (viewer) => viewer.can('edit_theme_options'),
    restore: (data, viewer) => bringBack(site, data as TrashedMenu, viewer),
  });
}

/** A menu comes back under a new number, and stands again where nothing else stands by now. */
async function bringBack(site: Site, { id, name, slug, items }: TrashedMenu, viewer: Viewer): Promise<RestoredThing> {
  if (!viewer.can('edit_theme_options')) throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not change menus.');
  const isFree = (await site.terms.bySlug('nav_menu', slug)) === undefined;
  const menu = await site.terms.save(
    { taxonomy: 'nav_menu', name, slug: isFree ? slug : `${slug}-${Date.now().toString(36)}` },
    { viewer },
  );
  await restoreMenu(site, { menuId: menu.id, name, after: stateOf([]), items }, viewer);
  await site.options.update<Record<string, number>>('menu_locations', (places) =>
    Object.fromEntries(Object.entries(places).map(([place, menuId]) => [place, menuId === id ? menu.id : menuId])),
  );
  return { path: `/menus/${menu.id}` };
}
