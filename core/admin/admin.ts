import type { Owned, Site } from '../kernel/site.ts';
import { Lists } from './lists.ts';
import { Menu } from './menu.ts';
import { registerScreen, type Screen } from './screens.ts';
import { SettingsPages } from './settings.ts';
import { AdminViews } from './views.ts';

interface Parts {
  menu: Menu;
  views: AdminViews;
  settings: SettingsPages;
  lists: Lists;
}

/**
 * The admin as a mechanism: screens, menu, templates, settings pages. What is on the screens comes from plugins.
 *
 * @example
 * site.admin.screen({
 *   path: '/events', title: 'Events', capability: 'edit_events', menu: { group: 'content', icon: 'calendar-event' },
 *   get: async (page) => page.view('list', { table: await eventsTable(page) }),
 * });
 */
export class Admin implements Owned {
  /** The site as bound to whoever registers. */
  readonly #site: Site;
  readonly #parts: Parts;

  constructor(site: Site, parts?: Parts) {
    this.#site = site;
    this.#parts = parts ?? {
      menu: new Menu(site),
      views: new AdminViews(site),
      settings: new SettingsPages(),
      lists: new Lists(),
    };
  }

  /** The menu: `site.admin.menu.add({ label, path, group, icon })`. */
  get menu(): Menu {
    return this.#parts.menu;
  }

  /** Templates: `site.admin.views.folder(join(import.meta.dirname, 'views'))`. */
  get views(): AdminViews {
    return this.#parts.views;
  }

  /** Pages of settings, made of option definitions: `site.admin.settings.define('newsletter', { … })`. */
  get settings(): SettingsPages {
    return this.#parts.settings;
  }

  /** What plugins add to lists: `site.admin.lists.extend('content:post', { columns, filters, actions })`. */
  get lists(): Lists {
    return this.#parts.lists;
  }

  ownedBy(owner: string): this {
    const { menu, views, settings, lists } = this.#parts;
    const parts = {
      menu: menu.ownedBy(owner),
      views: views.ownedBy(owner),
      settings: settings.ownedBy(owner),
      lists: lists.ownedBy(owner),
    };
    const bound = Object.create(this.#site, {
      owner: { value: owner },
      routes: { value: this.#site.routes.ownedBy(owner) },
    }) as Site;
    const admin = new Admin(bound, parts) as this;
    Object.defineProperty(bound, 'admin', { value: admin });
    return admin;
  }

  removeOwner(owner: string): void {
    for (const part of Object.values(this.#parts) as Owned[]) part.removeOwner?.(owner);
  }

  /**
   * Adds a screen. It says who may open it, or it is refused.
   * @throws GALLEY_ROUTE_UNGUARDED | GALLEY_REGISTRY_DUPLICATE
   */
  screen(screen: Screen): void {
    registerScreen(this.#site, screen);
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    /** Screens, menu and settings pages of the admin. */
    readonly admin: Admin;
  }
}
