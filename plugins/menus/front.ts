import type { MenuItem, Site, View } from 'galley';
import type { MenuNode, Menus } from './menus.ts';

/** Error pages may be made before it is known how the site is called. */
const NOWHERE = 'http://site.invalid';

type Tag = (...tags: string[]) => void;

/** Puts the menus of all places into the view, with the item of this page marked. */
export async function addMenus(site: Site, menus: Menus, view: View, { tag }: { tag: Tag }): Promise<View> {
  tag('menus', 'option:menu_locations');
  const locations = await site.options.get<Record<string, number>>('menu_locations');
  const { origin } = URL.parse(view.site.url) ?? new URL(NOWHERE);
  const here = placeOf(view.entry?.url ?? listOf(view.page.canonical), origin);
  const result: Record<string, MenuItem[]> = { ...view.menus };
  for (const [location, menuId] of Object.entries(locations)) {
    const nodes = menuId > 0 ? await menus.tree(menuId) : [];
    if (nodes.length > 0) result[location] = mark(nodes, here, origin);
  }
  if (!result['primary']) {
    tag('type:page');
    result['primary'] = mark(await menus.pages(), here, origin);
  }
  return { ...view, menus: result };
}

/** The first page of a list: its further pages belong to the same item. */
function listOf(canonical = ''): string {
  return canonical.replace(/page\/\d+\/$/, '');
}

/** What two addresses of the same page have in common, with the origin of the site; undefined for other sites and places on the same page. */
function placeOf(url: string, origin: string): string | undefined {
  if (url === '' || url.startsWith('#')) return undefined;
  const parsed = URL.parse(url, origin);
  return parsed?.origin === origin ? parsed.pathname + parsed.search : undefined;
}

function mark(nodes: readonly MenuNode[], here: string | undefined, origin: string): MenuItem[] {
  return nodes.map((node) => {
    const children = mark(node.children, here, origin);
    const { id: _, ...item } = node;
    return {
      ...item,
      children,
      current: here !== undefined && placeOf(node.url, origin) === here,
      ancestor: children.some((child) => child.current || child.ancestor),
    };
  });
}
