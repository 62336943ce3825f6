import type { Site } from '../kernel/site.ts';
import { isGalleyError } from '../lib/errors.ts';
import { conflict } from './database-errors.ts';
import { infoOf, type JobPayload, type JobRow, resultText } from './job-row.ts';
import type { JobChoice, JobFilter, JobInfo, JobProgress, JobRequest, JobState } from './job-types.ts';

export type { JobChoice, JobFilter } from './job-types.ts';

/** What an attempt came to. */
export interface JobOutcome {
  state: 'done' | 'failed' | 'cancelled' | 'delayed' | 'waiting';
  result?: unknown;
  error?: string;
  /** For `delayed`: after how long it is tried again, in milliseconds. */
  delayMs?: number;
  /** Whether the attempt counts; one that a stopping process broke off does not. */
  isCounted: boolean;
}

/** Jobs to enqueue and where they belong. */
export interface NewJob extends JobRequest {
  maxAttempts: number;
  state?: JobState;
  groupId?: number;
  next?: readonly JobRequest[];
  previous?: unknown;
}

const CLOSED: readonly JobState[] = ['done', 'failed', 'cancelled'];
const MOVED_AT_ONCE = 500;

/** The table of jobs. A claim is one conditional UPDATE whose row count decides, so that no job has two workers. */
export class JobStore {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  #jobs() {
    return this.#site.database.write<JobRow>('jobs');
  }

  /** Adds a job. Inside a transaction it is there when that commits, or never. */
  async add(job: NewJob): Promise<number> {
    const now = Date.now();
    const isDelayed = job.at === undefined ? (job.delayMs ?? 0) > 0 : job.at > now;
    const key = job.unique === undefined ? null : `${job.name}:${job.unique}`;
    const payload: JobPayload = {
      data: job.data ?? null,
      ...(job.previous === undefined ? {} : { previous: job.previous }),
    };
    const row = {
      name: job.name,
      state: job.state ?? (isDelayed ? 'delayed' : 'waiting'),
      urgency: -(job.priority ?? 0),
      run_at: job.at ?? (isDelayed ? this.#site.database.dialect.fromNow(job.delayMs ?? 0) : now),
      data: JSON.stringify(payload),
      attempts: 0,
      max_attempts: job.maxAttempts,
      unique_key: key,
      group_id: job.groupId ?? null,
      next: job.next?.length ? JSON.stringify(job.next) : null,
      claimed_by: '',
      claimed_until: 0,
      user_id: job.userId ?? null,
      created_at: now,
    };
    if (key === null) return this.#site.database.insert('jobs', row);
    const known = await this.#byKey(key);
    if (known !== undefined) return known;
    try {
      return await this.#site.database.insert('jobs', row);
    } catch (error) {
      if (!isGalleyError(error, 'GALLEY_DATABASE_DUPLICATE')) throw error;
      const faster = await this.#byKey(key);
      if (faster !== undefined) return faster;
      // A transaction sees the store as it was when it began, without the one that was faster.
      if (this.#site.database.isInTransaction) throw conflict(`Another job "${key}" was made at the same time.`);
      return await this.#site.database.insert('jobs', row); // It has finished meanwhile, so this one is due after all.
    }
  }

  async #byKey(key: string): Promise<number | undefined> {
    const row = await this.#jobs().select('id').where({ unique_key: key }).first();
    return row === undefined ? undefined : Number(row.id);
  }

  async get(id: number): Promise<JobInfo | undefined> {
    const row = (await this.#jobs().where({ id }).first()) as JobRow | undefined;
    return row && infoOf(row);
  }

  /** The latest jobs, newest first or oldest first; the next page begins behind the last id. */
  async list({ before, after, oldestFirst = false, limit, ...which }: JobFilter): Promise<JobInfo[]> {
    const query = this.#which(which)
      .orderBy('id', oldestFirst ? 'asc' : 'desc')
      .limit(limit);
    if (before) void query.where('id', '<', before);
    if (after) void query.where('id', '>', after);
    return ((await query) as JobRow[]).map(infoOf);
  }

  /** How many jobs there are of these, counted up to `max`. */
  async count(which: JobChoice, max: number): Promise<number> {
    return (await this.#which(which).select('id').limit(max)).length;
  }

  #which({ state, name, names, id }: JobChoice) {
    const query = this.#site.database.read<JobRow>('jobs');
    if (id !== undefined) void query.where({ id });
    if (state) void query.where({ state });
    if (name) void query.where({ name });
    if (names) void query.whereIn('name', [...names]);
    return query;
  }

  /** Makes delayed jobs whose time has come wait for a worker. */
  async wake(): Promise<void> {
    const due = (await this.#jobs()
      .select('id')
      .where({ state: 'delayed' })
      .where('run_at', '<=', this.#site.database.dialect.fromNow(0))
      .orderBy('run_at')
      .limit(MOVED_AT_ONCE)) as JobRow[];
    if (due.length > 0)
      await this.#jobs()
        .whereIn(
          'id',
          due.map(({ id }) => id),
        )
        .where({ state: 'delayed' })
        .update({ state: 'waiting' });
  }

  /** The most urgent waiting jobs of these names. */
  async candidates(names: readonly string[], limit: number): Promise<JobRow[]> {
    return (await this.#jobs()
      .select('id', 'name')
      .where({ state: 'waiting' })
      .whereIn('name', [...names])
      .orderBy('urgency')
      .orderBy('run_at')
      .orderBy('id')
      .limit(limit)) as JobRow[];
  }

  /** Takes a waiting job. Undefined when somebody else has it. */
  async claim(id: number, by: string, forMs: number): Promise<JobRow | undefined> {
    const count = await this.#jobs()
      .where({ id, state: 'waiting' })
      .update({
        state: 'active',
        claimed_by: by,
        claimed_until: this.#site.database.dialect.fromNow(forMs),
        started_at: Date.now(),
        progress: null,
      });
    if (Number(count) !== 1) return undefined;
    return (await this.#jobs().where({ id, claimed_by: by }).first()) as JobRow | undefined;
  }

  /** Lets a claim last longer. False when it was lost: somebody cancelled the job, or another worker has it. */
  async renew(id: number, by: string, forMs: number, progress: JobProgress | undefined): Promise<boolean> {
    const change = {
      claimed_until: this.#site.database.dialect.fromNow(forMs),
      ...(progress ? { progress: JSON.stringify(progress) } : {}),
    };
    return Number(await this.#jobs().where({ id, claimed_by: by, state: 'active' }).update(change)) === 1;
  }

  /**
   * Ends an attempt, and in the same transaction starts what follows in its chain.
   * @returns false when the claim was lost meanwhile, and what was done counts for nothing
   */
  async finish(row: JobRow, by: string, outcome: JobOutcome, follow: (next: NewJob) => NewJob): Promise<boolean> {
    return this.#site.database.transaction(async () => {
      const isClosed = CLOSED.some((state) => state === outcome.state);
      const count = await this.#jobs()
        .where({ id: row.id, claimed_by: by, state: 'active' })
        .update({
          state: outcome.state,
          claimed_by: isClosed ? by : '',
          claimed_until: 0,
          attempts: row.attempts + (outcome.isCounted ? 1 : 0),
          result: resultText(outcome.result),
          error: outcome.error ?? null,
          ...(outcome.delayMs === undefined ? {} : { run_at: this.#site.database.dialect.fromNow(outcome.delayMs) }),
          ...(isClosed ? { finished_at: Date.now(), unique_key: null } : {}),
        });
      if (Number(count) !== 1) return false;
      const [next, ...rest] = outcome.state === 'done' && row.next ? (JSON.parse(row.next) as JobRequest[]) : [];
      if (next)
        await this.add(follow({ ...next, userId: row.user_id, next: rest, previous: outcome.result, maxAttempts: 1 }));
      return true;
    });
  }

  /**
   * Jobs whose worker has gone: they wait again, or have failed when that was the last attempt.
   * @param own those that run here, whatever the clock says: it may have been set
   */
  async takeBack(own: ReadonlySet<number>): Promise<JobRow[]> {
    const lost = (await this.#jobs()
      .where({ state: 'active' })
      .where('claimed_until', '<', this.#site.database.dialect.fromNow(0))
      .limit(MOVED_AT_ONCE)) as JobRow[];
    const failed: JobRow[] = [];
    for (const row of lost.filter(({ id }) => !own.has(Number(id)))) {
      const isLast = row.attempts + 1 >= row.max_attempts;
      const change = isLast
        ? {
            state: 'failed' as const,
            error: 'The process that ran it has gone.',
            finished_at: Date.now(),
            unique_key: null,
          }
        : { state: 'waiting' as const, claimed_by: '' };
      const count = await this.#jobs()
        .where({ id: row.id, state: 'active', claimed_by: row.claimed_by, claimed_until: row.claimed_until })
        .update({ ...change, claimed_until: 0, attempts: row.attempts + 1 });
      if (isLast && Number(count) === 1) failed.push({ ...row, ...change, attempts: row.attempts + 1 } as JobRow);
    }
    return failed;
  }

  /** Cancels a job that has not ended. False when it had. */
  async cancel(id: number): Promise<boolean> {
    const open: JobState[] = ['delayed', 'waiting', 'blocked', 'active'];
    const change = { state: 'cancelled' as const, finished_at: Date.now(), unique_key: null };
    return Number(await this.#jobs().where({ id }).whereIn('state', open).update(change)) === 1;
  }

  /** Lets a job that failed or was cancelled begin anew. False when it is none. */
  async retry(id: number): Promise<boolean> {
    const change = { state: 'waiting' as const, attempts: 0, run_at: Date.now(), error: null, finished_at: null };
    const closed: JobState[] = ['failed', 'cancelled'];
    return (
      Number(
        await this.#jobs()
          .where({ id })
          .whereIn('state', closed)
          .update({ ...change, claimed_by: '' }),
      ) === 1
    );
  }

  /** Ends of groups that still wait, oldest first. */
  async blocked(limit: number): Promise<number[]> {
    const rows = (await this.#jobs().select('id').where({ state: 'blocked' }).orderBy('id').limit(limit)) as JobRow[];
    return rows.map(({ id }) => Number(id));
  }

  /**
   * Lets the end of a group run when all its parts are done; fails it when one of them failed.
   * Asked after the commit of each part, so that the last of two that end together sees the other.
   */
  async release(id: number): Promise<void> {
    const parts = () => this.#jobs().where({ group_id: id });
    const open: JobState[] = ['delayed', 'waiting', 'blocked', 'active'];
    if (await parts().select('id').whereIn('state', open).first()) return;
    const failed = (await parts().select('id').whereIn('state', ['failed', 'cancelled']).limit(1000)).length;
    if (failed > 0) {
      const error = `${failed} of its parts did not succeed.`;
      const change = { state: 'failed' as const, error, finished_at: Date.now(), unique_key: null };
      await this.#jobs().where({ id, state: 'blocked' }).update(change);
      return;
    }
    const rows = (await parts().select('result').orderBy('id').limit(1000)) as JobRow[];
    const own = (await this.#jobs().select('data').where({ id }).first()) as JobRow | undefined;
    if (!own) return;
    const payload: JobPayload = {
      ...(JSON.parse(own.data) as JobPayload),
      previous: rows.map(({ result }) => (result === null ? null : (JSON.parse(result) as unknown))),
    };
    await this.#jobs()
      .where({ id, state: 'blocked' })
      .update({ state: 'waiting', data: JSON.stringify(payload), run_at: Date.now() });
  }

  /** Removes ended jobs that are older; a batch at a time. @returns how many */
  async removeEnded(state: JobState, before: number): Promise<number> {
    const rows = (await this.#jobs()
      .select('id')
      .where({ state })
      .where('finished_at', '<', before)
      .limit(MOVED_AT_ONCE)) as JobRow[];
    if (rows.length === 0) return 0;
    return Number(
      await this.#jobs()
        .whereIn(
          'id',
          rows.map(({ id }) => id),
        )
        .delete(),
    );
  }
}
