import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { suite, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { until } from '../../test/support/served-site.ts';
import { isGalleyError } from '../lib/errors.ts';
import { makeCsrfToken } from './csrf.ts';
import { Gate } from './gate.ts';
import type { LagMeter } from './lag.ts';
import { html, json, text } from './reply.ts';
import { Router } from './router.ts';
import { startHttpSite, type TestHttpSite, testViewer } from './test-site.ts';
import { openVisit } from './visit.ts';

async function withSite(
  t: { after(done: () => Promise<void>): void },
  ...args: Parameters<typeof startHttpSite>
): Promise<TestHttpSite['site']['http']> {
  const house = await startHttpSite(...args);
  t.after(() => house.stop());
  return house.site.http;
}

const PROXY = '10.0.0.1';

suite('The settings of the server', () => {
  test('send pages to https, refuse APIs and forms without it, and leave health alone', async (t) => {
    const http = await withSite(
      t,
      { http: { url: 'https://example.org', forceHttps: true, trustProxy: ['10.0.0.0/8'] } },
      ({ routes }) => {
        routes.get('/a', { public: true }, ({ isSecure, origin }) => json({ isSecure, origin }));
        routes.post('/a', { public: true }, () => text('x'));
        routes.get('/api/v1/a', { public: true }, () => json(1));
      },
    );
    const page = await http.inject({ url: '/a?b=1' });
    assert.deepEqual([page.statusCode, page.headers['location']], [308, 'https://example.org/a?b=1']);
    assert.equal(page.headers['strict-transport-security'], undefined);
    assert.equal((await http.inject({ url: '/api/v1/a' })).statusCode, 403);
    assert.equal(
      (await http.inject({ url: '/a', method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } })).statusCode,
      403,
    );
    assert.equal((await http.inject({ url: '/health/live' })).statusCode, 200);
    const headers = { 'x-forwarded-proto': 'https' };
    assert.equal((await http.inject({ url: '/a', headers })).statusCode, 308, 'nobody may claim https for himself');
    const secure = await http.inject({ url: '/a', headers, remoteAddress: PROXY });
    assert.deepEqual(secure.json(), { isSecure: true, origin: 'https://example.org' });
    assert.equal(secure.headers['strict-transport-security'], 'max-age=31536000; includeSubDomains');
  });

  test('limit what one network may ask, but neither health nor assets', async (t) => {
    const http = await withSite(
      t,
      { http: { rateLimit: 3 } },
      ({ routes }) => void routes.get('/', { public: true }, () => text('x')),
    );
    const statuses = [];
    for (let count = 0; count < 5; count++) statuses.push((await http.inject({ url: '/' })).statusCode);
    assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
    assert.equal((await http.inject({ url: '/health/live' })).statusCode, 200);
    assert.equal((await http.inject({ url: '/', remoteAddress: '203.0.113.1' })).statusCode, 200);
  });

  test('show the details of health to operators only', async (t) => {
    const token = 'operators-only-0123456789';
    const http = await withSite(
      t,
      { http: { healthToken: token } },
      ({ health }) => void health.define('store', () => ({ status: 'down', message: 'secret host' })),
    );
    const stranger = await http.inject({ url: '/health/ready' });
    assert.deepEqual([stranger.statusCode, stranger.json()], [503, { status: 'down' }]);
    assert.deepEqual((await http.inject({ url: '/health/ready', headers: { authorization: 'Bearer wrong' } })).json(), {
      status: 'down',
    });
    const operator = await http.inject({ url: '/health/ready', headers: { authorization: `Bearer ${token}` } });
    assert.equal(operator.json().checks.store.message, 'secret host');
    assert.equal((await http.inject({ url: '/health/live' })).statusCode, 200);
  });

  test('end what takes too long, and tell it that it is over', async (t) => {
    let isAborted = false;
    const http = await withSite(t, { http: { requestTimeoutMs: 100 } }, ({ routes }) => {
      routes.get('/slow', { public: true }, async ({ signal }) => {
        signal.addEventListener('abort', () => {
          isAborted = true;
        });
        await wait(200);
        return text('too late');
      });
    });
    const reply = await http.inject({ url: '/slow' });
    assert.deepEqual([reply.statusCode, isAborted], [503, true]);
    assert.match(String(reply.headers['retry-after']), /^\d+$/);
    await wait(150);
  });

  test('turn requests away while the process has more to do than it can', async (t) => {
    const house = await startHttpSite(
      { http: { maxLagMs: 100, queueLength: 0 } },
      ({ routes }) => void routes.get('/', { public: true }, () => text('x')),
    );
    t.after(() => house.stop());
    await house.site.http.listen({ port: 0 });
    const end = Date.now() + 400;
    while (Date.now() < end) JSON.stringify({});
    await wait(60);
    assert.equal((await house.site.http.inject({ url: '/' })).statusCode, 503);
    assert.equal((await house.site.http.inject({ url: '/health/live' })).statusCode, 200);
    const isTaken = async (): Promise<boolean> => (await house.site.http.inject({ url: '/' })).statusCode === 200;
    await until('it has less to do', isTaken);
  });
});

