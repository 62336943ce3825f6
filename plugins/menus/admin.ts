import { join } from 'node:path';
import {
  type Entry,
  GalleyError,
  isGalleyError,
  plainText,
  type Reply,
  type ScreenContext,
  type Site,
  type Term,
} from 'galley';
import { arrange, readItems, type TypedItem } from './menu-form.ts';

const BASE = '/admin/menus';
const MAX_ITEMS = 1000;
const OFFERED = 100;

/** The screens of menus: which there are, where each stands, and what is in them. */
export function addAdmin(site: Site): void {
  const capability = 'edit_theme_options';
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  site.admin.screen({
    path: '/menus',
    title: 'Menus',
    capability,
    menu: { group: 'design', icon: 'list-nested' },
    get: showMenus,
    post: createMenu,
  });
  site.admin.screen({ path: '/menus/places', title: 'Places of menus', capability, post: savePlaces });
  site.admin.screen({
    path: '/menus/:id(int)',
    title: 'Menu',
    capability,
    query: ['search'],
    get: (page) => showMenu(page),
    post: saveMenu,
  });
  site.admin.screen({ path: '/menus/:id(int)/add', title: 'Add to a menu', capability, post: addItems });
  site.admin.screen({
    path: '/menus/:id(int)/delete',
    title: 'Delete menu',
    capability,
    get: askToDelete,
    post: deleteMenu,
  });
}

async function showMenus(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const [menus, places, { theme }] = await Promise.all([
    site.terms.list('nav_menu', { limit: 200 }),
    site.options.get<Record<string, number>>('menu_locations'),
    site.themes.active(),
  ]);
  const none = { value: '0', label: 'None' };
  return page.view('menus/menus', {
    intro: 'A menu is a list of links. The theme says where menus can stand.',
    menus: menus.map((menu) => ({
      ...menu,
      url: `${BASE}/${menu.id}`,
      places: Object.entries(theme.manifest.menus).flatMap(([place, label]) =>
        places[place] === menu.id ? [label] : [],
      ),
    })),
    places: Object.entries(theme.manifest.menus).map(([name, label]) => ({
      name,
      label,
      options: [none, ...menus.map(({ id, name: title }) => ({ value: String(id), label: title }))].map((option) => ({
        ...option,
        selected: Number(option.value) === (places[name] ?? 0),
      })),
    })),
  });
}

async function createMenu(page: ScreenContext): Promise<Reply> {
  const name = page.value('name').trim();
  try {
    const menu = await page.site.terms.save({ taxonomy: 'nav_menu', name }, { viewer: page.viewer });
    return page.redirect(`/menus/${menu.id}`, {
      kind: 'success',
      text: `The menu “${menu.name}” is there. Add to it what you like.`,
    });
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500) throw error;
    return page.redirect('/menus', { kind: 'danger', text: error.message });
  }
}

async function savePlaces(page: ScreenContext): Promise<Reply> {
  const { theme } = await page.site.themes.active();
  const menus = new Set((await page.site.terms.list('nav_menu', { limit: 1000 })).map(({ id }) => id));
  const chosen = Object.keys(theme.manifest.menus).map((name) => {
    const id = Number(page.value(`place.${name}`));
    return [name, menus.has(id) ? id : 0] as const;
  });
  await page.site.options.update<Record<string, number>>('menu_locations', (current) => ({
    ...current,
    ...Object.fromEntries(chosen),
  }));
  return page.redirect('/menus', { kind: 'success', text: 'Saved. Visitors see it now.' });
}

async function menuOf({ site, id }: { site: Site; id: number }): Promise<Term> {
  const menu = await site.terms.get(id);
  if (menu?.taxonomy !== 'nav_menu') throw new GalleyError('GALLEY_TERM_UNKNOWN', 'There is no such menu.');
  return menu;
}

async function itemsOf({ site, viewer }: ScreenContext, menu: Term): Promise<Entry[]> {
  const query = {
    type: 'nav_menu_item',
    term: { taxonomy: 'nav_menu', ids: [menu.id] },
    order: 'order',
    limit: MAX_ITEMS,
  } as const;
  return (await site.entries.find(query, viewer)).items;
}

async function showMenu(
  page: ScreenContext,
  typed?: { items: TypedItem[]; errors: Record<number, string> },
): Promise<Reply> {
  const { site, viewer } = page;
  const menu = await menuOf({ site, id: page.id() });
  const items = await itemsOf(page, menu);
  const search = page.text('search').trim().slice(0, 100);
  const types = site.types.list().filter(({ value }) => value.public && value.showInAdmin);
  const query = { type: types.map(({ name }) => name), order: 'modified', limit: OFFERED, body: false } as const;
  const [{ items: entries }, terms, targets] = await Promise.all([
    site.entries.find(search ? { ...query, title: search } : query, viewer),
    Promise.all(
      site.taxonomies
        .list()
        .flatMap(({ name, value }) =>
          value.base && value.showInAdmin !== false
            ? [site.terms.list(name, { limit: 50, ...(search ? { search } : {}) })]
            : [],
        ),
    ),
    describe(page, items),
  ]);
  const data = {
    title: menu.name,
    breadcrumbs: [{ label: 'Menus', url: BASE }],
    actions: [{ label: 'Delete the menu', url: `${BASE}/${menu.id}/delete` }],
    name: menu.name,
    url: `${BASE}/${menu.id}`,
    search,
    items: arrange(items, targets, typed),
    hasErrors: Object.keys(typed?.errors ?? {}).length > 0,
    entries: entries.map(({ id, title, type }) => ({
      id,
      title: plainText(title) || `#${id}`,
      kind: site.types.need(type).singular,
    })),
    terms: terms
      .flat()
      .map(({ id, name, taxonomy }) => ({ id, title: name, kind: site.taxonomies.need(taxonomy).singular })),
  };
  return page.view('menus/menu', data, { status: typed ? 422 : 200 });
}

