import { definePlugin } from 'galley';
import { addAdmin } from './admin.ts';
import { defineWidgetHistory } from './history.ts';
import { defineKinds, WidgetKinds } from './kinds.ts';
import { addWidgets, defineWidgets } from './widgets.ts';

export type { WidgetKind } from './kinds.ts';

declare module 'galley' {
  interface Services {
    /** Kinds of widgets, each a block with a form. */
    widgets: { kinds: WidgetKinds };
  }
}

export default definePlugin((site) => {
  defineWidgets(site);
  const kinds = new WidgetKinds();
  defineKinds(kinds);
  site.services.provide('widgets', { kinds });
  defineWidgetHistory(site);
  addAdmin(site, kinds);
  site.hooks.addFilter('view:page', (view, context) => addWidgets(site, view, context));
});
