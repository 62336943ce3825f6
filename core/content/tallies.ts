import type { Site } from '../kernel/site.ts';
import { demandChanged } from './changed-row.ts';
import type { Entry } from './entry.ts';
import { monthNumber } from './time-zone.ts';

/** How many entries a scope has, by status and month. */
export interface Tally {
  type: string;
  status: string;
  /** `202611`; 0 for entries without a date. */
  month: number;
  amount: number;
}

interface TallyRow extends Tally {
  scope: string;
}

/** What of an entry is counted. */
export interface Counted {
  entry: Pick<Entry, 'type' | 'status' | 'publishedAt' | 'authorId'>;
  termIds: readonly number[];
}

const keyOf = (row: TallyRow): string => `${row.scope}|${row.type}|${row.status}|${row.month}`;

function rowsFor(counted: Counted | undefined, amount: number, zone: string): TallyRow[] {
  if (!counted) return [];
  const { type, status, publishedAt, authorId } = counted.entry;
  const month = publishedAt === null ? 0 : monthNumber(publishedAt, zone);
  const scopes = [
    'all',
    ...(authorId === null ? [] : [`author:${authorId}`]),
    ...counted.termIds.map((id) => `term:${id}`),
  ];
  return scopes.map((scope) => ({ scope, type, status, month: scope === 'all' ? month : 0, amount }));
}

/** Adds up what entries count for. */
export class TallySums {
  readonly #sums = new Map<string, TallyRow>();
  readonly #zone: string;

  constructor(zone: string) {
    this.#zone = zone;
  }

