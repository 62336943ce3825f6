import { join } from 'node:path';
import { definePlugin } from 'galley';
import { addApi } from './api.ts';
import { AutosaveStore } from './autosave-store.ts';
import { EditLocks } from './edit-locks.ts';
import { joinForm } from './form.ts';
import { joinLists } from './list.ts';
import { addScreens } from './screens.ts';

export default definePlugin(async (site) => {
  const autosaves = new AutosaveStore(site);
  const locks = new EditLocks(site);
  const parts = { site, autosaves, locks };
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  site.assets.folder('autosave', join(import.meta.dirname, 'assets'));
  addApi(parts);
  addScreens(parts);
  joinForm(parts);
  joinLists(parts);
  site.hooks.addAction('entry:removed', async ({ entry, viewer }) => {
    await autosaves.setFree(entry.id, viewer.id);
    await autosaves.forget(entry.id);
    await locks.forget(entry.id);
  });
  site.cron.define('prune-autosaves', {
    schedule: '23 * * * *',
    summary: 'Forgets kept texts that are saved, discarded or three months old.',
    run: () => autosaves.prune(),
  });
});
