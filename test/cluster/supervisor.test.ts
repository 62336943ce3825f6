// A site under a supervisor: what falls is replaced, what changes is put in place without a request lost.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stateOf, writeKiosk } from '../../bench/kiosk.ts';
import { writePlugins } from '../support/contained-plugins.ts';
import { scratch } from '../support/plugin-shop.ts';
import { childrenOf, ServedSite, until } from '../support/served-site.ts';

const CRASH = `site.routes.get('/crash', { public: true }, () => { setTimeout(() => { throw new Error('the shelf fell'); }); return text('going'); });`;
const HANG = `site.routes.get('/hang', { public: true }, () => { for (;;); });`;
const PROCESS = `site.routes.get('/process', { public: true }, () => text(String(process.pid)));`;
const WHO = `site.routes.get('/health/process', { public: true }, () => text(String(process.pid)));`;
const JOBS = `site.routes.get('/jobs-here', { public: true }, () => text(String(site.config.jobs.enabled)));`;

/** Asks again and again over connections that stay open, as a balancer does, until it is told to stop. */
function keepAsking(origin: string, paths: readonly string[], isFine = (_status: number): boolean => false) {
  const agent = new Agent({ keepAlive: true, maxSockets: 3 });
  const failed = new Set<string>();
  let count = 0;
  let isOver = false;
  const ask = (path: string, isAgain = false): Promise<void> =>
    new Promise((resolve) => {
      const request = get(origin + path, { agent }, (reply) => {
        reply.on('end', () => {
          count++;
          if (reply.statusCode !== 200 && !isFine(reply.statusCode ?? 0)) failed.add(`${path} ${reply.statusCode}`);
          resolve();
        });
        reply.on('error', (error) => failed.add(`${path} ${error.message}`));
        reply.resume();
      });
      request.on('error', (error) => {
        // It was sent at the moment in which the server closed a connection that it had kept: browsers and balancers ask again.
        if (request.reusedSocket && !isAgain) return ask(path, true).then(resolve);
        failed.add(`${path} ${error.message}`);
        return resolve();
      });
    });
  const client = async (): Promise<void> => {
    for (let turn = 0; !isOver; turn++) {
      await ask(paths[turn % paths.length] ?? '/');
      await sleep(15);
    }
  };
  const clients = Promise.all(Array.from({ length: 3 }, client));
  return {
    async stop(): Promise<{ count: number; failed: string[] }> {
      isOver = true;
      await clients;
      agent.destroy();
      return { count, failed: [...failed] };
    },
  };
}

