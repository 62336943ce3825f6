import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/support/served-site.ts';
import { servicesSite, startServicesSite } from '../../test/support/services-site.ts';
import { forEachStore } from '../../test/support/stores.ts';
import { GalleyError, isGalleyError } from '../lib/errors.ts';
import type { JobRow } from './job-row.ts';
import type { JobRun, Jobs } from './jobs.ts';

const code = (expected: Parameters<typeof isGalleyError>[1]) => (error: unknown) => isGalleyError(error, expected);
const QUICK = { jobs: { enabled: false, pollMs: 20 } };

forEachStore((store) => {
  const services = servicesSite(store, QUICK);
  const jobs = (): Jobs => services.site.jobs;
  const write = () => store.database.write<JobRow>('jobs');
  let kinds = 0;
  /** A kind of job with a name of its own. */
  function kind(run: (job: JobRun) => unknown, more: object = {}): string {
    const name = `kind-${++kinds}`;
    jobs().define(name, { summary: 'Tested.', backoffMs: 10, run: (_, job) => run(job), ...more });
    return name;
  }

  test('a job runs once with its data, under its owner, and its result is kept', async () => {
    const seen: unknown[] = [];
    jobs()
      .ownedBy('shop')
      .define('shop-mail', {
        summary: 'Mails.',
        run: (site, job) => {
          seen.push([site.owner, job.data, job.attempt, job.userId]);
          return { sent: 3 };
        },
      });
    const finished: unknown[] = [];
    const remove = services.site.hooks.addAction(
      'job:finished',
      ({ name, result }) => void finished.push([name, result]),
    );
    const id = await jobs().enqueue('shop-mail', { to: 'a' }, { userId: 7 });
    assert.equal((await jobs().get(id))?.state, 'waiting');
    assert.equal(await jobs().work(), 1);
    assert.equal(await jobs().work(), 0);
    remove();
    assert.deepEqual(finished, [['shop-mail', { sent: 3 }]]);
    const job = await jobs().get(id);
    assert.deepEqual(seen, [['shop', { to: 'a' }, 1, 7]]);
    assert.deepEqual([job?.state, job?.result, job?.attempts, job?.error], ['done', { sent: 3 }, 1, null]);
    assert.ok((job?.finishedAt ?? 0) >= (job?.startedAt ?? Number.POSITIVE_INFINITY));
  });

  test('unknown kinds are named with a suggestion, wrong data and priorities refused, before anything is stored', async () => {
    const name = kind(() => 0, {
      schema: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } },
    });
    const before = (await jobs().list({ limit: 1 }))[0]?.id;
    await assert.rejects(jobs().enqueue('shop-mai'), /Did you mean "shop-mail"\?/);
    await assert.rejects(jobs().enqueue(name, { id: 'x' }), code('GALLEY_INPUT_INVALID'));
    await assert.rejects(jobs().enqueue(name), code('GALLEY_INPUT_INVALID'));
    await assert.rejects(jobs().enqueue(name, { id: 1 }, { priority: 101 }), code('GALLEY_INPUT_INVALID'));
    await assert.rejects(jobs().enqueue(name, { id: 1, more: 'x'.repeat(1_000_001) }), /too long/);
    assert.equal((await jobs().list({ limit: 1 }))[0]?.id, before);
  });

  test('higher priorities go first, then the older; a delayed job waits for its time', async () => {
    const order: unknown[] = [];
    const name = kind(({ data }) => order.push(data));
    await jobs().enqueue(name, 'later', { delayMs: 60_000 });
    const soon = await jobs().enqueue(name, 'soon', { at: Date.now() + 30_000 });
    await jobs().enqueue(name, 'b', { priority: 0 });
    await jobs().enqueue(name, 'c', { priority: -5 });
    await jobs().enqueue(name, 'a', { priority: 10 });
    await jobs().work();
    assert.deepEqual(order, ['a', 'b', 'c']);
    assert.equal((await jobs().get(soon))?.state, 'delayed');
    await write()
      .where({ id: soon })
      .update({ run_at: Date.now() - 1 });
    await jobs().work();
    assert.deepEqual(order.slice(3), ['soon']);
  });

  test('a job of a transaction that is rolled back never was', async () => {
    const name = kind(() => 0);
    let id = 0;
    await assert.rejects(
      store.database.transaction(async () => {
        id = await jobs().enqueue(name);
        throw new Error('no');
      }),
    );
    assert.equal(await jobs().get(id), undefined);
    assert.equal(await jobs().work(), 0);
  });

  test('a failing job is tried again after longer and longer pauses, then kept as failed, and somebody is told', async () => {
    const name = kind(({ attempt }) => assert.fail(`attempt ${attempt}`), { attempts: 3, backoffMs: 10_000 });
    const told: unknown[] = [];
    const remove = services.site.hooks.addAction('job:failed', (job) => void told.push([job.name, job.error]));
    const id = await jobs().enqueue(name);
    // The shortest and the longest that each pause may be, whatever the work itself took.
    const pauses: { most: number; least: number }[] = [];
    for (let round = 0; round < 3; round++) {
      const from = Date.now();
      await jobs().work();
      const to = Date.now();
      const job = await jobs().get(id);
      if (job?.state === 'delayed') pauses.push({ most: job.runAt - from, least: job.runAt - to });
      await write()
        .where({ id, state: 'delayed' })
        .update({ run_at: Date.now() - 1 });
    }
    remove();
    const job = await jobs().get(id);
    assert.deepEqual([job?.state, job?.attempts, job?.error], ['failed', 3, 'attempt 3']);
    assert.equal(pauses.length, 2);
    const [first, second] = pauses;
    const isBetween = (pause: typeof first, least: number, most: number): boolean =>
      pause !== undefined && pause.most > least && pause.least <= most;
    assert.ok(isBetween(first, 4_000, 10_000) && isBetween(second, 9_000, 20_000), JSON.stringify(pauses));
    assert.deepEqual(told, [[name, 'attempt 3']]);
    assert.equal(await jobs().retry(id), true);
    assert.equal((await jobs().get(id))?.attempts, 0);
    assert.equal(await jobs().cancel(id), true);
    assert.equal(await jobs().cancel(id), false);
  });

  test('an error that says the input is wrong is not tried again', async () => {
    const name = kind(() => {
      throw new GalleyError('GALLEY_INPUT_INVALID', 'Never.');
    });
    const id = await jobs().enqueue(name);
    assert.equal(await jobs().work(), 1);
    assert.equal((await jobs().get(id))?.state, 'failed');
  });

  test('of a unique job there is one until it has ended, also when many ask at once', async () => {
    const name = kind(() => 0);
    const ids = await Promise.all(Array.from({ length: 20 }, () => jobs().enqueue(name, null, { unique: 'x' })));
    assert.equal(new Set(ids).size, 1);
    assert.equal(await jobs().work(), 1);
    assert.notEqual(await jobs().enqueue(name, null, { unique: 'x' }), ids[0]);
    assert.equal(await jobs().work(), 1);
  });

  test('of a unique job there is one also where several transactions want it at the same time', async () => {
    const name = kind(() => 0);
    const enqueue = async (): Promise<number> => {
      await write().select('id').where({ name }); // From here on a transaction sees nothing new.
      return await jobs().enqueue(name, null, { unique: 'x' });
    };
    const ids = await Promise.all(Array.from({ length: 8 }, () => store.database.transaction(enqueue)));
    assert.equal(new Set(ids).size, 1);
    assert.equal(await jobs().work(), 1);
  });

  test('a chain runs in order and hands results on; what is behind a failure never begins', async () => {
    const log: unknown[] = [];
    const step = kind(({ data, previous }) => {
      log.push([data, previous ?? null]);
      if (data === 'bad') throw new GalleyError('GALLEY_INPUT_INVALID', 'bad');
      return `${String(previous ?? '')}${String(data)}`;
    });
    await jobs().chain([
      { name: step, data: 'a' },
      { name: step, data: 'b' },
      { name: step, data: 'c' },
    ]);
    assert.equal(await jobs().work(), 3);
    assert.deepEqual(log, [
      ['a', null],
      ['b', 'a'],
      ['c', 'ab'],
    ]);
    log.length = 0;
    await jobs().chain([
      { name: step, data: 'bad' },
      { name: step, data: 'never' },
    ]);
    await jobs().work();
    assert.deepEqual(log, [['bad', null]]);
  });

  test('the end of a group runs when all its parts are done, with their results in order, and fails with one of them', async () => {
    const part = kind(
      ({ data }) => {
        if (data === 'bad') throw new GalleyError('GALLEY_INPUT_INVALID', 'bad');
        return Number(data) * 2;
      },
      { concurrency: 4 },
    );
    const sums: unknown[] = [];
    const end = kind(({ previous }) => sums.push(previous));
    const good = await jobs().group(
      [1, 2, 3].map((data) => ({ name: part, data })),
      { name: end },
    );
    assert.equal((await jobs().get(good))?.state, 'blocked');
    await jobs().work();
    assert.deepEqual(sums, [[2, 4, 6]]);
    const bad = await jobs().group(
      [
        { name: part, data: 1 },
        { name: part, data: 'bad' },
      ],
      { name: end },
    );
    await jobs().work();
    assert.match((await jobs().get(bad))?.error ?? '', /1 of its parts did not succeed/);
    assert.equal(sums.length, 1);
  });

  test('progress is seen while it runs, and a job that takes too long is given up', async () => {
    const begun = Promise.withResolvers<void>();
    const name = kind(
      async ({ signal, progress }) => {
        progress(3, 10, 'pages');
        begun.resolve();
        await sleep(10_000, undefined, { signal });
      },
      { timeoutMs: 700, attempts: 1 },
    );
    const id = await jobs().enqueue(name);
    const working = jobs().work();
    await begun.promise;
    await until('its progress is seen', async () => (await jobs().get(id))?.progress?.done === 3);
    assert.deepEqual((await jobs().get(id))?.progress, { done: 3, total: 10, text: 'pages' });
    await working;
    assert.equal((await jobs().get(id))?.state, 'failed');
  });

  test('a running job that is cancelled is told to stop, and stays cancelled', async () => {
    const begun = Promise.withResolvers<void>();
    const name = kind(async ({ signal, progress }) => {
      begun.resolve();
      for (;;) {
        await sleep(100, undefined, { signal });
        progress(1);
      }
    });
    const id = await jobs().enqueue(name);
    const working = jobs().work();
    await begun.promise;
    assert.equal(await jobs().cancel(id), true);
    await working;
    assert.equal((await jobs().get(id))?.state, 'cancelled');
  });

  test('what a dead process had is run by another, and counts as an attempt', async () => {
    const name = kind(() => 'after all', { attempts: 2 });
    const id = await jobs().enqueue(name);
    await write()
      .where({ id })
      .update({ state: 'active', claimed_by: 'gone:1:0123456789abcdef', claimed_until: Date.now() - 1 });
    await jobs().work();
    const job = await jobs().get(id);
    assert.deepEqual([job?.state, job?.attempts, job?.result], ['done', 2, 'after all']);
    const second = await jobs().enqueue(name, null, { attempts: 1 });
    await write().where({ id: second }).update({ state: 'active', claimed_by: 'gone:2:0', claimed_until: 1 });
    await jobs().work();
    assert.match((await jobs().get(second))?.error ?? '', /has gone/);
  });

  test('a delayed job waits by the clock of the store, though that of its process was set', async (t) => {
    const name = kind(() => 0);
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 3_600_000 });
    const id = await jobs().enqueue(name, null, { delayMs: 20 });
    t.mock.timers.reset();
    await until('its time has come', async () => (await jobs().work()) === 1);
    assert.equal((await jobs().get(id))?.state, 'done');
  });

  test('a job that runs here is not taken back, though by a clock that was set its time seems over', async () => {
    const end = Promise.withResolvers<void>();
    let runs = 0;
    const long = kind(() => {
      runs++;
      return end.promise;
    });
    const id = await jobs().enqueue(long, null, { priority: 1 });
    const short = kind(() => write().where({ id }).update({ claimed_until: 1 }));
    const last = kind(() => end.resolve());
    await jobs().chain([{ name: short }, { name: last }]);
    await jobs().work();
    assert.deepEqual([runs, (await jobs().get(id))?.attempts], [1, 1]);
  });

  test('a kind that rests is not taken until it goes on', async () => {
    const name = kind(() => 0);
    await jobs().pause(name);
    const id = await jobs().enqueue(name);
    assert.equal(await jobs().work(), 0);
    await jobs().resume(name);
    assert.equal(await jobs().work(), 1);
    assert.equal((await jobs().get(id))?.state, 'done');
    await assert.rejects(jobs().pause('nothing'), code('GALLEY_JOB_UNKNOWN'));
  });

  test('three processes share a hundred jobs, and each is run once', async () => {
    const runs = new Map<unknown, number>();
    const define = (queue: Jobs): void => {
      queue.define('shared', {
        summary: 'Counted.',
        concurrency: 4,
        run: async (_, { data }) => {
          runs.set(data, (runs.get(data) ?? 0) + 1);
          await sleep(2);
        },
      });
    };
    const others = await Promise.all([1, 2].map(() => startServicesSite(store.database, QUICK)));
    const queues = [jobs(), ...others.map(({ site }) => site.jobs)];
    queues.forEach(define);
    for (let index = 0; index < 100; index++) await jobs().enqueue('shared', index);
    for (const queue of queues) queue.start();
    const last = (await jobs().list({ name: 'shared', limit: 1 }))[0];
    await jobs().wait(last?.id ?? 0, 60_000);
    for (const queue of queues) await queue.stop(5_000);
    for (const other of others) await other.stop();
    assert.equal(runs.size, 100);
    assert.deepEqual([...new Set(runs.values())], [1]);
  });

  test('jobs that ended long ago are forgotten', async () => {
    const name = kind(() => 0);
    const id = await jobs().enqueue(name);
    // The queue of this site has stopped; the row alone matters here.
    await write()
      .where({ id })
      .update({ state: 'done', finished_at: Date.now() - 8 * 86_400_000 });
    assert.ok((await jobs().tidy()) >= 1);
    assert.equal(await jobs().get(id), undefined);
  });
});
