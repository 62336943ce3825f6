import { definePlugin } from 'galley';
import { addAdmin } from './admin.ts';
import { forgetMenus } from './forget.ts';
import { addMenus } from './front.ts';
import { defineMenus, Menus } from './menus.ts';

declare module 'galley' {
  interface Services {
    menus: Menus;
  }
}

export default definePlugin((site) => {
  defineMenus(site);
  const menus = new Menus(site);
  site.services.provide('menus', menus);
  addAdmin(site);
  site.hooks.addFilter('view:page', (view, context) => addMenus(site, menus, view, context));
  forgetMenus(site);
});
