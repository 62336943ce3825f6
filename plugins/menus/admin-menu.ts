import { type Entry, historyLink, isGalleyError, json, type Reply, type ScreenContext, trashUndo } from 'galley';
import { arrange, readItems, stateOf, type TypedItem } from './menu-form.ts';
import { describeItems, findOffers, readAdded } from './menu-offers.ts';
import { itemsOfMenu, type MenuSnapshot, needMenu, restoreMenu, storeMenu } from './menu-store.ts';
import { trashMenu } from './trash.ts';

const BASE = '/admin/menus';
const UNDO = 'menus:undo';

interface Typed {
  name?: string;
  items: TypedItem[];
  errors: Record<number, string>;
  /** Whether somebody else has changed the menu while it was typed. */
  isStale?: boolean;
  status: number;
}

/** The screen of a menu: what is in it, and what could be. */
export async function showMenu(page: ScreenContext, typed?: Typed): Promise<Reply> {
  const { site, viewer } = page;
  const menu = await needMenu(site, page.id());
  const items = await itemsOfMenu(site, menu.id, viewer);
  const search = (page.value('search') || page.text('search')).trim().slice(0, 100);
  const [offers, targets, places] = await Promise.all([
    findOffers(site, search, viewer),
    describeItems(page, items),
    placesOf(page, menu.id),
  ]);
  const data = {
    title: menu.name,
    breadcrumbs: [{ label: 'Menus', url: BASE }],
    actions: [
      ...historyLink(page, 'menu', String(menu.id)),
      { label: page.t('Delete the menu'), url: `${BASE}/${menu.id}/delete` },
    ],
    name: typed?.name ?? menu.name,
    url: `${BASE}/${menu.id}`,
    state: stateOf(items),
    search,
    items: arrange(items, targets, typed),
    hasErrors: Object.keys(typed?.errors ?? {}).length > 0,
    isStale: typed?.isStale ?? false,
    ...offers,
    places,
    scripts: [await site.assets.url('menus', 'menu.js')],
  };
  return page.view('menus/menu', data, { status: typed?.status ?? 200 });
}

async function placesOf(page: ScreenContext, menuId: number): Promise<string[]> {
  const { site } = page;
  const [locations, { theme }] = await Promise.all([
    site.options.get<Record<string, number>>('menu_locations'),
    site.themes.active(),
  ]);
  return Object.entries(theme.manifest.menus).flatMap(([place, label]) =>
    locations[place] === menuId ? [page.t(label)] : [],
  );
}

/** Stores names, addresses, order and places in the tree, and what is to be added; what is ticked goes. */
export async function saveMenu(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const menu = await needMenu(site, page.id());
  const before = await itemsOfMenu(site, menu.id, viewer);
  const { items, errors } = readItems(page.values, before);
  const name = page.value('name').trim();
  const act = page.value('do');
  if (act === 'find') return showMenu(page, { name, items, errors: {}, status: 200 });
  if (Object.keys(errors).length > 0) return showMenu(page, { name, items, errors, status: 422 });
  const added = act === 'add' ? await readAdded(site, page.values, viewer) : [];
  if (act === 'add' && added.length === 0)
    return page.redirect(`/menus/${menu.id}`, { kind: 'warning', text: page.t('Tick something, or type an address.') });
  try {
    const state = page.value('state') || undefined;
    const snapshot = await storeMenu(site, menu, { name, items, added, ...(state ? { state } : {}) }, viewer);
    return await done(page, snapshot, added.length);
  } catch (error) {
    return refused(page, error, { name, items, errors: {}, status: 409 });
  }
}

async function refused(page: ScreenContext, error: unknown, typed: Typed): Promise<Reply> {
  if (isGalleyError(error, 'GALLEY_ENTRY_CONFLICT')) return showMenu(page, { ...typed, isStale: true });
  if (!isGalleyError(error, 'GALLEY_INPUT_INVALID')) throw error;
  const text = page.t('That is no address. Begin with / or https://.');
  return page.redirect(`/menus/${page.id()}`, { kind: 'danger', text });
}

async function done(page: ScreenContext, snapshot: MenuSnapshot, added: number): Promise<Reply> {
  const { menuId } = snapshot;
  const canUndo = await page.savePreference(UNDO, snapshot).then(
    () => true,
    () => false, // Too long to be kept: the menu is saved all the same.
  );
  const text =
    added > 0
      ? page.t('{count} added at the end.', { count: added }, { one: 'Added at the end.' })
      : page.t('Saved. Visitors see it now.');
  const undo = { label: page.t('Undo'), action: `${BASE}/${menuId}/undo` };
  return page.redirect(`/menus/${menuId}`, { kind: 'success', text, ...(canUndo ? { undo } : {}) });
}

/** Brings back what the menu was before the last save. */
export async function undoMenu(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const id = page.id();
  const snapshot = (await page.preference(UNDO)) as MenuSnapshot | null;
  if (snapshot?.menuId !== id)
    return page.redirect(`/menus/${id}`, { kind: 'warning', text: page.t('There is nothing to take back.') });
  try {
    await restoreMenu(site, snapshot, viewer);
    await page.savePreference(UNDO, null);
    return page.redirect(`/menus/${id}`, { kind: 'success', text: page.t('The menu is as it was before.') });
  } catch (error) {
    if (!isGalleyError(error, 'GALLEY_ENTRY_CONFLICT')) throw error;
    const text = page.t('Not taken back: somebody else has changed this menu since.');
    return page.redirect(`/menus/${id}`, { kind: 'warning', text });
  }
}

/** What could be added to a menu, for the search while typing. */
export async function sendOffers(page: ScreenContext): Promise<Reply> {
  return json(await findOffers(page.site, page.text('search').trim().slice(0, 100), page.viewer));
}

/** Asks before a menu goes, with the consequence in numbers. */
export async function askToDelete(page: ScreenContext): Promise<Reply> {
  const menu = await needMenu(page.site, page.id());
  const items: Entry[] = await itemsOfMenu(page.site, menu.id, page.viewer);
  return page.view('act', {
    title: page.t('Delete the menu “{name}”?', { name: menu.name }),
    breadcrumbs: [{ label: 'Menus', url: BASE }],
    question: page.t(
      'Its {count} entries go with it; the pages they lead to stay. It can be brought back for {days} days.',
      { count: items.length, days: await page.site.options.get<number>('trash_days') },
      { one: 'Its one entry goes with it; the page it leads to stays. It can be brought back for {days} days.' },
    ),
    submit: page.t('Delete the menu'),
    isDanger: true,
    cancel: `${BASE}/${menu.id}`,
  });
}

/** Deletes a menu with its items; it can come back. */
export async function deleteMenu(page: ScreenContext): Promise<Reply> {
  const menu = await needMenu(page.site, page.id());
  const id = await trashMenu(page.site, menu.id, page.viewer);
  const text = page.t('The menu “{name}” is deleted.', { name: menu.name });
  return page.redirect('/menus', { kind: 'success', text, ...trashUndo(page, [id]) });
}
