import { defineCommand } from '../../services/commands.ts';

const iso = (at: number | null): string => (at === null ? '' : new Date(at).toISOString());

export const commands = {
  'cron list': defineCommand({
    summary: 'Lists scheduled jobs: when each ran, how it went, when it is due.',
    async run({ site, output }) {
      const jobs = await site.cron.list();
      const rows = jobs.map((job) => ({
        ...job,
        next_due: iso(job.nextDue),
        last_run: iso(job.lastRun),
        status: job.isRunning ? 'running' : (job.lastStatus ?? 'never ran'),
        ms: job.lastMs,
        error: job.lastError,
      }));
      output.table(rows, { fields: ['name', 'schedule', 'next_due', 'last_run', 'status', 'ms', 'owner'], id: 'name' });
    },
  }),

  'cron run': defineCommand({
    summary: 'Runs scheduled jobs now and waits for them.',
    arguments: [{ name: 'name', summary: 'Names of jobs.', many: true, optional: true }],
    options: {
      'due-now': { type: 'boolean', summary: 'All jobs whose time has come, for instance from the crontab.' },
    },
    examples: ['galley cron run publish-scheduled', 'galley cron run --due-now --quiet'],
    async run({ site, args, options, output, signal }) {
      const due = options['due-now'] ? (await site.cron.list()).filter(({ nextDue }) => nextDue <= Date.now()) : [];
      const names = [...new Set([...args.name, ...due.map(({ name }) => name)])];
      if (names.length === 0) output.success('There is nothing to run.');
      let failed = 0;
      for (const name of names) {
        if (signal.aborted) break;
        const run = await site.cron.run(name, signal);
        if (run.status === 'aborted') output.warn(`${name}: stopped after ${run.ms} ms. Run it again to go on.`);
        else if (run.status === 'ok') output.success(`${name}: done in ${run.ms} ms.`);
        else {
          failed++;
          output.warn(`${name}: ${run.error ?? run.status}`);
        }
      }
      if (failed > 0) return 1;
    },
  }),

  'cron history': defineCommand({
    summary: 'Lists the last runs of a job.',
    arguments: [{ name: 'name', summary: 'Its name.' }],
    options: { limit: { type: 'integer', min: 1, max: 1000, default: 50, summary: 'At most so many.' } },
    async run({ site, args, options, output }) {
      const runs = await site.cron.history(args.name, options.limit);
      const rows = runs.map((run) => ({ ...run, started_at: iso(run.startedAt) }));
      output.table(rows, { fields: ['started_at', 'status', 'ms', 'error', 'node'], id: 'started_at' });
    },
  }),
};
