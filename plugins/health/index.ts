import { join } from 'node:path';
import { definePlugin } from 'galley';
import { checkEnvironment } from './checks.ts';
import { showHealth } from './screen.ts';
import { healthWidget } from './widget.ts';

export default definePlugin((site) => {
  site.health.define('environment', () => checkEnvironment(site));
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  site.admin.screen({
    path: '/health',
    title: 'Site health',
    capability: 'manage_options',
    menu: { group: 'system', icon: 'heart-pulse', order: 10, searchWords: 'status, checks, problems, diagnosis' },
    help: 'Each part of the site says how it is. Red needs you now, yellow soon. The same is answered to monitors under /health/ready.',
    get: showHealth,
  });
  site.hooks.addCollector('admin:dashboard', healthWidget);
});
