import { GalleyError, type Site, type Viewer } from 'galley';

/** Which menu stands in which place of the theme, by their numbers; 0 where none does. */
export type MenuPlaces = Readonly<Record<string, number>>;

const KIND = 'menu-places';
/** All places of the site are one thing with one history. */
export const PLACES_SUBJECT = 'all';

export const readPlaces = (site: Site): Promise<MenuPlaces> => site.options.get<MenuPlaces>('menu_locations');

/** Stores which menus stand where, and keeps what it was. Menus that are not there stand nowhere. @throws GALLEY_PERMISSION_DENIED */
export async function storePlaces(site: Site, changes: MenuPlaces, viewer: Viewer): Promise<void> {
  if (!viewer.can('edit_theme_options')) throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not change menus.');
  const known = await site.terms.getMany(Object.values(changes));
  const wanted = Object.entries(changes).map(([place, id]) => [place, known.get(id)?.taxonomy === 'nav_menu' ? id : 0]);
  await site.database.transaction(async () => {
    let before: MenuPlaces = {};
    const after = await site.options.update<MenuPlaces>('menu_locations', (stored) => {
      before = stored;
      return { ...stored, ...Object.fromEntries(wanted) };
    });
    await site.histories.record(KIND, PLACES_SUBJECT, after, { before, viewer });
  });
}

/** Gives the places of menus a history, place by place. */
export function definePlacesHistory(site: Site): void {
  site.histories.define(KIND, {
    title: 'Places of menus',
    async find(subject, viewer) {
      if (subject !== PLACES_SUBJECT || !viewer.can('edit_theme_options')) return undefined;
      return { title: 'Places of menus', url: '/admin/menus' };
    },
    read: () => readPlaces(site),
    async parts(_subject, snapshots) {
      const [{ theme }, menus] = await Promise.all([
        site.themes.active(),
        site.terms.getMany(snapshots.flatMap((snapshot) => Object.values(snapshot).map(Number))),
      ]);
      const places = theme.manifest.menus;
      const names = [...new Set([...Object.keys(places), ...snapshots.flatMap((snapshot) => Object.keys(snapshot))])];
      const nameOf = (id: unknown): string => (id ? (menus.get(Number(id))?.name ?? `#${String(id)}`) : '');
      return names.map((name) => ({ name, label: places[name] ?? name, show: nameOf }));
    },
    restore: (_subject, changes, viewer) =>
      storePlaces(
        site,
        Object.fromEntries(Object.entries(changes).map(([place, id]) => [place, Number(id ?? 0)])),
        viewer,
      ),
  });
}