describe('a site under a supervisor', () => {
  const served = new ServedSite();
  const workers = (): number[] => childrenOf(served.pid);
  /** Both processes that serve pages do: each answers. */
  const allServe = (): Promise<void> =>
    until('all processes serve', async () => {
      const answered = new Set<string>();
      for (let ask = 0; ask < 6; ask++) answered.add((await served.get('/health/process')).body);
      return workers().length === 3 && answered.size === 2 && !answered.has('');
    });
  const generations = (): number => served.log.split('The new generation serves').length - 1;

  before(async () => {
    served.plugin('trial', [CRASH, HANG, PROCESS, JOBS].join('\n'));
    served.plugin('who', WHO);
    served.plugin('late', `site.routes.get('/late', { public: true }, () => text('here'));`);
    served.plugin('falls', '', `process.exit(7);`);
    served.plugin('poison', `site.health.define('paper', () => ({ status: 'down', message: 'no paper today' }));`);
    served.plugin('idle', `if (site.config.jobs.enabled) throw new Error('no work is done here');`);
    assert.equal((await served.galley('plugin', 'activate', 'trial', 'who')).code, 0);
    await served.serve('--workers=2');
  });
  after(() => served.remove());

  test('several processes answer at one address, and another one runs the jobs', async () => {
    assert.equal(workers().length, 3, served.log);
    const answered = new Set<string>();
    await until('both answer', async () => answered.add((await served.get('/process')).body).size === 2);
    assert.ok(![...answered].includes(''), served.log + [...answered].join());
    assert.equal((await served.get('/jobs-here')).body, 'false');
  });

  for (const signal of ['SIGUSR2', 'SIGHUP'] as const)
    test(`on ${signal} new processes take the place of the old ones, and no request is lost`, async () => {
      const before = workers();
      const wanted = generations() + 1;
      const asking = keepAsking(served.origin, ['/', '/process', '/health/live']);
      served.signal(signal);
      await until('the new generation serves', () => generations() === wanted);
      await until('the old ones have ended', () => workers().every((pid) => !before.includes(pid)));
      const { count, failed } = await asking.stop();
      assert.deepEqual(failed, []);
      assert.ok(count > 50, `${count} answers`);
      assert.equal(workers().length, 3);
    });

  test('a plugin that is activated on the command line runs on all processes soon after', async () => {
    assert.equal((await served.get('/late')).status, 404);
    const asking = keepAsking(served.origin, ['/', '/process']);
    assert.equal((await served.galley('plugin', 'activate', 'late')).code, 0);
    await until('a new generation serves', () =>
      /Other plugins were chosen[\s\S]*new generation serves/.test(served.log),
    );
    await until('the plugin answers', async () => (await served.get('/late')).body === 'here');
    await until('the old ones have ended', () => workers().length === 3);
    assert.deepEqual((await asking.stop()).failed, []);
    for (let ask = 0; ask < 6; ask++) assert.equal((await served.get('/late')).status, 200);
  });

  test('a plugin with tables comes, changes, goes back and goes, and its own address never fails', async () => {
    const folder = await scratch();
    await writeKiosk(folder);
    const asking = keepAsking(served.origin, ['/kiosk', '/kiosk', '/'], (status) => status === 404);
    const command = async (...args: string[]): Promise<void> => {
      const { code, err } = await served.galley('plugin', ...args, '--yes');
      assert.equal(code, 0, err);
    };
    const answers = (body: string): Promise<void> =>
      until(`/kiosk says ${body}`, async () => (await served.get('/kiosk')).body.startsWith(body));
    await command('install', join(folder, 'first', 'kiosk'), '--activate');
    await answers('1.0.0');
    await command('install', join(folder, 'second', 'kiosk'), '--force');
    await answers('2.0.0');
    await command('rollback', 'kiosk');
    await answers('1.0.0');
    assert.deepEqual(stateOf(served.contentDir).tables, ['kiosk_one']);
    await command('uninstall', 'kiosk', '--deactivate', '--drop-data');
    assert.deepEqual(stateOf(served.contentDir).tables, []);
    const { count, failed } = await asking.stop();
    assert.deepEqual(failed, []);
    assert.ok(count > 50, `${count} answers`);
    await until('the old ones have ended', () => workers().length === 3);
    await rm(folder, { recursive: true, force: true });
  });

  test('a contained plugin that oversteps is off in all processes, and none has to start anew for that', async () => {
    const spins = { name: 'spins', contained: { routes: { go: { path: '/go', access: 'public' } } } };
    writePlugins([{ ...spins, handlers: 'routes: { go: () => { for (;;); } }' }], join(served.contentDir, 'plugins'));
    const before = generations();
    assert.equal((await served.galley('plugin', 'activate', 'spins')).code, 0);
    await until('a new generation serves', () => generations() === before + 1);
    await until('the old ones have ended', () => workers().length === 3);
    const running = workers();
    const asking = keepAsking(served.origin, ['/', '/process']);
    const store = new DatabaseSync(join(served.contentDir, 'test.sqlite'), { readOnly: true });
    const plugins = (): string => JSON.stringify(store.prepare('SELECT plugins FROM processes').all());
    assert.match(plugins(), /spins/);
    await until('it is off everywhere', async () => {
      assert.notEqual((await served.get('/plugins/spins/go')).status, 200);
      return !plugins().includes('spins');
    });
    store.close();
    assert.deepEqual((await asking.stop()).failed, []);
    assert.deepEqual([generations(), workers()], [before + 1, running], served.log.slice(-3000));
    assert.equal((await served.galley('plugin', 'activate', 'spins')).code, 0);
    await until('it is on again, in new processes', () => generations() === before + 2);
    assert.equal((await served.galley('plugin', 'deactivate', 'spins')).code, 0);
    await until('it is off again', () => generations() === before + 3);
    await until('the old ones have ended', () => workers().length === 3);
  });

  test('a process that is killed is replaced, and the site serves meanwhile', async () => {
    const [first = 0, ...others] = workers();
    const ask = (): Promise<Response> => fetch(`${served.origin}/`, { signal: AbortSignal.timeout(60_000) });
    const asked = Promise.allSettled(Array.from({ length: 40 }, ask));
    process.kill(first, 'SIGKILL');
    await until('it is gone', () => !workers().includes(first));
    // Connections that it had are closed, and none hangs until its caller gives up.
    const errors = (await asked).flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
    assert.deepEqual(
      [...new Set(errors.map(({ name }) => name))].filter((name) => name === 'TimeoutError'),
      [],
    );
    assert.equal((await served.get('/')).status, 200);
    await until('another one is there', () => workers().length === 3);
    assert.ok(
      others.every((pid) => workers().includes(pid)),
      served.log.slice(-3000),
    );
    await allServe();
  });

  test('a process in an endless loop is replaced within five seconds of silence', async () => {
    await allServe();
    const before = workers();
    void served.get('/hang');
    await until('the hung one is gone', () => !before.every((pid) => workers().includes(pid)));
    const named = /gave no sign of life for \d+ ms\.","plugin":"trial","isRemovable":true/;
    await until('the plugin is named', () => named.test(served.log));
    assert.equal((await served.get('/')).status, 200);
  });

  for (const [name, why] of [
    ['falls', /ended with 7/],
    ['poison', /paper: no paper today/],
    ['idle', /could not be set up: no work is done here/],
  ] as const)
    test(`with the plugin "${name}" no new generation starts: the old one serves on, and the plugin is off with the reason`, async () => {
      await allServe();
      const before = generations();
      const { code, err } = await served.galley('plugin', 'activate', name);
      assert.equal(code, 1, 'the command waits, and fails with it');
      assert.match(err, /The running site does without it/);
      assert.match(err, why);
      const failed = async (): Promise<string> => (await served.galley('plugin', 'get', name)).out;
      await until('it is off again', async () => /switched off again/.test(served.log) && why.test(await failed()));
      assert.equal(generations(), before);
      assert.equal((await served.get('/')).status, 200);
      assert.equal((await served.get('/late')).status, 200);
      assert.equal((await served.galley('plugin', 'is-active', name)).code, 1);
    });

  test('a plugin that brings processes down again and again is switched off everywhere, and named', async () => {
    await allServe();
    const isOff = async (): Promise<boolean> => (await served.get('/process')).status === 404;
    // Three within a minute: the hang of before may be one of them, and on a starved machine the first may be too old.
    for (let fall = 0; fall < 6 && !(await isOff()); fall++) {
      const before = served.log.split('"the shelf fell"').length;
      await until('it falls or is off', async () => (await served.get('/crash')).status === 200 || (await isOff()));
      await until(
        'it was written down',
        async () => served.log.split('"the shelf fell"').length > before || (await isOff()),
      );
    }
    await until('the plugin is off', async () => (await served.get('/process')).status === 404);
    assert.match((await served.galley('plugin', 'get', 'trial')).out, /brought 3 processes down.*the shelf fell/);
    assert.equal((await served.get('/')).status, 200);
    assert.equal((await served.get('/late')).status, 200);
  });

  test('it stops in order on SIGTERM, and leaves no process behind', async () => {
    const before = workers();
    assert.equal(await served.stop(), 0);
    for (const pid of before) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  });
});