  /** Counts an entry; with -1, takes it back. */
  add(counted: Counted | undefined, amount = 1): void {
    for (const row of rowsFor(counted, amount, this.#zone)) {
      const sum = this.#sums.get(keyOf(row));
      if (sum) sum.amount += amount;
      else this.#sums.set(keyOf(row), row);
    }
  }

  /** What is to be stored. */
  get rows(): TallyRow[] {
    return [...this.#sums.values()].filter((row) => row.amount !== 0);
  }
}

/**
 * Records what a save changes in the counts. Each change is a row of its own, added in the transaction of the save:
 * a counter that everybody bumps would be one hot row, on which concurrent writers of a cluster conflict. A job sums
 * the rows up; what is read is always the sum, so counts are exact at any moment.
 */
export async function recordTallies(
  site: Site,
  before: Counted | undefined,
  after: Counted | undefined,
): Promise<void> {
  const sums = new TallySums(await site.options.get<string>('timezone'));
  sums.add(before, -1);
  sums.add(after);
  if (sums.rows.length > 0) await site.database.insertMany('tallies', sums.rows);
}

/** Counts entries for a term that they have now, in the transaction in which they get it; with -1, that they lose. */
export async function countForTerm(
  site: Site,
  termId: number,
  entries: readonly { type: string; status: string }[],
  step: 1 | -1 = 1,
): Promise<void> {
  const counts = new Map<string, TallyRow>();
  for (const { type, status } of entries) {
    const count = counts.get(`${type} ${status}`) ?? { scope: `term:${termId}`, type, status, month: 0, amount: 0 };
    counts.set(`${type} ${status}`, { ...count, amount: count.amount + step });
  }
  if (counts.size > 0) await site.database.insertMany('tallies', [...counts.values()]);
}

/** The ids of all rows of counts. */
export async function tallyIds(site: Site): Promise<number[]> {
  const rows = (await site.database.write('tallies').select('id')) as { id: number }[];
  return rows.map((row) => row.id);
}

/** Puts counts in the place of these rows, in the running transaction. */
export async function replaceTallies(site: Site, ids: readonly number[], sums: TallySums): Promise<void> {
  await deleteTallies(site, ids);
  if (sums.rows.length > 0) await site.database.insertMany('tallies', sums.rows);
}

/** The counts of a scope: `all`, `author:3` or `term:12`. */
export async function readTallies(site: Site, scope: string): Promise<Tally[]> {
  const rows = (await site.database
    .read('tallies')
    .select('type', 'status', 'month')
    .sum({ amount: 'amount' })
    .where({ scope })
    .groupBy('type', 'status', 'month')) as (Tally & { amount: number | string })[];
  return settled(rows.map((row) => ({ ...row, amount: Number(row.amount) })).filter(({ amount }) => amount !== 0));
}

/**
 * How many entries each of several scopes has in a status, of one type or of all. One query, in which the store adds
 * up the months: an old site has many.
 */
export async function readTotals(
  site: Site,
  scopes: readonly string[],
  { type, status = 'publish' }: { type?: string; status?: string } = {},
): Promise<Map<string, number>> {
  const totals = new Map<string, number>(scopes.map((scope) => [scope, 0]));
  if (scopes.length === 0) return totals;
  const rows = (await site.database
    .read('tallies')
    .select('scope', 'type')
    .sum({ amount: 'amount' })
    .whereIn('scope', [...scopes])
    .where({ status, ...(type === undefined ? {} : { type }) })
    .groupBy('scope', 'type')) as { scope: string; amount: number | string }[];
  for (const { scope, amount } of rows) totals.set(scope, (totals.get(scope) ?? 0) + Math.max(0, Number(amount)));
  return totals;
}

/**
 * Totals are exact also after the time zone has changed, when entries are taken from another month than they were
 * added to: what is missing in one month is taken from the others. A recount puts the months right.
 */
function settled(tallies: readonly Tally[]): Tally[] {
  const kept = tallies.filter((tally) => tally.amount > 0);
  for (const { type, status, amount } of tallies.filter((tally) => tally.amount < 0)) {
    let missing = -amount;
    for (const tally of kept) {
      if (tally.type !== type || tally.status !== status) continue;
      const taken = Math.min(missing, tally.amount);
      tally.amount -= taken;
      missing -= taken;
    }
  }
  return kept.filter((tally) => tally.amount > 0);
}

/** Adds up the counts that fit. */
export function sumOf(tallies: readonly Tally[], type?: string, status = 'publish'): number {
  let sum = 0;
  for (const tally of tallies)
    if ((type === undefined || tally.type === type) && tally.status === status) sum += tally.amount;
  return sum;
}

/** Groups looked for at once, rows of one scope summed in one short transaction, and rounds at most. */
const GROUPS = 200;
const ROWS = 5000;
const MAX_ROUNDS = 10_000;

/** Replaces the rows of each scope by their sum. Safe beside writers: only rows that were read are removed. */
export async function compactTallies(site: Site): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const crowded = (await site.database
      .read('tallies')
      .select('scope')
      .groupBy('scope', 'type', 'status', 'month')
      .havingRaw('count(*) > 1')
      .limit(GROUPS)) as { scope: string }[];
    if (crowded.length === 0) return;
    for (const scope of new Set(crowded.map((row) => row.scope))) {
      for (let isFull = true; isFull && round < MAX_ROUNDS; round++) isFull = await compactScope(site, scope);
    }
  }
}

/** Deletes exactly these rows, or repeats the transaction: what somebody else has summed up must not count twice. */
async function deleteTallies(site: Site, ids: readonly number[]): Promise<void> {
  for (let at = 0; at < ids.length; at += 500) {
    const some = ids.slice(at, at + 500);
    demandChanged(await site.database.write('tallies').whereIn('id', some).delete(), 'tallies', some.length);
  }
}

/** Sums up the oldest rows of a scope. Returns whether there may be more. */
function compactScope(site: Site, scope: string): Promise<boolean> {
  return site.database.transaction(async () => {
    const rows = (await site.database
      .write<TallyRow & { id: number }>('tallies')
      .select('*')
      .where({ scope })
      .orderBy('id')
      .limit(ROWS)) as (TallyRow & { id: number })[];
    const sums = new Map<string, TallyRow>();
    for (const { id: _, ...row } of rows) {
      const sum = sums.get(keyOf(row));
      if (sum) sum.amount += row.amount;
      else sums.set(keyOf(row), { ...row });
    }
    if (sums.size === rows.length) return false;
    const ids = rows.map((row) => row.id);
    await deleteTallies(site, ids);
    const kept = [...sums.values()].filter((row) => row.amount !== 0);
    await site.database.insertMany('tallies', kept);
    return rows.length === ROWS;
  });
}
