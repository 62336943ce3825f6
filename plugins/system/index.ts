import { join } from 'node:path';
import { definePlugin, type Screen } from 'galley';
import { flushCache, forgetTags, showCache } from './cache.ts';
import { runCron, showCron, showCronHistory } from './cron.ts';
import { checkCron, checkJobs } from './health.ts';
import { showInformation } from './information.ts';
import { showJob } from './job.ts';
import { showLogs } from './logs.ts';
import { showQueries } from './queries.ts';
import { exportJobs, JOBS_QUERY, listJobIds, showQueue } from './queue.ts';
import { actOnJobs, cancelJob, restJobs, retryJob } from './queue-acts.ts';

export default definePlugin((site) => {
  const screen = (path: string, title: string, more: Omit<Screen, 'path' | 'title' | 'capability'>): void =>
    site.admin.screen({ path: `/system${path}`, title, capability: 'manage_options', ...more });
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  site.health.define('jobs', () => checkJobs(site));
  site.health.define('scheduled-jobs', () => checkCron(site));

  screen('', 'Operation', {
    menu: {
      group: 'system',
      icon: 'gear-wide-connected',
      order: 40,
      searchWords: 'jobs, queue, cron, scheduled tasks',
    },
    get: (page) => page.redirect('/system/queue'),
  });
  site.admin.lists.extend('jobs', { parameters: JOBS_QUERY });
  screen('/queue', 'Queue', {
    query: JOBS_QUERY,
    help: 'Work that is done behind the requests: mails, pictures, imports. A job that fails is tried again by itself, later each time; one that failed for good waits here for you.',
    get: showQueue,
  });
  screen('/queue/export', 'Export a list', { query: [...JOBS_QUERY, 'format'], get: exportJobs });
  screen('/queue/ids', 'All jobs of a list', { query: JOBS_QUERY, get: listJobIds });
  screen('/queue/bulk', 'Several jobs', { post: actOnJobs });
  screen('/queue/rest', 'Let jobs rest', { post: restJobs });
  screen('/queue/:id(int)', 'Job', { get: showJob });
  screen('/queue/:id(int)/retry', 'Try a job again', { post: retryJob });
  screen('/queue/:id(int)/cancel', 'Cancel a job', { post: cancelJob });
  screen('/cron', 'Scheduled jobs', {
    help: 'Jobs that run at their times, once in the whole cluster. One that was missed is noticed. Each can be run now.',
    get: showCron,
  });
  screen('/cron/:name', 'Runs of a job', { get: showCronHistory });
  screen('/cron/:name/run', 'Run a job', { post: runCron });
  screen('/cache', 'Cache', {
    help: 'What was made once and is served again. It forgets by itself what has changed; to flush it all is safe, and only makes the next pages slower.',
    get: showCache,
  });
  screen('/cache/flush', 'Forget everything', { get: flushCache, post: flushCache });
  screen('/cache/tags', 'Forget by tag', { post: forgetTags });
  screen('/queries', 'Queries', {
    help: 'Questions to the store that took long, the slowest first, with the plugin that asked. Values are left out.',
    get: showQueries,
  });
  screen('/logs', 'Logs', {
    query: ['level', 'owner', 'search'],
    help: 'What this process wrote last. Passwords, keys and cookies never stand in it. The number of an error page finds its line here.',
    get: showLogs,
  });
  screen('/information', 'Information', { get: showInformation });
});
