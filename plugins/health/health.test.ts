import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { startTestSite, type TestSite, type TestSiteOptions, until } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';
import { createDatabase, mariadbMissing } from '../../test/support/mariadb.ts';

const TOKEN = 'operators-only-0123456789';
const AS_OPERATOR = { authorization: `Bearer ${TOKEN}` };
const PLUGINS = ['users', 'dashboard', 'health'];

async function start(context: TestContext, options: TestSiteOptions = {}): Promise<TestSite> {
  const { config, ...rest } = options;
  const http = { healthToken: TOKEN, ...config?.http };
  const current = await startTestSite({ plugins: PLUGINS, ...rest, config: { ...config, http } });
  context.after(() => current.stop());
  return current;
}

/** What an operator is told. */
async function ready({ inject }: TestSite): Promise<{ code: number; checks: Record<string, { status: string }> }> {
  const { statusCode, json } = await inject({ url: '/health/ready', headers: AS_OPERATOR });
  return { code: statusCode, checks: json().checks };
}

/** A way to a server that can be cut, as a network is. */
async function wayTo(port: number, context: TestContext): Promise<{ port: number; cut(): void; mend(): void }> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const there = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [client, there],
      [there, client],
    ] as const) {
      sockets.add(one);
      one
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      isCut = false;
    },
  };
}

describe('site health', () => {
  test('is red while the store is gone, though the process lives, and green again by itself', {
    skip: mariadbMissing(),
  }, async (context) => {
    const made = await createDatabase();
    context.after(() => made.drop());
    const way = await wayTo(made.server.port, context);
    const database = made.url.replace(`:${made.server.port}/`, `:${way.port}/`);
    const current = await start(context, { database });
    const { inject } = current;
    assert.equal((await ready(current)).checks['store']?.status, 'ok');
    way.cut();
    await until(async () => (await inject({ url: '/health/ready' })).statusCode === 503);
    assert.deepEqual((await inject({ url: '/health/ready' })).json(), { status: 'down' });
    const { code, checks } = await ready(current);
    assert.deepEqual([code, checks['store']?.status, checks['environment']?.status], [503, 'down', 'ok']);
    assert.equal((await inject({ url: '/health/live' })).statusCode, 200);
    const complaints = current.site.log.recent.list().map(({ message }) => message);
    assert.ok(complaints.some((message) => message.includes('cannot be reached')));
    const tries = complaints.filter((message) => message.startsWith('database: Acquire connection error'));
    assert.ok(tries.length <= 4, `one that is gone fills no log: ${tries.length}`);
    way.mend();
    await until(async () => (await ready(current)).checks['store']?.status === 'ok');
    assert.equal((await ready(current)).code, 200);
  });

  test('says that a site for the world is served without https, and that the safe mode is on', async (context) => {
    const environment = async (config: TestSiteOptions['config']) => {
      const current = await start(context, { config: { ...config } });
      const report = await current.site.health.report();
      const { status, message } = report.checks['environment'] ?? {};
      return [status, message];
    };
    const production = {
      environment: { name: 'production' as const },
      security: { secret: [randomUUID()] },
      log: { level: 'warn' as const },
    };
    assert.deepEqual(await environment({ ...production, http: { url: 'http://press.example.org' } }), [
      'degraded',
      'The site is served without https.',
    ]);
    assert.deepEqual(await environment({ ...production, http: { url: 'https://press.example.org' } }), [
      'ok',
      undefined,
    ]);
    assert.deepEqual(await environment({ plugins: { safeMode: true } }), [
      'degraded',
      'Safe mode: only the plugins that come with Galley run.',
    ]);
  });

  test('has a screen with every check, for those who keep the site only', async (context) => {
    const current = await start(context);
    const { site } = current;
    const keeper = new Browser(() => current, (await current.loginAs('administrator')).cookie);
    const writer = new Browser(() => current, (await current.loginAs('author')).cookie);
    const well = await keeper.get('/admin/health');
    assert.match(well.text, /Store .*Well/);
    assert.match(well.text, /SQLite/);
    assert.doesNotMatch((await keeper.get('/admin')).text, /Not well/);

    site.health.define('press', () => ({ status: 'down', message: 'The press is out of <ink>.' }));
    site.log.warn('Paper is low.');
    await until(async () => (await ready(current)).code === 503);
    const ill = await keeper.get('/admin/health');
    assert.equal(ill.status, 200);
    assert.match(ill.text, /A part of the site does not work\./);
    assert.match(ill.text, /press The press is out of <ink>\. Down/);
    assert.match(ill.text, /Paper is low\./);
    assert.match((await keeper.get('/admin')).text, /Not well press The press is out of <ink>\./);

    assert.equal((await writer.get('/admin/health')).status, 403);
    assert.doesNotMatch((await writer.get('/admin')).text, /Not well|ink/);
  });
});
