import { attach, type Module } from '../kernel/module.ts';
import type { Site } from '../kernel/site.ts';
import { Database, type DatabaseOptions } from './database.ts';

/** The kernel module that opens the store as `site.database`. @param options read from the site's configuration */
export function databaseModule(options: (site: Site) => DatabaseOptions): Module {
  return {
    name: 'database',
    async start(site) {
      const database = new Database(options(site));
      attach(site, 'database', database);
      await database.ping();
    },
    stop: (site) => site.database.close(),
  };
}

declare module '../kernel/site.ts' {
  interface Site {
    /** The store. */
    readonly database: Database;
  }
}
