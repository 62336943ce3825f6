import { type JobInfo, type JobState, jobProgress, type Row, type RowAction, type ScreenContext } from 'galley';
import { BASE } from './tabs.ts';

/** The address of the queue. */
export const QUEUE = `${BASE}/queue`;
const CLOSED: readonly JobState[] = ['failed', 'cancelled'];

/** A job as a row of the list. */
export async function rowOf(page: ScreenContext, job: JobInfo): Promise<Row> {
  return {
    id: String(job.id),
    label: `${job.name} ${job.id}`,
    isSelectable: true,
    cells: {
      name: { text: job.name, url: `${QUEUE}/${job.id}`, note: `#${job.id}` },
      state: { html: await page.fragment('system/progress', { job: jobProgress(job, page) }) },
      attempts: { text: page.t('{done} of {total}', { done: job.attempts, total: job.maxAttempts }) },
      node: { text: job.node },
      enqueued: { time: job.createdAt },
      time: { time: job.finishedAt ?? job.startedAt ?? job.createdAt },
    },
    actions: actionsOf(job),
  };
}

/** What can be done with a job as it stands. */
export function actionsOf({ id, state, finishedAt }: JobInfo): RowAction[] {
  if (CLOSED.includes(state)) return [{ label: 'Try again', url: `${QUEUE}/${id}/retry`, isPost: true }];
  if (finishedAt !== null) return [];
  return [{ label: 'Cancel', url: `${QUEUE}/${id}/cancel`, isPost: true, isDanger: true }];
}
