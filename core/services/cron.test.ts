import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../test/support/served-site.ts';
import { type ServicesSite, servicesSite, startServicesSite } from '../../test/support/services-site.ts';
import { forEachStore } from '../../test/support/stores.ts';
import { isGalleyError } from '../lib/errors.ts';
import { nextDue } from './cron-schedule.ts';
import type { CronRow } from './cron-store.ts';

const code = (expected: Parameters<typeof isGalleyError>[1]) => (error: unknown) => isGalleyError(error, expected);
const YEARLY = '0 0 1 1 *';

forEachStore((store) => {
  const services = servicesSite(store);
  const row = async (name: string): Promise<CronRow | undefined> =>
    (await store.database.read<CronRow>('cron_runs').where({ name }))[0];

  test('a wrong schedule is refused with the job and the field', () => {
    for (const schedule of ['', 'x', '* * *', '61 * * * *', '* * 32 * *', '* * * * * * *'])
      assert.throws(
        () => services.site.cron.define('bad', { schedule, summary: 'x', run: () => 0 }),
        /job "bad"/,
        schedule,
      );
  });

  test('a job that is run by hand is remembered with time, outcome and error, under its owner', async () => {
    let fails = false;
    services.site.cron.ownedBy('shop').define('shop-tidy', {
      schedule: YEARLY,
      summary: 'Tidies.',
      run: (site) => {
        assert.equal(site.owner, 'shop');
        if (fails) throw new Error('the shelf broke');
      },
    });
    const finished: string[] = [];
    const remove = services.site.hooks.addAction('cron:finished', (run) => void finished.push(run.status));
    assert.equal((await services.site.cron.run('shop-tidy')).status, 'ok');
    fails = true;
    assert.deepEqual((await services.site.cron.run('shop-tidy')).error, 'the shelf broke');
    remove();
    const info = (await services.site.cron.list()).find(({ name }) => name === 'shop-tidy');
    assert.deepEqual(
      [info?.owner, info?.lastStatus, info?.lastError, info?.isRunning],
      ['shop', 'failed', 'the shelf broke', false],
    );
    assert.ok((info?.nextDue ?? 0) > Date.now());
    assert.deepEqual(
      (await services.site.cron.history('shop-tidy')).map(({ status }) => status),
      ['failed', 'ok'],
    );
    assert.deepEqual(finished, ['ok', 'failed']);
    assert.match(services.lines.at(-1) ?? '', /"owner":"shop".*shelf broke/);
  });

  test('unknown jobs are named with a suggestion', async () => {
    await assert.rejects(services.site.cron.run('shop-tidi'), /Did you mean "shop-tidy"\?/);
    await assert.rejects(services.site.cron.history('none-at-all'), code('GALLEY_CRON_UNKNOWN'));
  });

  test('a job that is running cannot be started again, here or elsewhere', async () => {
    const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const run = (): Promise<void> => {
      begun.resolve();
      return ended.promise;
    };
    services.site.cron.define('slow', { schedule: YEARLY, summary: 'Slow.', run });
    const first = services.site.cron.run('slow');
    await begun.promise;
    await assert.rejects(services.site.cron.run('slow'), code('GALLEY_CRON_BUSY'));
    assert.equal((await services.site.cron.list()).find(({ name }) => name === 'slow')?.isRunning, true);
    ended.resolve();
    assert.equal((await first).status, 'ok');
    assert.equal((await services.site.cron.run('slow')).status, 'ok');
  });

  test('a claim of a process that died ends by itself', async () => {
    services.site.cron.define('orphan', { schedule: YEARLY, summary: 'Orphan.', run: () => 0 });
    await services.site.cron.run('orphan');
    await store.database
      .write('cron_runs')
      .where({ name: 'orphan' })
      .update({ claimed_until: Date.now() - 1, claimed_by: 'dead' });
    assert.equal((await services.site.cron.run('orphan')).status, 'ok');
  });

  test('only so many runs are remembered', async () => {
    const site = await startServicesSite(store.open(), { cron: { keepRuns: 3 } });
    site.site.cron.define('chatty', { schedule: YEARLY, summary: 'Chatty.', run: () => 0 });
    for (let run = 0; run < 6; run++) await site.site.cron.run('chatty');
    assert.equal((await site.site.cron.history('chatty')).length, 3);
    await site.stop();
  });

  test('of three processes that tick, one runs the job each time it is due', async () => {
    let runs = 0;
    const from = Date.now();
    const sites: ServicesSite[] = [];
    for (let index = 0; index < 3; index++) {
      const { site, ...rest } = await startServicesSite(store.open());
      site.cron.define('each-second', {
        schedule: '* * * * * *',
        summary: 'Ticks.',
        run: () => void runs++,
      });
      sites.push({ site, ...rest });
    }
    await Promise.all(sites.map(({ site }) => site.cron.start()));
    await until('it ran three times', () => runs >= 3);
    await Promise.all(sites.map(({ stop }) => stop()));
    const seconds = Math.ceil((Date.now() - from) / 1000);
    assert.ok(runs <= seconds + 1, `${runs} runs in ${seconds} seconds`);
  });

  test('a tick claims its own time, however early or late it comes', () => {
    for (const offset of [0, 250, 500, 750, 999]) {
      const after = Date.now() + offset;
      const due = nextDue('* * * * * *', undefined, after);
      assert.ok(due > after && due % 1000 === 0, `${due} after ${after}`);
    }
  });

  test('a run that was missed is noticed, and made up for once unless the job says no', async () => {
    const made: string[] = [];
    const start = async (): Promise<ServicesSite> => {
      const services = await startServicesSite(store.open());
      services.site.cron.define('missed', { schedule: YEARLY, summary: 'x', run: () => void made.push('missed') });
      services.site.cron.define('let-go', {
        schedule: YEARLY,
        summary: 'x',
        run: () => void made.push('let-go'),
        catchUp: false,
      });
      await services.site.cron.start();
      return services;
    };
    await (await start()).stop();
    const past = Date.now() - 3_600_000;
    await store.database.write('cron_runs').whereIn('name', ['missed', 'let-go']).update({ next_due: past });
    const both = await Promise.all([start(), start()]);
    const history = () => both[0].site.cron.history('let-go');
    await until('it was made up for, and noticed', async () => made.length > 0 && (await history()).length > 0);
    const states = (await history()).map(({ status }) => status);
    for (const { stop } of both) await stop();
    assert.deepEqual(made, ['missed']);
    assert.match(both.flatMap(({ lines }) => lines).join(), /A scheduled run was missed/);
    assert.deepEqual(states, ['missed']);
    assert.ok(Number((await row('let-go'))?.next_due) > Date.now());
  });

  test('a changed schedule is taken over', async () => {
    const site = await startServicesSite(store.open());
    const undo = site.site.cron.define('moving', { schedule: YEARLY, summary: 'x', run: () => 0 });
    await site.site.cron.run('moving');
    const before = Number((await row('moving'))?.next_due);
    undo();
    site.site.cron.define('moving', { schedule: '*/5 * * * *', summary: 'x', run: () => 0 });
    await site.site.cron.run('moving');
    const after = await row('moving');
    await site.stop();
    assert.equal(after?.schedule, '*/5 * * * *');
    assert.ok(Number(after?.next_due) < before);
  });

  test('stopping waits for what runs, then asks it to end', async () => {
    const log: string[] = [];
    const begun = Promise.withResolvers<void>();
    const site = await startServicesSite(store.open(), { http: { shutdownSeconds: 0 } });
    site.site.cron.define('patient', {
      schedule: YEARLY,
      summary: 'x',
      run: (_site, signal) =>
        new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            log.push('asked');
            resolve();
          });
          begun.resolve();
        }),
    });
    const running = site.site.cron.run('patient');
    await begun.promise;
    await site.stop();
    assert.deepEqual(log, ['asked']);
    assert.equal((await running).status, 'aborted');
  });
});
