import type { MenuItem, Site, View } from 'galley';
import type { MenuNode, Menus } from './menus.ts';

type Tag = (...tags: string[]) => void;

/** Puts the menus of all places into the view, with the item of this page marked. */
export async function addMenus(site: Site, menus: Menus, view: View, { tag }: { tag: Tag }): Promise<View> {
  tag('menus', 'option:menu_locations');
  const locations = await site.options.get<Record<string, number>>('menu_locations');
  const here = pathOf(view.page.canonical ?? '');
  const result: Record<string, MenuItem[]> = { ...view.menus };
  for (const [location, menuId] of Object.entries(locations)) {
    if (menuId > 0) result[location] = mark(await menus.tree(menuId), here);
  }
  if (!result['primary']) {
    tag('type:page');
    result['primary'] = mark(await menus.pages(), here);
  }
  return { ...view, menus: result };
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}

function mark(nodes: readonly MenuNode[], here: string): MenuItem[] {
  return nodes.map((node) => {
    const children = mark(node.children, here);
    const isHere = here !== '' && pathOf(node.url) === here;
    const { id: _, ...item } = node;
    return { ...item, children, current: isHere, ancestor: children.some((child) => child.current || child.ancestor) };
  });
}
