import { type HistoryPart, plainText, type Site, type Snapshot, SYSTEM, type Viewer } from 'galley';
import { stateOf } from './menu-form.ts';
import { ITEM, itemsIn, type KeptItem, snapshotOf } from './menu-snapshot.ts';
import { itemsOfMenu, type MenuSnapshot, needMenu, restoreMenu } from './menu-store.ts';

/** What it leads to, in words that need no translation. */
function targetOf({ url, fields }: KeptItem): string {
  const { kind, object, objectId } = fields;
  return kind === 'custom' || kind === undefined
    ? url
    : `${String(object ?? '')} ${objectId ? `#${objectId}` : ''}`.trim();
}

function inWords(item: KeptItem, parent: KeptItem | undefined): string {
  const place = `${parent ? `${parent.title || targetOf(parent)} › ` : ''}${item.order}`;
  const details = [item.description, item.classes, item.target].filter(Boolean);
  return [item.title, targetOf(item), place, ...details].filter(Boolean).join('\n');
}

/** Gives menus a history: their names, and each item by itself. */
export function defineMenuHistory(site: Site): void {
  const read = async (subject: string, viewer: Viewer): Promise<Snapshot> => {
    const menu = await needMenu(site, Number(subject));
    return snapshotOf(menu.name, await itemsOfMenu(site, menu.id, viewer));
  };
  site.histories.define('menu', {
    title: 'Menu',
    async find(subject, viewer) {
      const menu = await site.terms.get(Number(subject));
      if (menu?.taxonomy !== 'nav_menu' || !viewer.can('edit_theme_options')) return undefined;
      return { title: menu.name, url: `/admin/menus/${menu.id}` };
    },
    read: (subject) => read(subject, SYSTEM),
    parts: (_subject, snapshots) => partsOf(snapshots),
    restore: (subject, changes, viewer) => restore(site, Number(subject), changes, viewer),
  });
}

function partsOf(snapshots: readonly Snapshot[]): HistoryPart[] {
  const items = new Map(snapshots.flatMap(itemsIn).map((item) => [item.id, item]));
  const inOrder = [...items.values()].sort((a, b) => a.order - b.order || a.id - b.id);
  return [
    { name: 'name', label: 'Name' },
    ...inOrder.map((item) => ({
      name: `${ITEM}${item.id}`,
      label: plainText(item.title) || targetOf(item),
      show: (value: unknown) =>
        value ? inWords({ ...(value as KeptItem), id: item.id }, items.get((value as KeptItem).parentId ?? 0)) : '',
    })),
  ];
}

async function restore(site: Site, menuId: number, changes: Snapshot, viewer: Viewer): Promise<void> {
  const menu = await needMenu(site, menuId);
  const present = await itemsOfMenu(site, menuId, viewer);
  const wanted = itemsIn({ ...snapshotOf(menu.name, present), ...changes });
  const known = new Set(wanted.map(({ id }) => id));
  const snapshot: MenuSnapshot = {
    menuId,
    name: typeof changes['name'] === 'string' ? changes['name'] : menu.name,
    after: stateOf(present),
    // What an item stood below may not come back with it.
    items: wanted.map((item) => (known.has(item.parentId ?? 0) ? item : { ...item, parentId: null })),
  };
  await restoreMenu(site, snapshot, viewer);
}
