import { withParameters } from './addresses.ts';
import { isShared, type ListView, type ListViews } from './list-views.ts';
import type { ScreenContext } from './screen-context.ts';

/** The views of a list as its template gets them. */
export interface ViewsMenu {
  list: string;
  items: readonly { name: string; url: string; isCurrent: boolean; isShared: boolean; isStandard: boolean }[];
  /** The one that is shown. */
  current?: { id: string; name: string; version: number; isStandard: boolean; mayChange: boolean };
  /** The list without any of them, where it opens with one. */
  allUrl: string;
  /** Whether this person may keep views for everybody. */
  mayShare: boolean;
}

/** Puts the views of a list into a menu. */
export function viewsMenu(
  { viewer }: ScreenContext,
  list: string,
  { own, shared, standard }: ListViews,
  { current, address }: { current: ListView | undefined; address: string },
): ViewsMenu {
  const [path = ''] = address.split('?');
  const mayShare = viewer.can('manage_options');
  const items = [...own, ...shared].map(({ id, name, query }) => ({
    name,
    url: viewUrl(path, { id, query }),
    isCurrent: id === current?.id,
    isShared: isShared(id),
    isStandard: id === standard,
  }));
  const menu: ViewsMenu = { list, items, allUrl: withParameters(path, { saved: 'all' }), mayShare };
  if (!current) return menu;
  const { id, name, version } = current;
  const mayChange = mayShare || !isShared(id);
  return { ...menu, current: { id, name, version, isStandard: id === standard, mayChange } };
}

/** The address of a list as a view shows it. */
export function viewUrl(path: string, { id, query }: Pick<ListView, 'id' | 'query'>): string {
  return withParameters(query ? `${path}?${query}` : path, { saved: id });
}
