import type { Site } from 'galley';
import { COPIES_JOB, type Copies } from './copies.ts';
import type { Library } from './library.ts';
import { removeStrays } from './strays.ts';

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
  site.cron.define('media-uploads', {
    schedule: '23 * * * *',
    summary: 'Removes uploads that were begun and that nobody has gone on with for a day.',
    run: (_, signal) => uploads.tidy(signal),
  });
}
