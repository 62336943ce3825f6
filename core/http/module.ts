import { attach, type Module } from '../kernel/module.ts';
import { THEME_BOOT_HASH } from '../theme/theme-boot.ts';
import { guardAdminNetwork } from './admin-network.ts';
import { addCoreRoutes } from './core-routes.ts';
import { Health } from './health.ts';
import { Routes } from './routes.ts';
import { logRefusals } from './security-events.ts';
import { ContentSecurityPolicy } from './security-headers.ts';
import { Http } from './server.ts';
import './hooks.ts';

/** Early: what plugins register with, before there is a server. */
export const routesModule: Module = {
  name: 'routes',
  start(site) {
    attach(site, 'routes', new Routes());
    const csp = new ContentSecurityPolicy();
    for (const area of ['public', 'admin'] as const) csp.allowScript(area, THEME_BOOT_HASH);
    attach(site, 'csp', csp);
    attach(site, 'errorPages', new Map());
    attach(site, 'health', new Health());
    addCoreRoutes(site);
    const guard = guardAdminNetwork(site);
    if (guard) site.routes.before('/admin', guard);
  },
};

/** Late: the server. It listens when `site.http.listen()` is called, after all plugins are set up. */
export const httpModule: Module = {
  name: 'http',
  start(site) {
    attach(site, 'http', new Http(site));
    logRefusals(site);
  },
  stop: (site) => site.http.close(),
};
