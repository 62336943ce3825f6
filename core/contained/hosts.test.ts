import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { getPriority } from 'node:os';
import { after, describe, test } from 'node:test';
import { writePlugins } from '../../test/support/contained-plugins.ts';
import { readManifest } from '../kernel/plugin-manifest.ts';
import { bundlePlugin } from './bundle.ts';
import { emptyNetwork } from './empty-network.ts';
import type { Engine } from './engine.ts';
import type { HostEvent } from './host-messages.ts';
import { HostProcess } from './host-process.ts';
import { LIMITS } from './limits.ts';
import { PluginHosts } from './plugin-hosts.ts';

const HANDLERS = `
  hooks: {
    echo: (input) => ({ got: input }),
    later: async (input, galley) => ({ said: await galley.kv.get('a'), input }),
    many: async (_, galley) => { for (let i = 0; i < 20; i++) await galley.kv.get('k' + i); },
    fail: () => { throw new Error('on purpose'); },
    reject: async () => { await null; throw new Error('later on purpose'); },
    loop: () => { for (;;); },
    storm: async () => { for (;;) await null; },
    big: () => 'x'.repeat(70000),
    nothing: () => undefined,
    never: () => new Promise(() => {}),
    hold: () => { globalThis.held = new Uint8Array(8 * 1024 * 1024).fill(1); return held.length; },
    count: () => { globalThis.times = (globalThis.times ?? 0) + 1; return globalThis.times; },
    world: () => Object.getOwnPropertyNames(globalThis).filter((name) =>
      ['process', 'require', 'fetch', 'WebSocket', 'setTimeout', 'WebAssembly', 'SharedArrayBuffer', 'Buffer', 'console'].includes(name)),
  }`;

