import { attach, type Module } from '../kernel/module.ts';
import type { Site } from '../kernel/site.ts';
import { PageCache } from './page-cache.ts';

declare module '../kernel/site.ts' {
  interface Site {
    /** Finished pages for anonymous visitors. */
    pages: PageCache;
  }
}

/** Starts the page cache from the settings. After the object cache, whose clock it goes by. */
export const pageCacheModule: Module = {
  name: 'pages',
  start(site: Site): void {
    const { cache } = site.config;
    attach(
      site,
      'pages',
      new PageCache({
        clock: site.cache.clock,
        memoryBytes: cache.pageMemoryBytes,
        defaultTtl: cache.pageTtlSeconds,
        log: site.log,
        invalidate: (tags) => site.cache.invalidate(tags),
        isOff: !cache.pages,
      }),
    );
  },
  stop: (site: Site) => site.pages.settled(),
};