/** To what each item leads, in words. */
async function describe({ site, viewer }: ScreenContext, items: readonly Entry[]): Promise<Map<number, string>> {
  const idOf = (item: Entry): number => Number(item.fields['objectId'] ?? 0);
  const of = (kind: string): number[] => items.filter(({ fields }) => fields['kind'] === kind).map(idOf);
  const [entries, terms] = await Promise.all([
    site.entries.getMany(of('post_type'), viewer),
    site.terms.getMany(of('taxonomy')),
  ]);
  return new Map(
    items.map((item) => {
      const entry = entries.get(idOf(item));
      const term = terms.get(idOf(item));
      if (item.fields['kind'] === 'post_type')
        return [
          item.id,
          entry
            ? `${site.types.get(entry.type)?.singular ?? 'Entry'}: ${plainText(entry.title)}`
            : 'An entry that is gone',
        ];
      if (item.fields['kind'] === 'taxonomy')
        return [
          item.id,
          term ? `${site.taxonomies.get(term.taxonomy)?.singular ?? 'Term'}: ${term.name}` : 'A term that is gone',
        ];
      if (item.fields['kind'] === 'post_type_archive')
        return [item.id, `All ${site.types.get(String(item.fields['object']))?.title ?? ''}`];
      return [item.id, ''];
    }),
  );
}

/** Stores names, addresses, order and places in the tree; what is ticked goes. */
async function saveMenu(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const menu = await menuOf({ site, id: page.id() });
  const stored = await itemsOf(page, menu);
  const { items, errors } = readItems(page.values, stored);
  if (Object.keys(errors).length > 0) return showMenu(page, { items, errors });
  const name = page.value('name').trim();
  if (name !== '' && name !== menu.name) await site.terms.save({ id: menu.id, name }, { viewer });
  await site.database.transaction(async () => {
    for (const item of items) {
      if (item.isRemoved) await site.entries.remove(item.id, { viewer });
      else {
        const { id, title, order, parentId, url, target } = item;
        const fields = { ...(item.isCustom ? { url } : {}), target: target === '_blank' ? '_blank' : '' };
        await site.entries.save({ id, title, order, parentId, fields, status: 'publish' }, { viewer });
      }
    }
  });
  return page.redirect(`/menus/${menu.id}`, { kind: 'success', text: 'Saved. Visitors see it now.' });
}

/** Adds what was ticked, and an address that was typed, at the end. */
async function addItems(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const menu = await menuOf({ site, id: page.id() });
  const ids = (name: string): number[] =>
    (page.values.get(name) ?? []).map(Number).filter((id) => Number.isSafeInteger(id) && id > 0);
  const [entries, terms] = await Promise.all([
    site.entries.getMany(ids('entries'), viewer),
    site.terms.getMany(ids('terms')),
  ]);
  const url = page.value('url').trim();
  const title = page.value('title').trim();
  const wanted = [
    ...[...entries.values()].map((entry) => ({
      title: '',
      fields: { kind: 'post_type', object: entry.type, objectId: entry.id },
    })),
    ...[...terms.values()].map((term) => ({
      title: '',
      fields: { kind: 'taxonomy', object: term.taxonomy, objectId: term.id },
    })),
    ...(url === '' ? [] : [{ title: title || url, fields: { kind: 'custom', url } }]),
  ];
  if (wanted.length === 0)
    return page.redirect(`/menus/${menu.id}`, { kind: 'warning', text: 'Tick something, or type an address.' });
  let order = Math.max(0, ...(await itemsOf(page, menu)).map((item) => item.order));
  try {
    await site.database.transaction(async () => {
      for (const item of wanted) {
        order += 1;
        const draft = {
          type: 'nav_menu_item',
          status: 'publish' as const,
          order,
          terms: { nav_menu: [menu.id] },
          ...item,
        };
        await site.entries.save(draft, { viewer });
      }
    });
  } catch (error) {
    if (!isGalleyError(error, 'GALLEY_INPUT_INVALID')) throw error;
    return page.redirect(`/menus/${menu.id}`, {
      kind: 'danger',
      text: 'That is no address. Begin with / or https://.',
    });
  }
  return page.redirect(`/menus/${menu.id}`, {
    kind: 'success',
    text: wanted.length === 1 ? 'Added at the end.' : `${wanted.length} added at the end.`,
  });
}

async function askToDelete(page: ScreenContext): Promise<Reply> {
  const menu = await menuOf({ site: page.site, id: page.id() });
  const items = await itemsOf(page, menu);
  return page.view('act', {
    title: `Delete the menu “${menu.name}”?`,
    breadcrumbs: [{ label: 'Menus', url: BASE }],
    question: `Its ${items.length} entries go with it; the pages they lead to stay. This cannot be undone.`,
    submit: 'Delete the menu',
    isDanger: true,
    cancel: `${BASE}/${menu.id}`,
  });
}

async function deleteMenu(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const menu = await menuOf({ site, id: page.id() });
  const items = await itemsOf(page, menu);
  await site.database.transaction(async () => {
    for (const { id } of items) await site.entries.remove(id, { viewer });
    await site.terms.remove(menu.id, { viewer });
  });
  return page.redirect('/menus', { kind: 'success', text: `The menu “${menu.name}” is deleted.` });
}
