import { join } from 'node:path';
import { definePlugin } from 'galley';
import { RECORDS_QUERY } from './record-list.ts';
import { addScreens } from './screens.ts';
import { shownModels, urlOf } from './shown-model.ts';

export default definePlugin((site) => {
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  addScreens(site);
  site.admin.lists.extend('records:*', { parameters: RECORDS_QUERY });
  site.admin.menu.add(({ viewer }) =>
    shownModels(site, viewer).map(({ name, admin }) => ({
      label: admin.plural,
      path: urlOf(name).slice('/admin'.length),
      group: 'content',
      icon: admin.icon ?? 'table',
      order: admin.order ?? 80,
    })),
  );
});
