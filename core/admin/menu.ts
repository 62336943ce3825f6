import type { Viewer } from '../identity/viewer.ts';
import type { Owned, Site } from '../kernel/site.ts';
import { knownIcon } from './icons.ts';
import type { AdminInput } from './input.ts';

/** The groups of the menu, in order. */
export const MENU_GROUPS = {
  top: '',
  content: 'Content',
  structure: 'Structure',
  people: 'People',
  design: 'Design',
  system: 'System',
} as const;

/** Name of a group of the menu. */
export type MenuGroup = keyof typeof MENU_GROUPS;

/** An entry of the menu. */
export interface AdminMenuItem {
  label: string;
  /** Below `/admin`: `/content/post`. */
  path: string;
  group: MenuGroup;
  /** Name of a Bootstrap icon. */
  icon: string;
  /** Lower ones stand first; 10 unless given. */
  order?: number;
  /** Who sees it; without one everybody who is logged in. */
  capability?: string;
  /** Keys that open it from everywhere, one after the other: `g p`. */
  key?: string;
  /** How many things wait there. */
  count?: number;
  /** Further words that Ctrl+K finds it by, in English and translated as the label is; they are not shown. */
  searchWords?: string;
}

/** Entries that depend on what there is, such as one for each content type. */
export type MenuProvider = (input: AdminInput) => readonly AdminMenuItem[] | Promise<readonly AdminMenuItem[]>;

/** A group of the menu as the layout shows it. */
export interface ShownGroup {
  name: string;
  label: string;
  /** Whether one of its entries is where one is. */
  current: boolean;
  items: (AdminMenuItem & { url: string; current: boolean; countLabel: string })[];
}

interface Registered {
  owner: string;
  provide: MenuProvider;
}

const MANY = 99;

/** The menu of the admin: who may not open a screen does not see it. */
export class Menu implements Owned {
  readonly #site: Site;
  readonly #owner: string;
  readonly #providers: Registered[];

  constructor(site: Site, owner = 'core', providers: Registered[] = []) {
    this.#site = site;
    this.#owner = owner;
    this.#providers = providers;
  }

  ownedBy(owner: string): this {
    return new Menu(this.#site, owner, this.#providers) as this;
  }

  removeOwner(owner: string): void {
    this.#providers.splice(0, this.#providers.length, ...this.#providers.filter((item) => item.owner !== owner));
  }

  /** Adds one entry, or entries that are made anew for each page. */
  add(item: AdminMenuItem | MenuProvider): void {
    const provide = typeof item === 'function' ? item : () => [item];
    this.#providers.push({ owner: this.#owner, provide });
  }

  /** The groups with the entries that the viewer may open. */
  async show(viewer: Viewer, path: string): Promise<ShownGroup[]> {
    const input: AdminInput = { site: this.#site, viewer, path };
    const given = await Promise.all(this.#providers.map(({ provide }) => provide(input)));
    const allowed = given.flat().filter(({ capability }) => capability === undefined || viewer.can(capability));
    const items = await this.#site.hooks.applyFilters('admin:menu', allowed, input);
    const current = currentPath(items, path);
    return Object.entries(MENU_GROUPS).flatMap(([name, label]) => {
      const own = items.filter(({ group }) => group === name).sort((a, b) => (a.order ?? 10) - (b.order ?? 10));
      const entries = own.map((item) => shown(item, current));
      return own.length === 0 ? [] : [{ name, label, current: entries.some((item) => item.current), items: entries }];
    });
  }
}

function shown(item: AdminMenuItem, current: string | undefined): ShownGroup['items'][number] {
  const { count = 0 } = item;
  const countLabel = count > MANY ? `${MANY}+` : count > 0 ? String(count) : '';
  return { ...item, icon: knownIcon(item.icon), url: adminUrl(item.path), current: item.path === current, countLabel };
}

/** The entry that a path belongs to: the longest of those that it begins with. */
function currentPath(items: readonly AdminMenuItem[], path: string): string | undefined {
  const below = path.replace(/^\/admin/, '') || '/';
  return items
    .map((item) => item.path)
    .filter((own) => below === own || (own !== '/' && below.startsWith(`${own}/`)))
    .sort((a, b) => b.length - a.length)[0];
}

/** The address of a path below `/admin`. */
export function adminUrl(path: string): string {
  return path === '/' ? '/admin' : `/admin${path}`;
}
