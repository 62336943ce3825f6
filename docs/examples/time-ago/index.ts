// A helper for the templates of themes.
import { definePlugin } from 'galley';
import { ago } from './ago.ts';

export default definePlugin((site) => {
  site.templates.helper('ago', ([when], { view }) => ago(String(when), view.site.language), { minimum: 1 });
});
