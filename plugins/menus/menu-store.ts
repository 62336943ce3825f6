import { type Entry, GalleyError, type Site, type Term, type Viewer } from 'galley';
import { stateOf, stored, type TypedItem } from './menu-form.ts';
import { type KeptItem, keptItem, snapshotOf } from './menu-snapshot.ts';

const MAX_ITEMS = 1000;

/** An item to be added. */
export interface NewItem {
  title: string;
  fields: Record<string, string | number>;
}

/** What is to be stored of a menu, all at once. */
export interface MenuChange {
  name?: string;
  items: readonly TypedItem[];
  added?: readonly NewItem[];
  /** The state that the change is based on, from `stateOf`. */
  state?: string;
}

/** A menu as it was, to be brought back. */
export interface MenuSnapshot {
  menuId: number;
  name: string;
  /** The state that the saving left behind; another one means that somebody has changed the menu since. */
  after: string;
  items: KeptItem[];
}

/** The menu with that id. @throws GALLEY_TERM_UNKNOWN */
export async function needMenu(site: Site, id: number): Promise<Term> {
  const menu = await site.terms.get(id);
  if (menu?.taxonomy !== 'nav_menu') throw new GalleyError('GALLEY_TERM_UNKNOWN', 'There is no such menu.');
  return menu;
}

/** The items of a menu, in order. */
export async function itemsOfMenu(site: Site, menuId: number, viewer: Viewer): Promise<Entry[]> {
  const query = {
    type: 'nav_menu_item',
    term: { taxonomy: 'nav_menu', ids: [menuId] },
    order: 'order',
    limit: MAX_ITEMS,
  } as const;
  return (await site.entries.find(query, viewer)).items;
}

/**
 * Stores a menu in one transaction: all of it or nothing.
 *
 * @returns what it was before, for taking it back
 * @throws GALLEY_ENTRY_CONFLICT when somebody else has changed the menu since `state`
 */
export async function storeMenu(site: Site, menu: Term, change: MenuChange, viewer: Viewer): Promise<MenuSnapshot> {
  return site.database.transaction(async () => {
    const before = await itemsOfMenu(site, menu.id, viewer);
    if (change.state !== undefined && change.state !== stateOf(before)) throw conflict();
    const known = new Map(before.map((entry) => [entry.id, entry]));
    if (change.name && change.name !== menu.name) await site.terms.save({ id: menu.id, name: change.name }, { viewer });
    for (const item of change.items) {
      const entry = known.get(item.id);
      if (entry && item.isRemoved) await site.entries.remove(item.id, { viewer });
      else if (entry && isChanged(item, entry)) await saveItem(site, item, entry, viewer);
    }
    let order = Math.max(0, ...before.map((item) => item.order), ...change.items.map((item) => item.order));
    for (const item of change.added ?? []) {
      order += 1;
      await addItem(site, menu.id, { ...item, order, parentId: null }, viewer);
    }
    const after = await record(site, menu, before, viewer);
    return { menuId: menu.id, name: menu.name, after, items: before.map(keptItem) };
  });
}

/** Keeps what the menu was and is. @returns the state that it is in now */
async function record(site: Site, before: Term, items: readonly Entry[], viewer: Viewer): Promise<string> {
  const [menu, present] = [await needMenu(site, before.id), await itemsOfMenu(site, before.id, viewer)];
  const past = { before: snapshotOf(before.name, items), viewer };
  await site.histories.record('menu', String(before.id), snapshotOf(menu.name, present), past);
  return stateOf(present);
}

/**
 * Brings a menu back to what it was before it was saved.
 * @throws GALLEY_ENTRY_CONFLICT when somebody has changed it since
 */
export async function restoreMenu(site: Site, snapshot: MenuSnapshot, viewer: Viewer): Promise<void> {
  const menu = await needMenu(site, snapshot.menuId);
  await site.database.transaction(async () => {
    const present = await itemsOfMenu(site, menu.id, viewer);
    if (stateOf(present) !== snapshot.after) throw conflict();
    if (menu.name !== snapshot.name) await site.terms.save({ id: menu.id, name: snapshot.name }, { viewer });
    const wanted = new Set(snapshot.items.map(({ id }) => id));
    const known = new Set(present.map(({ id }) => id));
    const ids = new Map<number, number>();
    for (const { id } of present) if (!wanted.has(id)) await site.entries.remove(id, { viewer });
    // What stands above is there before what stands below it.
    for (const item of byDepth(snapshot.items)) {
      const parentId = item.parentId === null ? null : (ids.get(item.parentId) ?? item.parentId);
      const { title, order, fields, description: excerpt } = item;
      if (known.has(item.id))
        await site.entries.save({ id: item.id, title, order, parentId, fields, excerpt }, { viewer });
      else ids.set(item.id, await addItem(site, menu.id, { title, order, parentId, fields, excerpt }, viewer));
    }
    await record(site, menu, present, viewer);
  });
}

function byDepth(items: MenuSnapshot['items']): MenuSnapshot['items'] {
  const depthOf = (id: number | null, left = items.length): number => {
    const item = items.find((other) => other.id === id);
    return item && left > 0 ? 1 + depthOf(item.parentId, left - 1) : 0;
  };
  return [...items].sort((a, b) => depthOf(a.id) - depthOf(b.id) || a.order - b.order);
}

const conflict = (): GalleyError =>
  new GalleyError('GALLEY_ENTRY_CONFLICT', 'Somebody else has changed this menu meanwhile.');

const COMPARED = ['title', 'url', 'target', 'classes', 'description', 'order', 'parentId'] as const;

function isChanged(item: TypedItem, entry: Entry): boolean {
  const before = stored(entry);
  return COMPARED.some((name) => item[name] !== before[name]);
}

async function saveItem(site: Site, item: TypedItem, { version }: Entry, viewer: Viewer): Promise<void> {
  const { id, title, order, parentId, url, target, classes, description: excerpt } = item;
  const fields = { ...(item.isCustom ? { url } : {}), target, classes };
  await site.entries.save({ id, title, order, parentId, fields, excerpt, status: 'publish' }, { viewer, version });
}

async function addItem(
  site: Site,
  menuId: number,
  draft: { title: string; fields: Record<string, unknown>; order: number; parentId: number | null; excerpt?: string },
  viewer: Viewer,
): Promise<number> {
  const saved = await site.entries.save(
    { type: 'nav_menu_item', status: 'publish', terms: { nav_menu: [menuId] }, ...draft },
    { viewer },
  );
  return saved.id;
}
