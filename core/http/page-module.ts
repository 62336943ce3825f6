import { createHash } from 'node:crypto';
import { attach, type Module } from '../kernel/module.ts';
import type { Site } from '../kernel/site.ts';
import type { CacheChange } from '../services/cache-backend.ts';
import { PageCache } from './page-cache.ts';
import { PageWarmer } from './page-warmer.ts';

declare module '../kernel/site.ts' {
  interface Site {
    /** Finished pages for anonymous visitors. */
    pages: PageCache;
  }
}

const BUSY_MS = 50;

/** Of the plugins that run: processes of an old and a new generation, side by side for a while, share no pages. */
function fingerprintOf(site: Site): () => string {
  let known: string | undefined;
  return () => {
    const active = site.plugins.list().filter(({ state }) => state === 'active');
    const text = active.map(({ name, version }) => `${name}@${version}`).join();
    known ??= createHash('sha256').update(text).digest('base64url').slice(0, 12);
    return known;
  };
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
        shared: site.cache.shared,
        fingerprint: fingerprintOf(site),
        showTags: cache.surrogateKeys,
        isOff: !cache.pages,
      }),
    );
  },
  stop: (site: Site) => site.pages.settled(),
};

/** Pages that a change puts out of date are made anew, and whoever keeps copies elsewhere is told. After the server. */
export function pageChangesModule(): Module {
  const endings: (() => void)[] = [];
  let warmer: PageWarmer | undefined;
  return {
    name: 'page-changes',
    start(site) {
      const { warmPages, pages } = site.config.cache;
      const made = new PageWarmer({
        limit: warmPages,
        outdated: (limit) => site.pages.outdated(limit),
        make: (address) => site.http.ask(address),
        isBusy: () => site.http.lagMs > BUSY_MS || site.http.isClosing,
      });
      warmer = made;
      if (pages && warmPages > 0) endings.push(site.cache.clock.listen(() => made.wake()));
      const tell = ({ kind, items }: CacheChange): void => {
        if (kind !== 'keys') void site.hooks.doAction('pages:purged', { tags: kind === 'all' ? ['*'] : items });
      };
      endings.push(site.cache.onChange(tell));
    },
    async stop() {
      for (const end of endings) end();
      await warmer?.close();
    },
  };
}
