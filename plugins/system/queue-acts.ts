import {
  actOnSelected,
  type ListAction,
  type ListActionResult,
  type Reply,
  type ScreenContext,
  safeRedirect,
} from 'galley';
import { QUEUE } from './queue-rows.ts';

const capability = 'manage_options';

/** What can be done with several jobs; each takes the other back. */
export const JOB_ACTS: readonly ListAction[] = [
  {
    name: 'retry',
    label: 'Try again',
    capability,
    undo: 'cancel',
    run: (ids, page) =>
      forEach(ids, (id) => page.site.jobs.retry(id), page.t('Only what has failed or was cancelled is tried again.')),
    said: (count, page) => page.t('{count} jobs are tried again.', { count }, { one: 'The job is tried again.' }),
  },
  {
    name: 'cancel',
    label: 'Cancel',
    capability,
    undo: 'retry',
    run: (ids, page) => forEach(ids, (id) => page.site.jobs.cancel(id), page.t('What has ended cannot be cancelled.')),
    said: (count, page) => page.t('{count} jobs are cancelled.', { count }, { one: 'The job is cancelled.' }),
  },
];

async function forEach(
  ids: readonly number[],
  act: (id: number) => Promise<boolean>,
  refusal: string,
): Promise<ListActionResult> {
  const done: number[] = [];
  for (const id of ids) if (await act(id)) done.push(id);
  return { done, refusal };
}

/** Does something with all jobs that were selected. */
export function actOnJobs(page: ScreenContext): Promise<Reply> {
  const asked = safeRedirect(page.value('back'), QUEUE);
  const back = /^\/admin\/system\/queue(\?|$)/.test(asked) ? asked : QUEUE;
  return actOnSelected(page, { list: 'jobs', url: `${QUEUE}/bulk`, back, acts: JOB_ACTS });
}

/** Lets a job that failed or was cancelled begin anew. */
export async function retryJob(page: ScreenContext): Promise<Reply> {
  const isAgain = await page.site.jobs.retry(page.id());
  return page.redirect(
    `${QUEUE}/${page.id()}`,
    isAgain
      ? { kind: 'success', text: page.t('The job is tried again.') }
      : { kind: 'warning', text: page.t('This job cannot be tried again: it has not failed.') },
  );
}

/** Cancels a job; one that runs is told to stop. */
export async function cancelJob(page: ScreenContext): Promise<Reply> {
  const isCancelled = await page.site.jobs.cancel(page.id());
  return page.redirect(
    `${QUEUE}/${page.id()}`,
    isCancelled
      ? { kind: 'success', text: page.t('The job is cancelled. What it was doing stops within seconds.') }
      : { kind: 'warning', text: page.t('This job had ended already.') },
  );
}

/** Lets a kind of job rest, or go on; `*` stands for all. */
export async function restJobs(page: ScreenContext): Promise<Reply> {
  const { jobs } = page.site;
  const name = page.value('name');
  if (page.value('press') === 'resume') {
    await jobs.resume(name);
    return page.redirect(QUEUE, { kind: 'success', text: page.t('Jobs go on.') });
  }
  await jobs.pause(name);
  return page.redirect(QUEUE, { kind: 'success', text: page.t('No new jobs begin. What runs goes on to its end.') });
}
