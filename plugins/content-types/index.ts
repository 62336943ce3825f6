import { join } from 'node:path';
import { definePlugin } from 'galley';
import { addScreens } from './admin.ts';
import { ContentTypes } from './content-types.ts';
import { OPTION, SCHEMA } from './definitions.ts';
import { Registered } from './registered.ts';

declare module 'galley' {
  interface Services {
    contentTypes: ContentTypes;
  }
}

/** How often a process looks whether another one has changed something, besides at every request. */
const LOOK_EVERY_MS = 1000;

export default definePlugin((site) => {
  site.capabilities.define('manage_content_types', { label: 'Manage content types', roles: [] });
  site.options.define(OPTION, {
    default: { revision: 0, types: {}, taxonomies: {} },
    schema: SCHEMA,
    label: 'Content types made in the admin',
  });
  const registered = new Registered(site);
  const contentTypes = new ContentTypes(site, registered);
  site.services.provide('contentTypes', contentTypes);
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  addScreens(site, contentTypes);
  site.routes.before('/', async (_, next) => {
    await registered.sync();
    return next();
  });
  site.hooks.addAction('option:saved', async ({ name }) => {
    if (name === OPTION) await registered.sync();
  });
  let timer: NodeJS.Timeout | undefined;
  site.hooks.addAction('site:ready', async () => {
    await registered.sync();
    timer = setInterval(() => registered.sync().catch(() => undefined), LOOK_EVERY_MS).unref();
  });
  site.hooks.addAction('site:stopping', () => clearInterval(timer));
});