for (const engine of ['isolated-vm', 'quickjs'] as const satisfies Engine['name'][]) {
  describe(`Plugin hosts with ${engine}`, () => {
    const strikes: string[] = [];
    const out: string[] = [];
    const asked: string[] = [];
    /** Stands for what a request carries along. */
    const request = new AsyncLocalStorage<string>();
    const askedFor: (string | undefined)[] = [];
    const started: string[] = [];
    const limits = { ...LIMITS, deadlineMs: 1000 };
    const hosts = new PluginHosts({
      limits,
      engine: () => engine,
      onStart: (name) => started.push(name),
      ask: async (plugin, name, args) => {
        asked.push(`${plugin} ${name} ${args}`);
        askedFor.push(request.getStore());
        return JSON.stringify('from the kernel');
      },
      onStrike: (plugin) => strikes.push(plugin),
      onOut: (plugin) => out.push(plugin),
    });
    after(() => hosts.stop());

    const names = ['calm', 'other', 'wild'];
    const loaded = (async () => {
      const folder = writePlugins(names.map((name) => ({ name, handlers: HANDLERS })));
      for (const name of names) {
        const manifest = await readManifest(`${folder}/${name}`);
        hosts.add({ name, code: await bundlePlugin(manifest, LIMITS.maxBundle), templates: {} });
      }
    })();
    const call = async (plugin: string, handler: string, input: unknown = null): Promise<unknown> => {
      await loaded;
      const within = AsyncLocalStorage.snapshot();
      const call = { plugin, handler: `hooks.${handler}`, input: JSON.stringify(input), isRepeatable: true, within };
      return JSON.parse(await hosts.call(call));
    };

    /** Asks for what never ends until it has had its strike: a host that is starved itself blames nobody. */
    async function strike(plugin: string, handler: string, least: number): Promise<void> {
      for (const end = Date.now() + 60_000; strikes.length < least && Date.now() < end; )
        await assert.rejects(call(plugin, handler));
      assert.equal(strikes.length, least);
    }

    test('no process is there before somebody asks', async () => {
      assert.equal(hosts.size, 0);
      const first = request.run('the first', () => call('calm', 'echo', { a: ['ü'] }));
      assert.deepEqual(await first, { got: { a: ['ü'] } });
      assert.equal(hosts.size, 1);
      assert.deepEqual(started, [engine]);
    });

    test('an answer that comes later arrives, with what the kernel said in between', async () => {
      assert.deepEqual(await call('calm', 'later', 7), { said: 'from the kernel', input: 7 });
      assert.deepEqual(asked.at(-1), 'calm kv.get {"key":"a"}');
    });

    test('what a plugin asks for belongs to who asked it, not to whose request started the host', async () => {
      askedFor.length = 0;
      await Promise.all(['one', 'two'].map((name) => request.run(name, () => call('calm', 'later'))));
      await call('calm', 'later');
      assert.deepEqual(askedFor, ['one', 'two', undefined]);
    });

    test('each plugin has a world of its own, which lasts', async () => {
      assert.deepEqual(
        [await call('calm', 'count'), await call('calm', 'count'), await call('other', 'count')],
        [1, 2, 1],
      );
    });

    test('nothing of Node, of the network or of time is there', async () => {
      assert.deepEqual(await call('calm', 'world'), []);
    });

    test('what a handler throws reaches the caller, and is no strike', async () => {
      await assert.rejects(call('calm', 'fail'), /"calm" did not answer: Error: on purpose/);
      await assert.rejects(call('calm', 'reject'), /later on purpose/);
      await assert.rejects(call('calm', 'absent'), /no handler "hooks.absent"/);
      assert.deepEqual(strikes, []);
    });

    test('too much in, too much out and too many calls are refused', async () => {
      await assert.rejects(call('calm', 'echo', 'x'.repeat(70_000)), /too long/);
      await assert.rejects(call('calm', 'big'), /too long/);
      await assert.rejects(call('calm', 'many'), /At most 10 calls/);
    });

    test('nothing is nothing', async () => {
      assert.equal(await call('calm', 'nothing'), null);
    });

    test('a host that grows above its bound is followed by another, and who asks meanwhile is answered', async () => {
      const pid = await hosts.pidOf('calm');
      const megabytes = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
      limits.hostMb = megabytes + 4;
      assert.ok(limits.hostMb < LIMITS.hostMb);
      assert.ok(Number(await call('calm', 'count')) > 1, 'until then it is the one from before');
      // It is weighed once a second, however often it is asked.
      const until = Date.now() + 10_000;
      while ((await hosts.pidOf('calm')) === pid && Date.now() < until) {
        const answers = await Promise.all(
          ['calm', 'other'].flatMap((name) => [call(name, 'hold'), call(name, 'echo', 1)]),
        );
        assert.deepEqual(
          answers.map((answer) => typeof answer),
          ['number', 'object', 'number', 'object'],
        );
      }
      limits.hostMb = LIMITS.hostMb;
      assert.notEqual(await hosts.pidOf('calm'), pid);
      assert.equal(await call('calm', 'count'), 1);
      assert.deepEqual([hosts.size, strikes, out], [1, [], []]);
    });

    test('an endless loop costs its own plugin a strike; what was asked with it is answered', async () => {
      const [wild, calm] = await Promise.allSettled([call('wild', 'loop'), call('other', 'echo', 1)]);
      assert.equal(wild.status, 'rejected');
      assert.deepEqual(calm, { status: 'fulfilled', value: { got: 1 } });
      await strike('wild', 'loop', 1);
      assert.deepEqual(strikes, ['wild']);
    });

    test('a plugin with a strike gets a host of its own', async () => {
      assert.deepEqual(await call('wild', 'echo', 2), { got: 2 });
      assert.deepEqual(await call('calm', 'echo', 3), { got: 3 });
      assert.equal(hosts.size, 2);
      const [wild = 0, calm = 0] = [await hosts.pidOf('wild'), await hosts.pidOf('calm')];
      assert.notEqual(wild, calm);
      assert.ok(getPriority(wild) > getPriority(calm), 'and gives way to all others');
    });

    test('with the third strike it is out, and not asked again', async () => {
      await strike('wild', 'storm', 2);
      assert.deepEqual(out, []);
      await strike('wild', 'loop', 3);
      assert.deepEqual(out, ['wild']);
      await assert.rejects(call('wild', 'echo'), /switched off/);
      assert.deepEqual(await call('calm', 'echo', 4), { got: 4 });
    });

    test('a host that falls is followed by another, and whoever had nothing to do with it is asked again', async () => {
      const pid = await hosts.pidOf('calm');
      const waiting = call('other', 'never').catch((error: unknown) => error);
      assert.deepEqual(await call('calm', 'echo', 5), { got: 5 });
      process.kill(pid ?? 0, 'SIGKILL');
      for (let tries = 0; (await hosts.pidOf('calm').catch(() => pid)) === pid && tries < 400; tries++)
        await new Promise((resolve) => setTimeout(resolve, 50));
      assert.deepEqual(await call('calm', 'echo', 6), { got: 6 });
      hosts.stop();
      assert.match(String(await waiting), /stopping/);
    });
  });
}

/** What a program that breaks out of all that is in it would try. */
const escaped = (port: number): string => `
  import { connect } from 'node:net';
  import { networkInterfaces } from 'node:os';
  process.once('message', () => {
    const tell = (said) => process.send({ events: [{ kind: 'done', call: 1, text: said + ' ' + Object.keys(networkInterfaces()) }], rssBytes: 0 });
    connect(${port}, '127.0.0.1').on('connect', () => tell('connected')).on('error', ({ code }) => tell(code));
  });`;

test('whoever takes the place of the host reaches nobody on this machine', async (t) => {
  const network = await emptyNetwork();
  if (network.length === 0) return t.skip('this machine makes no network for a process alone');
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const tryFrom = async (way: readonly string[]): Promise<[string, string]> => {
    const told = Promise.withResolvers<string>();
    const onEvents = ([event]: HostEvent[]): void => told.resolve(event?.kind === 'done' ? event.text : '');
    const host = new HostProcess(escaped(port), { engine: 'auto', limits: LIMITS, onEvents, network: way });
    const said = await told.promise;
    const runs = readlinkSync(`/proc/${host.pid}/exe`);
    host.stop();
    assert.deepEqual(await host.ended, { culprit: undefined, reason: 'stopped' });
    return [said, runs];
  };
  assert.match((await tryFrom([]))[0], /^connected /, 'where it is not prevented');
  assert.deepEqual(await tryFrom(network), ['ENETUNREACH ', realpathSync(process.execPath)]);
  server.close();
});
