import { SYSTEM } from '../identity/viewer.ts';
import { attach, type Module } from '../kernel/module.ts';
import { Entries } from './entries.ts';
import { defineHistoryOptions, Histories } from './histories.ts';
import { defineIndexUpkeep } from './index-upkeep.ts';
import { MetaStore } from './meta.ts';
import { PatternRegistry } from './patterns.ts';
import { recount } from './recount.ts';
import { defineRevisionOptions } from './revisions.ts';
import { defineSiteOptions } from './site-options.ts';
import { SiteTexts } from './site-texts.ts';
import { compactTallies } from './tallies.ts';
import { TaxonomyRegistry } from './taxonomies.ts';
import { defineTermBases } from './term-bases.ts';
import { defineTermHistory } from './term-history.ts';
import { defineTermTrash } from './term-trash.ts';
import { Terms } from './terms.ts';
import { defineTrash, Trash } from './trash.ts';
import { TypeRegistry } from './types.ts';

/** Types, taxonomies, entries, terms and meta. */
export const contentModule: Module = {
  name: 'content',
  start(site) {
    attach(site, 'i18n', new SiteTexts());
    attach(site, 'types', new TypeRegistry().attachTo(site));
    attach(site, 'taxonomies', new TaxonomyRegistry());
    attach(site, 'patterns', new PatternRegistry());
    attach(site, 'meta', new MetaStore(site));
    attach(site, 'terms', new Terms(site));
    attach(site, 'entries', new Entries(site));
    defineSiteOptions(site);
    defineTermBases(site);
    defineRevisionOptions(site);
    attach(site, 'histories', new Histories(site));
    attach(site, 'trash', new Trash(site));
    defineHistoryOptions(site);
    defineTrash(site);
    defineTermHistory(site);
    defineTermTrash(site);
    defineIndexUpkeep(site);
    site.cron.define('publish-scheduled', {
      schedule: '* * * * *',
      summary: 'Publishes what was scheduled for now.',
      run: async (host) => void (await host.entries.publishScheduled(SYSTEM)),
    });
    site.cron.define('unpublish-ended', {
      schedule: '* * * * *',
      summary: 'Takes back what visitors were to see until now.',
      run: async (host) => void (await host.entries.unpublishEnded(SYSTEM)),
    });
    site.cron.define('compact-tallies', {
      schedule: '17 * * * *',
      summary: 'Sums up the changes in the counts of entries.',
      run: (host) => compactTallies(host),
    });
    site.cron.define('recount', {
      schedule: '37 3 1 * *',
      summary: 'Makes counts and summaries of entries anew.',
      catchUp: false,
      run: (host) => recount(host),
    });
    site.hooks.addAction('option:saved', ({ name, value, previous }) => {
      // Each month has other entries now. Nobody who changes the zone waits for that.
      if (name === 'timezone' && value !== previous)
        site.cron.run('recount').catch((error) => site.log.warn({ err: error }, 'The months could not be recounted'));
    });
  },
};
