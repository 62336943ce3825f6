import { definePlugin } from 'galley';
import { addAdmin } from './admin.ts';
import { defineFileHistory } from './history.ts';
import { ThemeEditor } from './theme-editor.ts';

declare module 'galley' {
  interface Services {
    themeEditor: ThemeEditor;
  }
}

export default definePlugin((site) => {
  site.capabilities.define('edit_themes', { label: 'Change templates and styles of the theme', roles: [] });
  const editor = new ThemeEditor(site);
  site.services.provide('themeEditor', editor);
  defineFileHistory(site, editor);
  addAdmin(site, editor);
});
