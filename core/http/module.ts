import { attach, type Module } from '../kernel/module.ts';
import { addCoreRoutes } from './core-routes.ts';
import { Health } from './health.ts';
import { Routes } from './routes.ts';
import { ContentSecurityPolicy } from './security-headers.ts';
import { Http } from './server.ts';
import './hooks.ts';

/** Early: what plugins register with, before there is a server. */
export const routesModule: Module = {
  name: 'routes',
  start(site) {
    attach(site, 'routes', new Routes());
    attach(site, 'csp', new ContentSecurityPolicy());
    attach(site, 'health', new Health());
    addCoreRoutes(site);
  },
};

/** Late: the server. It listens when `site.http.listen()` is called, after all plugins are set up. */
export const httpModule: Module = {
  name: 'http',
  start(site) {
    attach(site, 'http', new Http(site));
  },
  stop: (site) => site.http.close(),
};
