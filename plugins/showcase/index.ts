import { join } from 'node:path';
import { type Context, definePlugin } from 'galley';
import { listBlocks, showBlock, showBlockPage } from './blocks.ts';
import { showFields } from './fields.ts';
import { showPanels } from './panels.ts';
import { showPieces } from './pieces.ts';

export default definePlugin((site) => {
  const capability = 'activate_plugins';
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  site.assets.folder('showcase', join(import.meta.dirname, 'assets'));
  const menu = { group: 'system', icon: 'palette2', order: 60 } as const;
  site.admin.screen({ path: '/showcase', title: 'Components', capability, menu, get: showPieces });
  site.admin.screen({ path: '/showcase/fields', title: 'Kinds of fields', capability, get: showFields });
  site.admin.screen({ path: '/showcase/panels', title: 'Parts of panels', capability, get: showPanels });
  site.admin.screen({ path: '/showcase/blocks', title: 'Blocks', capability, get: listBlocks });
  site.admin.screen({ path: '/showcase/blocks/:space/:name', title: 'Block', capability, get: showBlock });
  // A page of the theme, so the policy of public pages; its guard is that of the admin.
  const summary = 'The example of a block for a frame of the admin';
  site.routes.get('/admin/showcase-page/:space/:name', { capability, area: 'public', summary }, (context) =>
    showBlockPage(context as Context),
  );
});
