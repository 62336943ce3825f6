import { createTask, type ScheduledTask, validateDetailed } from 'node-cron';
import { GalleyError } from '../lib/errors.ts';

/** What node-cron has to say goes to our log. */
export interface ScheduleLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string | Error, error?: Error): void;
  debug(message: string | Error, error?: Error): void;
}

/**
 * Checks a cron expression: five fields (minute, hour, day of month, month, day of week), or six with seconds first.
 * @throws GALLEY_CONFIG_INVALID naming the job and the wrong field
 */
export function checkSchedule(name: string, expression: string): void {
  const { valid, errors } = validateDetailed(expression);
  if (valid) return;
  const problems = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  throw new GalleyError(
    'GALLEY_CONFIG_INVALID',
    `The schedule "${expression}" of the job "${name}" is wrong (${problems}).`,
  );
}

/** A schedule that calls `tick` when it is due, once it was started. */
export function makeTask(options: {
  name: string;
  schedule: string;
  timeZone: string | undefined;
  log: ScheduleLog;
  tick: () => Promise<void>;
}): ScheduledTask {
  const { name, schedule, timeZone, log, tick } = options;
  return createTask(schedule, tick, {
    name,
    logger: log,
    suppressMissedWarning: true,
    unref: true,
    ...(timeZone === undefined ? {} : { timezone: timeZone }),
  });
}

/** When a schedule is due next after a moment that is at most a second away, now unless given; in epoch milliseconds. */
export function nextDue(schedule: string, timeZone: string | undefined, after = Date.now()): number {
  const task = createTask(schedule, () => undefined, {
    unref: true,
    suppressMissedWarning: true,
    ...(timeZone === undefined ? {} : { timezone: timeZone }),
  });
  // Only a started task knows its next run.
  void task.start();
  const next = task.getNextRuns(3).find((run) => run.getTime() > after);
  void task.destroy();
  return next?.getTime() ?? Number.MAX_SAFE_INTEGER;
}
