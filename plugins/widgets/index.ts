import { definePlugin } from 'galley';
import { addWidgets, defineWidgets } from './widgets.ts';

export default definePlugin((site) => {
  defineWidgets(site);
  site.hooks.addFilter('view:page', (view, context) => addWidgets(site, view, context));
});
