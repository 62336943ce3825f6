import { isGalleyError, type Site } from 'galley';
import { keepHidden } from './custody.ts';
import type { Library } from './library.ts';
import { PARENTS_TAG } from './media-facts.ts';

/** Name of the job that asks for the copies that another theme wants. */
export const THEME_JOB = 'media-theme-sizes';

/** Follows what happens to entries, settings and themes. */
export function watch(site: Site, { store, usage }: Library): void {
  site.hooks.addFilter('entry:removing', async (entry) => {
    if (entry.type === 'attachment') await store.drop(entry.id);
    else await keepHidden(site, entry);
    return entry;
  });
  site.hooks.addAction('entry:saved', async ({ entry, previous }) => {
    if (previous && previous.status !== entry.status) await site.cache.invalidate([PARENTS_TAG]);
    await usage.recordEntry(entry, previous);
  });
  site.hooks.addAction('entry:removed', ({ entry }) => usage.forget(entry));
  site.hooks.addAction('option:saved', ({ name, value, previous }) => usage.recordOption(name, value, previous));
  // Another theme may want other sizes. Nobody who changes it waits for them.
  site.hooks.addAction('theme:activated', () => {
    site.cron.run(THEME_JOB).catch((error) => {
      if (!isGalleyError(error, 'GALLEY_CRON_BUSY'))
        site.log.warn({ err: error }, 'The copies for the theme could not be asked for');
    });
  });
}
