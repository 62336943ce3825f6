import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { servicesSite } from '../../test/support/services-site.ts';
import { forEachStore } from '../../test/support/stores.ts';
import { Processes, type RunningProcess } from './processes.ts';

const runs =
  (plugin: string) =>
  ({ plugins }: RunningProcess): boolean =>
    plugin in plugins;

forEachStore((store) => {
  const services = servicesSite(store);
  const started: Processes[] = [];
  const start = async (plugins: Record<string, string>, role = 'web'): Promise<Processes> => {
    const processes = new Processes(services.site);
    started.push(processes);
    await processes.join({ role, plugins });
    return processes;
  };
  afterEach(async () => {
    for (const processes of started.splice(0)) await processes.leave();
  });

  test('processes that serve see each other, with the plugins that each runs, until they leave', async () => {
    const one = await start({ shop: '1.0.0-ab 17' });
    const two = await start({}, 'worker');
    const seen = (await one.living()).map(({ role, plugins }) => [role, plugins]);
    assert.deepEqual(seen.sort(), [
      ['web', { shop: '1.0.0-ab 17' }],
      ['worker', {}],
    ]);
    await one.forget('shop');
    assert.deepEqual((await two.living()).find(({ role }) => role === 'web')?.plugins, {});
    await one.leave();
    assert.deepEqual(
      (await two.living()).map(({ role }) => role),
      ['worker'],
    );
  });

  test('whoever takes something away waits until nobody runs it any more', async () => {
    const shop = await start({ shop: '', posts: '' });
    const other = new Processes(services.site);
    assert.equal(await other.untilNone(runs('kiosk'), 0), 'gone');
    assert.equal(await other.untilNone(runs('shop'), 0), 'others');
    assert.equal(await shop.untilNone(runs('shop'), 60_000), 'itself', 'a process does not wait for itself');
    const waiting = other.untilNone(runs('shop'), 60_000);
    await shop.leave();
    assert.equal(await waiting, 'gone');
  });

  test('a process that fell, or that nobody hears of any more, is in nobody’s way', async () => {
    const code = `
      import { Database } from ${JSON.stringify(join(import.meta.dirname, 'database.ts'))};
      import { Processes } from ${JSON.stringify(join(import.meta.dirname, 'processes.ts'))};
      const database = new Database({ url: ${JSON.stringify(store.url)} });
      await new Processes({ database }).join({ role: 'web', plugins: { fallen: '' } });
      process.kill(process.pid, 'SIGKILL');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
    assert.equal((await once(child, 'exit'))[1], 'SIGKILL');
    const there = new Processes(services.site);
    assert.equal((await services.site.database.read('processes')).length, 1);
    assert.deepEqual(await there.living(), []);
    const silent = { mark: 'elsewhere-1-1-ff', role: 'web', plugins: '{"shop":""}', started_at: 1, until: 1 };
    await services.site.database.insert('processes', silent);
    assert.equal(await there.untilNone(runs('shop'), 0), 'gone');
    const next = await start({});
    assert.equal((await next.living()).length, 1);
    const marks = await services.site.database.read('processes').pluck('mark');
    assert.ok(!marks.includes('elsewhere-1-1-ff'), 'the next one forgets it');
  });
});
