import type { AdminMenuItem, Site } from 'galley';
import { editableTaxonomies } from './terms-form.ts';
import { listUrl, writableTypes } from './types.ts';

const below = (url: string): string => url.replace('/admin', '');

const TYPE_KEYS: Record<string, string> = { post: 'g p', page: 'g a' };

/** The entries of the menu that depend on which types and taxonomies there are. */
export function addMenu(site: Site): void {
  site.admin.menu.add(({ viewer }) =>
    writableTypes(site, viewer).map(
      (type, index): AdminMenuItem => ({
        label: type.title,
        path: below(listUrl(type)),
        group: 'content',
        icon: type.icon,
        order: index + 1,
        key: TYPE_KEYS[type.name],
      }),
    ),
  );
  site.admin.menu.add(({ viewer }) =>
    editableTaxonomies(site, viewer).map(
      ({ name, definition }, index): AdminMenuItem => ({
        label: definition.title,
        path: `/terms/${name}`,
        group: 'structure',
        icon: definition.hierarchical ? 'folder2' : 'tags',
        order: index + 1,
      }),
    ),
  );
}