describe('a site under a supervisor that weighs', () => {
  const served = new ServedSite({ GALLEY_PROCESS_MEMORY_MB: '500' });
  after(() => served.remove());

  test('a process that grows too large is replaced in order: first comes its successor', async () => {
    const grow = `const kept = []; site.routes.get('/grow', { public: true }, () => { kept.push(Buffer.alloc(400_000_000, 1)); return text(String(process.pid)); });`;
    served.plugin('hoard', grow);
    await served.galley('plugin', 'activate', 'hoard');
    await served.serve('--workers=1', '--role=web');
    const [first = 0] = childrenOf(served.pid);
    assert.equal((await served.get('/grow')).body, String(first));
    await until('another one is there too', () => childrenOf(served.pid).length === 2);
    assert.equal((await served.get('/')).status, 200);
    await until('the large one has ended', () => !childrenOf(served.pid).includes(first));
    assert.match(served.log, /A process is too large/);
    assert.equal((await served.get('/')).status, 200);
  });
});

describe('a site whose start falls', () => {
  const served = new ServedSite();
  after(() => served.remove());

  test('starts without the plugins from elsewhere where nobody knows which it is', async () => {
    served.plugin('falls', '', `process.exit(7);`);
    assert.equal((await served.galley('plugin', 'activate', 'falls')).code, 0);
    await served.serve('--workers=1', '--role=web');
    assert.match(served.log, /Safe mode/);
    assert.equal((await served.get('/')).status, 200);
    assert.equal(childrenOf(served.pid).length, 1);
    assert.equal(await served.stop(), 0);
  });

  test('does so without a supervisor too, at the third try', async () => {
    for (let tries = 0; tries < 2; tries++) {
      await served.serve();
      assert.equal(served.origin, '', 'the plugin ends it');
    }
    await served.serve();
    assert.equal((await served.get('/')).status, 200);
    assert.match(served.log, /the last starts came to no end/);
    await served.stop();
    await served.serve();
    assert.equal(served.origin, '', 'it is tried again the next time');
  });
});

describe('a site in one process', () => {
  const served = new ServedSite();
  after(() => served.remove());

  test('starts anew by itself when other plugins are chosen', async () => {
    served.plugin('late', `site.routes.get('/late', { public: true }, () => text('here'));`);
    await served.serve();
    assert.equal((await served.get('/late')).status, 404);
    const { pid } = served;
    assert.equal((await served.galley('plugin', 'activate', 'late')).code, 0);
    await until('it is ready again', () => served.readyCount === 2);
    assert.equal((await served.get('/late')).body, 'here');
    assert.equal(served.pid, pid);
  });

  test('says of a plugin that it cannot set up, when it is back, that it does without', async () => {
    served.plugin('broken', `throw new Error('the drawer is stuck');`);
    const { code, err } = await served.galley('plugin', 'activate', 'broken');
    assert.equal(code, 1);
    assert.match(err, /The running site does without it\. It could not be set up/);
    await until('it serves again', async () => (await served.get('/late')).body === 'here');
    assert.equal(await served.stop(), 0);
  });

  test('that only works listens nowhere', async () => {
    await served.serve('--role=worker');
    assert.equal(served.origin, '');
    assert.match(served.shown, /runs jobs and cron/);
    assert.equal(await served.stop(), 0);
  });
});
