import type { Site } from 'galley';

/** What a check says. */
interface CheckResult {
  status: 'ok' | 'degraded' | 'down';
  message?: string;
}

const DAY_MS = 86_400_000;
const OVERDUE_MS = 15 * 60_000;
const LOOKED_AT = 20;

/** Whether jobs failed within a day, or wait although nobody takes them. */
export async function checkJobs({ jobs }: Site): Promise<CheckResult> {
  const [failed, paused, waiting] = await Promise.all([
    jobs.list({ state: 'failed', limit: LOOKED_AT }),
    jobs.paused(),
    jobs.list({ state: 'waiting', limit: 1 }),
  ]);
  const recent = failed.filter(({ finishedAt }) => finishedAt !== null && finishedAt > Date.now() - DAY_MS);
  if (recent.length > 0) {
    const count = recent.length === LOOKED_AT ? `${LOOKED_AT} or more` : recent.length;
    return {
      status: 'degraded',
      message: `Jobs that failed within a day: ${count}, the last one “${recent[0]?.name}”.`,
    };
  }
  if (paused.length > 0 && waiting.length > 0)
    return { status: 'degraded', message: `Jobs wait, and these rest: ${paused.join(', ')}.` };
  return { status: 'ok' };
}

/** Whether jobs of the clock failed last time, or should have run long ago. */
export async function checkCron({ cron }: Site): Promise<CheckResult> {
  const list = await cron.list();
  const failed = list.filter(({ lastStatus }) => lastStatus === 'failed').map(({ name }) => name);
  if (failed.length > 0) return { status: 'degraded', message: `Failed in their last run: ${failed.join(', ')}.` };
  const overdue = list.filter(({ nextDue, isRunning }) => !isRunning && nextDue < Date.now() - OVERDUE_MS);
  if (overdue.length > 0)
    return { status: 'degraded', message: `Overdue: ${overdue.map(({ name }) => name).join(', ')}.` };
  return { status: 'ok' };
}
