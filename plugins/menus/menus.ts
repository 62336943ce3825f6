import { type Entry, loadPermalinks, type Permalinks, plainText, type Site, type Term, type Viewer } from 'galley';
import { trashMenu } from './trash.ts';

/** A menu entry with those below it, before it is known on which page it stands. */
export interface MenuNode {
  id: number;
  title: string;
  url: string;
  target: string;
  rel: string;
  description: string;
  classes: string[];
  children: MenuNode[];
}

/** What an entry of a menu leads to. */
export type MenuItemKind = 'custom' | 'post_type' | 'post_type_archive' | 'taxonomy';

const MAX_ITEMS = 1000;

/** The types behind menus: as in WordPress a menu is a term, and each of its items an entry. */
export function defineMenus(site: Site): void {
  site.taxonomies.define('nav_menu', {
    title: 'Menus',
    singular: 'Menu',
    showInAdmin: false,
    capability: 'edit_theme_options',
  });
  site.types.register('nav_menu_item', {
    title: 'Menu items',
    singular: 'Menu item',
    capability: 'page',
    showInAdmin: false,
    taxonomies: ['nav_menu'],
    supports: ['title', 'content', 'excerpt', 'page-attributes'],
    fields: {
      kind: {
        kind: 'select',
        label: 'Leads to',
        choices: { custom: 'Address', post_type: 'Entry', post_type_archive: 'List', taxonomy: 'Term' },
        default: 'custom',
      },
      object: { kind: 'text', label: 'Type or taxonomy', maxLength: 60 },
      objectId: { kind: 'integer', label: 'Id', index: true },
      url: { kind: 'url', label: 'Address', maxLength: 2000 },
      target: { kind: 'select', label: 'Opens in', choices: { '': 'The same window', _blank: 'A new window' } },
      rel: { kind: 'text', label: 'Relationship', maxLength: 100 },
      classes: { kind: 'text', label: 'Classes', maxLength: 300 },
    },
  });
  site.options.define('menu_locations', {
    default: {},
    label: 'Menus by place',
    schema: { type: 'object', additionalProperties: { type: 'integer', minimum: 0 }, maxProperties: 50 },
  });
}

interface Targets {
  links: Permalinks;
  entries: Map<number, Entry>;
  terms: Map<number, Term>;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const idOf = (item: Entry): number => Number(item.fields['objectId'] ?? 0);

/** The menus of the site. */
export class Menus {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** The tree of a menu. Kept in the cache until something in it changes. */
  tree(menuId: number): Promise<MenuNode[]> {
    return this.#site.cache.remember(`menu:${menuId}`, { tags: ['menus', 'options'], ttl: 86_400 }, () =>
      this.#load(menuId),
    );
  }

  /** Deletes a menu with its items; it can come back. @throws GALLEY_TERM_UNKNOWN | GALLEY_PERMISSION_DENIED */
  trash(menuId: number, viewer: Viewer): Promise<number> {
    return trashMenu(this.#site, menuId, viewer);
  }

  /** The pages on top, for sites that have no menu yet. */
  pages(): Promise<MenuNode[]> {
    return this.#site.cache.remember(
      'menu:pages',
      { tags: ['menus', 'type:page', 'options'], ttl: 86_400 },
      async () => {
        const links = await loadPermalinks(this.#site);
        const { items } = await this.#site.entries.find({
          type: 'page',
          parent: null,
          order: 'order',
          limit: 8,
          body: false,
        });
        return items.map((page) => node(page.id, plainText(page.title), links.entry(page)));
      },
    );
  }

  async #load(menuId: number): Promise<MenuNode[]> {
    const { items } = await this.#site.entries.find({
      type: 'nav_menu_item',
      term: { taxonomy: 'nav_menu', ids: [menuId] },
      order: 'order',
      limit: MAX_ITEMS,
      body: false,
    });
    const targets = await this.#loadTargets(items);
    const nodes = new Map(
      items.flatMap((item) => {
        const built = this.#node(item, targets);
        return built ? [[item.id, built] as const] : [];
      }),
    );
    const top: MenuNode[] = [];
    for (const item of items) {
      const built = nodes.get(item.id);
      if (built) (nodes.get(item.parentId ?? 0)?.children ?? top).push(built);
    }
    return top;
  }

  async #loadTargets(items: readonly Entry[]): Promise<Targets> {
    const idsOf = (kind: MenuItemKind): number[] => items.filter((item) => item.fields['kind'] === kind).map(idOf);
    const [links, entries, terms] = await Promise.all([
      loadPermalinks(this.#site),
      this.#site.entries.getMany(idsOf('post_type')),
      this.#site.terms.getMany(idsOf('taxonomy')),
    ]);
    return { links, entries, terms };
  }

  /** What leads nowhere any more, or to what is not public, is left out. */
  #node(item: Entry, { links, entries, terms }: Targets): MenuNode | undefined {
    const title = plainText(item.title);
    const extra = {
      target: text(item.fields['target']),
      rel: text(item.fields['rel']),
      description: item.summary,
      classes: text(item.fields['classes']).split(/\s+/).filter(Boolean),
    };
    switch (item.fields['kind']) {
      case 'post_type': {
        const entry = entries.get(idOf(item));
        return entry && ['publish', 'inherit'].includes(entry.status)
          ? { ...node(item.id, title || plainText(entry.title), links.entry(entry)), ...extra }
          : undefined;
      }
      case 'taxonomy': {
        const term = terms.get(idOf(item));
        return term && { ...node(item.id, title || term.name, links.term(term)), ...extra };
      }
      case 'post_type_archive': {
        const type = text(item.fields['object']);
        const url = links.archive(type);
        const name = title || (this.#site.types.get(type)?.title ?? '');
        return url === undefined ? undefined : { ...node(item.id, name, url), ...extra };
      }
      default:
        return { ...node(item.id, title, text(item.fields['url']) || '#'), ...extra };
    }
  }
}

function node(id: number, title: string, url: string): MenuNode {
  return { id, title, url, target: '', rel: '', description: '', classes: [], children: [] };
}