suite('While the process has more to do than it can', () => {
  test('people who are logged in are still served, and nobody else for a cookie that is none of ours', async (t) => {
    const house = await startHttpSite(
      { http: { maxLagMs: 10, maxLagLoggedInMs: 60_000, queueLength: 0 } },
      ({ routes }) => {
        routes.get('/', { public: true }, () => text('x'));
        routes.post('/save', { authenticated: true }, () => text('saved'));
      },
    );
    t.after(() => house.stop());
    house.sessions.set('editor', { userId: 1, csrfSecret: 's1', viewer: testViewer(1) });
    const { http } = house.site;
    await http.listen({ port: 0 });
    const end = Date.now() + 2000;
    while (Date.now() < end) JSON.stringify({});
    await wait(60);
    const headers = { 'sec-fetch-site': 'same-origin', 'x-csrf-token': makeCsrfToken('s1') };
    const cookies = { galley: 'editor' };
    const statuses = [
      (await http.inject({ url: '/', cookies })).statusCode,
      (await http.inject({ url: '/save', method: 'POST', headers, cookies })).statusCode,
      (await http.inject({ url: '/', cookies: { galley: 'invented' } })).statusCode,
      (await http.inject({ url: '/' })).statusCode,
    ];
    assert.deepEqual(statuses, [200, 200, 503, 503]);
  });

  test('strangers are turned away first, then people who read, then people who save', async (t) => {
    const house = await startHttpSite({ http: { maxLagMs: 200, maxLagLoggedInMs: 1000, rateLimit: 0 } });
    t.after(() => house.stop());
    const lag = { lagMs: 0 };
    const gate = new Gate(house.site, house.site.http.limits, lag as LagMeter);
    const isTaken = (method: string, cookie = ''): boolean => {
      const raw = {
        method,
        url: '/a',
        headers: { host: 'localhost', cookie, 'sec-fetch-site': 'same-origin' },
        rawHeaders: ['Host', 'localhost'],
        socket: {},
      };
      const visit = openVisit('1', raw as IncomingMessage, {} as ServerResponse);
      gate.admit(visit, new Router([]));
      try {
        gate.check(visit);
        return true;
      } catch (error) {
        assert.ok(isGalleyError(error, 'GALLEY_SITE_BUSY'), String(error));
        return false;
      }
    };
    const taken = (lagMs: number): boolean[] => {
      lag.lagMs = lagMs;
      return [isTaken('GET'), isTaken('POST'), isTaken('GET', 'galley=x'), isTaken('POST', 'galley=x')];
    };
    assert.deepEqual(taken(200), [true, true, true, true]);
    assert.deepEqual(taken(201), [false, false, true, true]);
    assert.deepEqual(taken(1001), [false, false, false, true]);
    assert.deepEqual(taken(2001), [false, false, false, false]);
  });
});

suite('Addresses', () => {
  test('of forms may be pages as well', async (t) => {
    const http = await withSite(t, {}, ({ routes }) => {
      routes.post('/contact', { public: true }, () => text('sent'));
      routes.fallback(({ path }) => (path === '/contact' ? html('the form') : undefined));
    });
    assert.equal((await http.inject({ url: '/contact' })).body, 'the form');
    assert.equal(
      (await http.inject({ url: '/contact', method: 'DELETE', headers: { 'sec-fetch-site': 'same-origin' } }))
        .statusCode,
      405,
    );
  });

  test('without a page refuse to be read and say what can be done', async (t) => {
    const http = await withSite(
      t,
      {},
      ({ routes }) => void routes.post('/contact', { public: true }, () => text('sent')),
    );
    const reply = await http.inject({ url: '/contact' });
    assert.deepEqual([reply.statusCode, reply.headers['allow']], [405, 'OPTIONS, POST']);
  });

  test('begin and end sessions by a cookie that scripts cannot read', async (t) => {
    const http = await withSite(t, {}, ({ routes }) => {
      routes.post('/in', { public: true }, (context) => {
        context.beginSession({ token: 'secret', expiresAt: Date.now() + 60_000 });
        return text('in');
      });
      routes.post('/out', { public: true }, (context) => {
        context.endSession();
        return text('out').header('clear-site-data', '"cache", "storage"');
      });
    });
    const headers = { 'sec-fetch-site': 'same-origin' };
    const begun = await http.inject({ url: '/in', method: 'POST', headers });
    const [session = '', hint = ''] = [begun.headers['set-cookie'] ?? []].flat();
    assert.match(session, /^galley=secret; Path=\/; SameSite=Lax; Max-Age=(59|60); HttpOnly$/);
    assert.match(hint, /^galley-here=1; Path=\/; SameSite=Lax; Max-Age=(59|60)$/, 'says that, and nothing more');
    assert.equal(begun.headers['cache-control'], 'private, no-store');
    assert.match(
      String((await http.inject({ url: '/out', method: 'POST', headers })).headers['set-cookie']),
      /^galley=; [^,]*Max-Age=0.*galley-here=; [^,]*Max-Age=0/,
    );
  });
});
