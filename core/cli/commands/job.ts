import { GalleyError } from '../../lib/errors.ts';
import { defineCommand } from '../../services/commands.ts';
import { JOB_STATES } from '../../services/job-types.ts';
import type { JobInfo } from '../../services/jobs.ts';

const iso = (at: number | null): string => (at === null ? '' : new Date(at).toISOString());
const FIELDS = ['id', 'name', 'state', 'attempts', 'progress', 'run_at', 'finished_at', 'error'];

function rowOf(job: JobInfo): Record<string, unknown> {
  const { progress } = job;
  return {
    ...job,
    attempts: `${job.attempts}/${job.maxAttempts}`,
    progress: progress ? `${progress.done}${progress.total ? `/${progress.total}` : ''} ${progress.text}`.trim() : '',
    data: JSON.stringify(job.data),
    result: JSON.stringify(job.result),
    run_at: iso(job.runAt),
    created_at: iso(job.createdAt),
    started_at: iso(job.startedAt),
    finished_at: iso(job.finishedAt),
  };
}

const ids = [{ name: 'id', summary: 'Ids of jobs.', many: true }] as const;
const idOf = (text: string): number => {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new GalleyError('GALLEY_INPUT_INVALID', `"${text}" is no id of a job: it is a number, see "galley job list".`);
};

export const commands = {
  'job list': defineCommand({
    summary: 'Lists the jobs of the queue, newest first.',
    options: {
      state: { type: 'text', choices: JOB_STATES, summary: 'Only those in this state.' },
      name: { type: 'text', summary: 'Only those of this kind.' },
      limit: { type: 'integer', min: 1, max: 500, default: 50, summary: 'At most so many.' },
    },
    examples: ['galley job list --state=failed'],
    async run({ site, options, output }) {
      const { name, limit } = options;
      const state = JOB_STATES.find((known) => known === options.state);
      const jobs = await site.jobs.list({ ...(state ? { state } : {}), ...(name ? { name } : {}), limit });
      output.table(jobs.map(rowOf), { fields: FIELDS, id: 'id' });
    },
  }),

  'job get': defineCommand({
    summary: 'Shows all about a job.',
    arguments: [{ name: 'id', summary: 'Its id.' }],
    async run({ site, args, output }) {
      const job = await site.jobs.get(idOf(args.id));
      if (!job) throw new GalleyError('GALLEY_JOB_UNKNOWN', `There is no job ${args.id}.`);
      output.table([rowOf(job)], {
        fields: [...FIELDS, 'data', 'result', 'node', 'created_at', 'started_at'],
        id: 'id',
      });
    },
  }),

  'job counts': defineCommand({
    summary: 'Shows how many jobs stand in each state, counted up to 1,001, and what rests.',
    async run({ site, output }) {
      const counts = await site.jobs.counts();
      output.table(
        Object.entries(counts).map(([state, count]) => ({ state, count })),
        { fields: ['state', 'count'], id: 'state' },
      );
      const paused = await site.jobs.paused();
      if (paused.length > 0) output.warn(`Resting: ${paused.join(', ')}.`);
    },
  }),

  'job work': defineCommand({
    summary: 'Runs all jobs that are due, here and now, and ends.',
    async run({ site, output, signal }) {
      const attempts = await site.jobs.work(signal);
      if (signal.aborted) output.warn(`Stopped: ${attempts} ran. Those that were running wait to be run again.`);
      else output.success(attempts === 0 ? 'There is nothing to run.' : `Ran ${attempts}.`);
    },
  }),

  'job retry': defineCommand({
    summary: 'Lets jobs that failed or were cancelled begin anew.',
    arguments: ids,
    async run({ site, args, output }) {
      return each(args.id, output, {
        act: (id) => site.jobs.retry(id),
        done: 'waits again',
        not: 'neither failed nor was cancelled',
      });
    },
  }),

  'job cancel': defineCommand({
    summary: 'Cancels jobs; those that run are told to stop.',
    arguments: ids,
    async run({ site, args, output }) {
      return each(args.id, output, {
        act: (id) => site.jobs.cancel(id),
        done: 'is cancelled',
        not: 'has ended or never was',
      });
    },
  }),

  'job pause': defineCommand({
    summary: 'Lets a kind of job rest on all nodes, or all of them; what runs goes on.',
    arguments: [{ name: 'name', summary: 'Name of the kind; all unless given.', optional: true }],
    async run({ site, args, output }) {
      await site.jobs.pause(args.name ?? '*');
      output.success(`Resting: ${args.name ?? 'all jobs'}.`);
    },
  }),

  'job resume': defineCommand({
    summary: 'Lets jobs that rest go on.',
    arguments: [{ name: 'name', summary: 'Name of the kind; all unless given.', optional: true }],
    async run({ site, args, output }) {
      await site.jobs.resume(args.name ?? '*');
      output.success(`Going on: ${args.name ?? 'all jobs'}.`);
    },
  }),
};

async function each(
  given: readonly string[],
  output: { success(text: string): void; warn(text: string): void },
  { act, done, not }: { act(id: number): Promise<boolean>; done: string; not: string },
): Promise<number | undefined> {
  let failed = 0;
  for (const id of given.map(idOf)) {
    if (await act(id)) output.success(`Job ${id} ${done}.`);
    else {
      failed++;
      output.warn(`Job ${id} ${not}.`);
    }
  }
  return failed > 0 ? 1 : undefined;
}
