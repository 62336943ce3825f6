import type { Site } from 'galley';
import type { ImportStore } from './import-store.ts';

/** Shows imported menus where they belong, unless a menu is shown there already. */
export async function placeMenus(site: Site, store: ImportStore): Promise<void> {
  for await (const rows of store.pending('term')) {
    for (const row of rows) {
      const { places, ...rest } = row.pending ?? {};
      if (!places) continue;
      const hasItems =
        (await site.entries.count({ type: 'nav_menu_item', term: { taxonomy: 'nav_menu', ids: [row.localId] } })) > 0;
      if (hasItems) await place(site, row.localId, places);
      await store.settle(row.id, rest);
    }
  }
}

async function place(site: Site, menuId: number, places: readonly string[]): Promise<void> {
  const present = await site.options.get<Record<string, number>>('menu_locations');
  const free = places.filter((name) => !present[name]);
  if (free.length === 0) return;
  await site.options.set('menu_locations', { ...present, ...Object.fromEntries(free.map((name) => [name, menuId])) });
}
