import type { Site } from 'galley';
import { COPIES_JOB, type Copies } from './copies.ts';
import type { Library } from './library.ts';
import { removeStrays } from './strays.ts';
import { THEME_JOB } from './watch.ts';

/** Defines what is done in the background. */
export function defineJobs(site: Site, { uploads, store }: Library, copies: Copies): void {
  site.cron.define(COPIES_JOB, {
    schedule: '*/5 * * * *',
    summary: 'Makes the smaller copies of pictures that have none yet.',
    run: (_, signal) => copies.work(signal),
  });
  site.cron.define('media-strays', {
    schedule: '47 3 * * *',
    summary: 'Removes stored files that no attachment has, such as those of an upload that was broken off.',
    run: (_, signal) => removeStrays(site, store, signal),
  });
  site.cron.define(THEME_JOB, {
    schedule: '13 4 1 * *',
    summary: 'Asks for the copies that the theme wants and that are not there; also after the theme was changed.',
    catchUp: false,
    run: (_, signal) => copies.askForAll(signal),
  });
  site.cron.define('media-uploads', {
    schedule: '23 * * * *',
    summary: 'Removes uploads that were begun and that nobody has gone on with for a day.',
    run: (_, signal) => uploads.tidy(signal),
  });
}
