import { join } from 'node:path';
import { type Context, definePlugin, type Screen } from 'galley';
import { listBlocks, showBlock, showBlockPage } from './blocks.ts';
import { showFields } from './fields.ts';
import { showPanels } from './panels.ts';
import { showPieces } from './pieces.ts';

export default definePlugin((site) => {
  const capability = 'activate_plugins';
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  site.assets.folder('showcase', join(import.meta.dirname, 'assets'));
  const screen = (path: string, title: string, more: Pick<Screen, 'get' | 'menu'>): void =>
    site.admin.screen({ path: `/showcase${path}`, title, capability, ...more });
  screen('', 'Components', { menu: { group: 'system', icon: 'palette2', order: 60 }, get: showPieces });
  screen('/fields', 'Kinds of fields', { get: showFields });
  screen('/panels', 'Parts of panels', { get: showPanels });
  screen('/blocks', 'Blocks', { get: listBlocks });
  screen('/blocks/:space/:name', 'Block', { get: showBlock });
  // A page of the theme, so the policy of public pages; its guard is that of the admin.
  const summary = 'The example of a block for a frame of the admin';
  site.routes.get('/admin/showcase-page/:space/:name', { capability, area: 'public', summary }, (context) =>
    showBlockPage(context as Context),
  );
});
