import type { Site } from '../kernel/site.ts';
import { isGalleyError } from '../lib/errors.ts';

/** A row of the table `cron_runs`. Times are epoch milliseconds. */
export interface CronRow {
  name: string;
  schedule: string;
  next_due: number;
  claimed_until: number;
  claimed_by: string;
  last_run: number | null;
  last_status: CronStatus | null;
  last_error: string | null;
  last_ms: number | null;
}

/** How a run ended; `missed` is one that nobody was there for. */
export type CronStatus = 'ok' | 'failed' | 'aborted' | 'missed';

/** One run of a job. */
export interface CronRun {
  name: string;
  /** Epoch milliseconds. */
  startedAt: number;
  ms: number;
  status: CronStatus;
  error: string | null;
  /** Host and process that ran it. */
  node: string;
}

interface HistoryRow extends Omit<CronRun, 'startedAt'> {
  id: number;
  started_at: number;
}

/** What a process needs to claim a job. */
export interface Claim {
  name: string;
  now: number;
  until: number;
  by: string;
  /** When the job is due after this run. */
  nextDue: number;
}

/** Which job is due, who runs it and how it went. A claim is one conditional UPDATE; its row count decides. */
export class CronStore {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Makes the row of a job, or takes over a changed schedule. Returns the row as it was before, if there was one. */
  async ensure(name: string, schedule: string, nextDue: () => number): Promise<CronRow | undefined> {
    const row = await this.row(name);
    if (row?.schedule === schedule) return row;
    const changes = { schedule, next_due: nextDue() };
    if (row) {
      await this.#runs().where({ name, schedule: row.schedule }).update(changes);
      return { ...row, ...changes };
    }
    try {
      const fresh = { name, ...changes, claimed_until: 0, claimed_by: '' };
      await this.#site.database.insert('cron_runs', fresh);
    } catch (error) {
      if (!isGalleyError(error, 'GALLEY_DATABASE_DUPLICATE')) throw error;
    }
    return undefined;
  }

  async row(name: string): Promise<CronRow | undefined> {
    const [row] = await this.#runs().where({ name }).limit(1);
    return row && numbersOf(row);
  }

  /** The rows of all jobs that ever were, by name. */
  async rows(): Promise<Map<string, CronRow>> {
    const rows = await this.#site.database.read<CronRow>('cron_runs').limit(10_000);
    return new Map(rows.map((row) => [row.name, numbersOf(row)]));
  }

  /** Claims a job that is due. False when it is not, or somebody else has it. */
  async claimDue({ name, now, until, by, nextDue }: Claim): Promise<boolean> {
    const due = this.#runs().where({ name }).where('next_due', '<=', now).where('claimed_until', '<', now);
    return (await due.update({ claimed_until: until, claimed_by: by, next_due: nextDue })) === 1;
  }

  /** Claims a job whether it is due or not. False when it runs already. */
  async claimNow({ name, now, until, by }: Omit<Claim, 'nextDue'>): Promise<boolean> {
    const idle = this.#runs().where({ name }).where('claimed_until', '<', now);
    return (await idle.update({ claimed_until: until, claimed_by: by })) === 1;
  }

  /** Lets a claim last longer. False when it was lost. */
  async renew(name: string, by: string, until: number): Promise<boolean> {
    return (await this.#runs().where({ name, claimed_by: by }).update({ claimed_until: until })) === 1;
  }

  /** Gives a claim back and remembers the run, and the last `keep` of the job. */
  async finish(run: CronRun, by: string, keep: number): Promise<void> {
    const { name, startedAt, ms, status, error } = run;
    const last = { last_run: startedAt, last_ms: ms, last_status: status, last_error: error };
    await this.#runs()
      .where({ name, claimed_by: by })
      .update({ ...last, claimed_until: 0, claimed_by: '' });
    await this.remember(run, keep);
  }

  /** Adds to the history and drops what is older than the last `keep` runs. */
  async remember({ startedAt, ...run }: CronRun, keep: number): Promise<void> {
    const { database } = this.#site;
    await database.insert('cron_history', { ...run, started_at: startedAt });
    const history = () => database.write<HistoryRow>('cron_history').where({ name: run.name });
    const [oldest] = await history().select('id').orderBy('id', 'desc').offset(keep).limit(1);
    if (oldest) await history().where('id', '<=', Number(oldest.id)).delete();
  }

  /** The last runs of a job, newest first. */
  async history(name: string, limit: number): Promise<CronRun[]> {
    const rows = await this.#site.database
      .read<HistoryRow>('cron_history')
      .where({ name })
      .orderBy('id', 'desc')
      .limit(limit);
    return rows.map(({ id: _, started_at, ...run }) => ({ ...run, startedAt: Number(started_at), ms: Number(run.ms) }));
  }

  #runs() {
    return this.#site.database.write<CronRow>('cron_runs');
  }
}

/** MariaDB's driver may return BIGINT as text. */
function numbersOf(row: CronRow): CronRow {
  return {
    ...row,
    next_due: Number(row.next_due),
    claimed_until: Number(row.claimed_until),
    last_run: row.last_run === null ? null : Number(row.last_run),
  };
}
