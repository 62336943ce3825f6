import type { JobInfo, JobProgress, JobState } from './job-types.ts';

/** A row of the table `jobs`. */
export interface JobRow {
  id: number;
  name: string;
  state: JobState;
  urgency: number;
  run_at: number;
  data: string;
  attempts: number;
  max_attempts: number;
  unique_key: string | null;
  group_id: number | null;
  next: string | null;
  claimed_by: string;
  claimed_until: number;
  progress: string | null;
  result: string | null;
  error: string | null;
  user_id: number | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
}

/** What the column `data` holds. */
export interface JobPayload {
  data: unknown;
  previous?: unknown;
}

const RESULT_MAX = 65_536;

/** A result as it is kept; one that is too long is not. */
export function resultText(result: unknown): string | null {
  if (result === undefined) return null;
  const text = JSON.stringify(result) ?? 'null';
  return text.length > RESULT_MAX ? JSON.stringify({ truncated: true, bytes: text.length }) : text;
}

/** The data of a job, and what came before it. */
export function payloadOf(row: JobRow): JobPayload {
  return JSON.parse(row.data) as JobPayload;
}

const numberOrNull = (value: number | null): number | null => (value === null ? null : Number(value));

/** A row as lists show it. */
export function infoOf(row: JobRow): JobInfo {
  return {
    id: Number(row.id),
    name: row.name,
    state: row.state,
    data: payloadOf(row).data,
    priority: -row.urgency,
    runAt: Number(row.run_at),
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    progress: row.progress === null ? null : (JSON.parse(row.progress) as JobProgress),
    result: row.result === null ? null : (JSON.parse(row.result) as unknown),
    error: row.error,
    userId: numberOrNull(row.user_id),
    node: row.claimed_by.replace(/:[0-9a-f]{16}$/, ''),
    createdAt: Number(row.created_at),
    startedAt: numberOrNull(row.started_at),
    finishedAt: numberOrNull(row.finished_at),
  };
}
