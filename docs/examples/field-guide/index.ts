// A type with every kind of field, and all that a plugin adds to the admin: settings, a part of the list, a panel with
// a chart, a menu entry, and a block that the editor shows and sets.
import { definePlugin } from 'galley';
import { plantBlock } from './block.ts';
import { guideWidget } from './home.ts';
import { extendList } from './list.ts';
import { defineSettings } from './settings.ts';
import { defineTypes } from './types.ts';

export default definePlugin((site) => {
  defineTypes(site);
  defineSettings(site);
  extendList(site);
  site.hooks.addCollector('admin:dashboard', guideWidget);
  site.admin.menu.add({
    label: 'Settings of the guide',
    path: '/settings/field-guide',
    group: 'structure',
    icon: 'book',
    capability: 'manage_options',
  });
  site.blocks.define('field-guide/plants', plantBlock);
});
