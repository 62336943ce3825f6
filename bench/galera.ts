// Updates of one row through all three nodes of a Galera cluster, and what happens when the one that is written to is
// killed. Half of them read first and write then, so each meets the others: the worst that can be asked of a cluster.

import { isGalleyError } from '../core/lib/errors.ts';
import { Database } from '../core/services/database.ts';
import { privateGalera } from '../test/support/galera.ts';
import type { Bench, BenchOptions, Row } from './report.ts';

const WIDTH = 12;

interface Outcome {
  acknowledged: number;
  /** Gave up after all tries, and were told so. */
  refused: number;
  /** Were told that nobody knows. */
  unknown: number;
  ms: number[];
}

async function inParallel(count: number, work: (index: number) => Promise<void>): Promise<Outcome> {
  const outcome: Outcome = { acknowledged: 0, refused: 0, unknown: 0, ms: [] };
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      const from = performance.now();
      try {
        await work(index);
        outcome.acknowledged++;
      } catch (error) {
        if (isGalleyError(error, 'GALLEY_DATABASE_CONFLICT')) outcome.refused++;
        else if (isGalleyError(error, 'GALLEY_DATABASE_UNAVAILABLE')) outcome.unknown++;
        else throw error;
      }
      outcome.ms.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, lane));
  return outcome;
}

function rowOf(name: string, { acknowledged, refused, unknown, ms }: Outcome, amount: number, seconds: number): Row {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const lost = Math.max(0, acknowledged - amount);
  return {
    what: name,
    acknowledged,
    lost,
    refused,
    unknown,
    '/s': ms.length / seconds,
    'p50 ms': at(0.5),
    'p99 ms': at(0.99),
    'worst ms': at(1),
  };
}

/** Databases of three processes, each of which likes another node best. */
function openAll(url: string): Database[] {
  const [, start = '', hosts = '', end = ''] = /^(.*@)([^/]*)(\/.*)$/.exec(url) ?? [];
  const list = hosts.split(',');
  return list.map((_, first) => {
    const turned = [...list.slice(first), ...list.slice(0, first)];
    return new Database({ url: `${start}${turned.join(',')}${end}` });
  });
}

async function measure(
  name: string,
  databases: readonly Database[],
  count: number,
  during: (index: number) => void = () => undefined,
): Promise<Row> {
  const [first] = databases as [Database];
  const id = await first.insert('counters', { amount: 0 });
  const bump = async (database: Database): Promise<void> => {
    const row = await database.read('counters').where({ id }).first();
    await database
      .write('counters')
      .where({ id })
      .update({ amount: Number(row?.['amount']) + 1 });
  };
  const from = performance.now();
  const outcome = await inParallel(count, async (index) => {
    during(index);
    const database = databases[index % databases.length] as Database;
    if (index % 2 === 0) await database.write('counters').where({ id }).increment('amount', 1);
    else await database.transaction(() => bump(database));
  });
  const seconds = (performance.now() - from) / 1000;
  const row = await first.fresh(() => first.read('counters').where({ id }).first());
  return rowOf(name, outcome, Number(row?.['amount']), seconds);
}

async function run({ quick }: BenchOptions): Promise<Row[]> {
  const galera = await privateGalera();
  const databases = openAll(galera.url);
  const [first] = databases as [Database];
  try {
    await first.schema().createTable('counters', (table) => {
      table.bigIncrements('id');
      table.integer('amount').notNullable();
    });
    const count = quick ? 1_000 : 10_000;
    return [
      await measure('one row, written on all three nodes', databases, count),
      await measure('one row, written on one node', [first], count),
      await measure('the same, and that node is killed', [first], count, (index) => {
        if (index === count / 4) galera.cluster.kill(1);
      }),
    ];
  } finally {
    await Promise.all(databases.map((database) => database.close()));
    await galera.stop();
  }
}

export const galeraBench: Bench = { title: 'Concurrent updates on a Galera cluster, 12 at a time: none is lost', run };
