import type { JobInfo, JobState } from '../services/job-types.ts';
import type { ScreenContext } from './screen-context.ts';

/** The states of jobs in words. */
export const JOB_WORDS: Readonly<Record<JobState, { word: string; tone: string }>> = {
  active: { word: 'Running', tone: 'info' },
  waiting: { word: 'Waiting its turn', tone: 'muted' },
  delayed: { word: 'Later', tone: 'muted' },
  blocked: { word: 'Waits for its parts', tone: 'muted' },
  done: { word: 'Done', tone: 'success' },
  failed: { word: 'Failed', tone: 'danger' },
  cancelled: { word: 'Cancelled', tone: 'warning' },
};

/** How far a job is, for the partial `job-progress` and for the script that renews it. */
export interface JobProgressView {
  id: number;
  word: string;
  tone: string;
  /** Whether anything is still to come of it. */
  isOpen: boolean;
  isActive: boolean;
  done: number;
  /** 0 where nobody knows. */
  total: number;
  text: string;
}

/** How far a job is, in the reader's words. */
export function jobProgress(job: JobInfo, page: Pick<ScreenContext, 't' | 'language'>): JobProgressView {
  const { word, tone } = JOB_WORDS[job.state];
  const { done = 0, total = 0, text = '' } = job.progress ?? {};
  const figure = new Intl.NumberFormat(page.language);
  const facts = { done: figure.format(done), total: figure.format(total) };
  const count = total > 0 ? page.t('{done} of {total}', facts) : done > 0 ? figure.format(done) : '';
  return {
    id: job.id,
    word: page.t(word),
    tone,
    isOpen: job.finishedAt === null,
    isActive: job.state === 'active',
    done: Math.min(done, total),
    total,
    text: [count, text === '' ? '' : page.t(text)].filter(Boolean).join(' · '),
  };
}
