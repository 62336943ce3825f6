import { join } from 'node:path';
import { historyLink, isGalleyError, type Reply, type Screen, type ScreenContext, type Site } from 'galley';
import { askToDelete, deleteMenu, saveMenu, sendOffers, showMenu, undoMenu } from './admin-menu.ts';
import { PLACES_SUBJECT, readPlaces, storePlaces } from './places.ts';

const BASE = '/admin/menus';
const capability = 'edit_theme_options';

/** The screens of menus: which there are, where each stands, and what is in them. */
export function addAdmin(site: Site): void {
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  site.assets.folder('menus', join(import.meta.dirname, 'assets'));
  const screen = (path: string, title: string, more: Partial<Screen>): void =>
    site.admin.screen({ path, title, capability, ...more });
  screen('/menus', 'Menus', {
    menu: { group: 'design', icon: 'list-nested', searchWords: 'navigation, links' },
    get: showMenus,
    post: createMenu,
  });
  screen('/menus/places', 'Places of menus', { post: savePlaces });
  screen('/menus/offers', 'What menus can lead to', { query: ['search'], get: sendOffers });
  screen('/menus/:id(int)', 'Menu', {
    query: ['search'],
    help: 'Drag links up, down or below another, or move them with the arrow keys of their buttons. Nothing changes for visitors until you save, and each save can be taken back.',
    get: (page) => showMenu(page),
    post: saveMenu,
  });
  screen('/menus/:id(int)/undo', 'Take back the last change of a menu', { post: undoMenu });
  screen('/menus/:id(int)/delete', 'Delete menu', { get: askToDelete, post: deleteMenu });
}

async function showMenus(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const [menus, places, { theme }] = await Promise.all([
    site.terms.list('nav_menu', { limit: 200 }),
    readPlaces(site),
    site.themes.active(),
  ]);
  const none = { value: '0', label: page.t('None') };
  return page.view('menus/menus', {
    intro: page.t('A menu is a list of links. The theme says where menus can stand.'),
    menus: menus.map((menu) => ({
      ...menu,
      url: `${BASE}/${menu.id}`,
      places: Object.entries(theme.manifest.menus).flatMap(([place, label]) =>
        places[place] === menu.id ? [page.t(label)] : [],
      ),
    })),
    history: historyLink(page, 'menu-places', PLACES_SUBJECT),
    places: Object.entries(theme.manifest.menus).map(([name, label]) => ({
      name,
      label: page.t(label),
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
      text: page.t('The menu “{name}” is there. Add to it what you like.', { name: menu.name }),
    });
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500) throw error;
    return page.redirect('/menus', { kind: 'danger', text: error.message });
  }
}

async function savePlaces(page: ScreenContext): Promise<Reply> {
  const { theme } = await page.site.themes.active();
  const chosen = Object.keys(theme.manifest.menus).map((name) => [name, Number(page.value(`place.${name}`)) || 0]);
  await storePlaces(page.site, Object.fromEntries(chosen), page.viewer);
  return page.redirect('/menus', { kind: 'success', text: page.t('Saved. Visitors see it now.') });
}
