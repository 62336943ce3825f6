import type { Reply, ScreenContext } from 'galley';

const QUEUE = '/system/queue';

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
