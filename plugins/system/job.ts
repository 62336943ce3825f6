import { GalleyError, jobProgress, type Reply, type ScreenContext } from 'galley';
import { actionsOf, QUEUE } from './queue-rows.ts';
import { asText } from './redact.ts';

/** One job: how far it is, what it was given and what came of it. */
export async function showJob(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const job = await site.jobs.get(page.id());
  if (!job) throw new GalleyError('GALLEY_JOB_UNKNOWN', page.t('This job is no longer there.'));
  const user = job.userId === null ? undefined : await site.users.find(job.userId);
  const summary = site.jobs.definitions().find(({ name }) => name === job.name)?.value.summary;
  return page.view('system/job', {
    title: page.t('Job {name} #{id}', { name: job.name, id: job.id }),
    ...(summary ? { intro: summary } : {}),
    breadcrumbs: [{ label: 'Queue', url: QUEUE }],
    job: jobProgress(job, page),
    error: job.error,
    actions: [],
    acts: actionsOf(job),
    attempts: page.t('{done} of {total}', { done: job.attempts, total: job.maxAttempts }),
    priority: job.priority,
    by: user?.name ?? page.t('The site itself'),
    node: job.node,
    times: [
      { label: 'Enqueued', time: job.createdAt },
      { label: 'Due', time: job.runAt },
      { label: 'Began', time: job.startedAt },
      { label: 'Ended', time: job.finishedAt },
    ].filter(({ time }) => time !== null),
    data: asText(job.data),
    result: asText(job.result),
  });
}
