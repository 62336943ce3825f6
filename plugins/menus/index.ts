import { definePlugin } from 'galley';
import { addAdmin } from './admin.ts';
import { forgetMenus } from './forget.ts';
import { addMenus } from './front.ts';
import { defineMenuHistory } from './history.ts';
import { defineMenus, Menus } from './menus.ts';
import { definePlacesHistory } from './places.ts';
import { defineMenuTrash } from './trash.ts';

declare module 'galley' {
  interface Services {
    menus: Menus;
  }
}

export default definePlugin((site) => {
  defineMenus(site);
  const menus = new Menus(site);
  site.services.provide('menus', menus);
  defineMenuHistory(site);
  definePlacesHistory(site);
  defineMenuTrash(site);
  addAdmin(site);
  site.hooks.addFilter('view:page', (view, context) => addMenus(site, menus, view, context));
  forgetMenus(site);
});
