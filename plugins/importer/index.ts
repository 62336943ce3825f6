import { join } from 'node:path';
import { definePlugin } from 'galley';
import { defineCommands } from './cli.ts';
import { defineImportHooks } from './import-hooks.ts';
import { Importer } from './importer.ts';
import { followOldLink, followPlainLink, forgetRemoved } from './old-links.ts';
import { defineSheetJob } from './sheet-job.ts';
import { addSheetScreens } from './sheet-screens.ts';
import { addTools } from './tools.ts';
import { defineTransferJobs } from './transfer-jobs.ts';
import { addUndo } from './undo-screens.ts';

export default definePlugin((site) => {
  defineImportHooks(site);
  site.services.provide('importer', new Importer(site));
  defineCommands(site);
  defineTransferJobs(site);
  defineSheetJob(site);
  site.assets.folder('importer', join(import.meta.dirname, 'assets'));
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  addTools(site);
  addSheetScreens(site);
  addUndo(site);
  // Before the front: there every `/?p=12` is an entry of this site or the front page.
  site.routes.fallback(followPlainLink, { priority: 40, cache: { query: ['p', 'page_id', 'attachment_id'] } });
  site.routes.fallback(followOldLink, { priority: 60, cache: {} });
  forgetRemoved(site);
});
