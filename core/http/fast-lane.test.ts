import assert from 'node:assert/strict';
import { after, before, mock, suite, test } from 'node:test';
import { until } from '../../test/support/served-site.ts';
import { cacheModule } from '../services/cache.ts';
import { keysModule } from '../services/keys.ts';
import { pageCacheModule } from './page-module.ts';
import { html } from './reply.ts';
import { sendRaw, sendRequest, startHttpSite, type TestHttpSite } from './test-site.ts';

type Asked = Partial<Parameters<TestHttpSite['site']['http']['inject']>[0]>;

async function startHouse(http: NonNullable<Parameters<typeof startHttpSite>[0]>['http'] = {}): Promise<TestHttpSite> {
  return startHttpSite({ http: { rateLimit: 0, ...http } }, async (site) => {
    await keysModule.start(site);
    await cacheModule.start(site);
    await pageCacheModule.start(site);
    site.routes.get('/page', { public: true, cache: { query: ['page'], bypass: ['unlock'] } }, (context) => {
      context.tag('entry:1');
      return html(`<p>${context.origin} ${context.isFrozen}</p>`);
    });
  });
}

suite('A page that is asked for again and again', () => {
  let house: TestHttpSite;
  /** How many requests have come the short way. */
  let shortWays: () => number;

  before(async () => {
    house = await startHouse();
    const spy = mock.method(house.site.pages, 'lookupKnown');
    shortWays = () => spy.mock.calls.filter(({ result }) => result !== undefined).length;
  });
  after(() => house.stop());

  const ask = (url: string, options: Asked = {}) => house.site.http.inject({ ...options, url });
  /** Whether the request led the whole way through the house. */
  async function goesWholeWay(url: string, options: Asked = {}): Promise<boolean> {
    const from = shortWays();
    await ask(url, options);
    return shortWays() === from;
  }
  /** Asks often enough for the page to be known. */
  async function makeKnown(url: string): Promise<void> {
    for (let round = 0; round < 3; round++) await ask(url);
  }

  test('comes the short way from the third time on, the same byte for byte', async () => {
    const [, second] = [await ask('/page'), await ask('/page')];
    const from = shortWays();
    const third = await ask('/page');
    assert.equal(shortWays(), from + 1);
    assert.deepEqual([third.body, third.headers], [second.body, { ...second.headers, date: third.headers['date'] }]);
    assert.match(String(third.headers['content-security-policy']), /default-src 'none'/);
    const known = { 'if-none-match': String(third.headers['etag']) };
    assert.equal((await ask('/page', { headers: known })).statusCode, 304);
    assert.equal((await ask('/page', { method: 'HEAD' })).body, '');
    assert.equal(shortWays(), from + 3);
    assert.equal(house.site.http.inFlight, 0);
  });

  test('goes the whole way for whoever brings something that may count', async () => {
    await makeKnown('/page');
    assert.equal(await goesWholeWay('/page'), false);
    const brought: Asked[] = [
      { cookies: { other: '1' } },
      { headers: { authorization: 'Bearer x' } },
      { headers: { accept: 'application/json' } },
      { headers: { host: 'unknown.example' } },
      { method: 'POST' },
    ];
    for (const options of brought) assert.equal(await goesWholeWay('/page', options), true, JSON.stringify(options));
    for (const url of ['/page?', '/page?x=1', '/page?page=2', '//page', '/page/']) {
      await makeKnown(url);
      assert.equal(await goesWholeWay(url), true, url);
    }
    assert.match((await ask('/page', { cookies: { unlock: '1' } })).body, / false/);
  });

  test('is seen anew at once when what it shows has changed', async () => {
    await makeKnown('/page');
    await house.site.cache.invalidate(['entry:1']);
    assert.equal(await goesWholeWay('/page'), true);
    await makeKnown('/page');
    assert.equal(await goesWholeWay('/page'), false);
  });

  test('is written down in the access log each time, with who asked', async () => {
    await makeKnown('/page');
    house.logged.length = 0;
    await ask('/page', { remoteAddress: '203.0.113.7' });
    await until('it is written down', () => house.logged.some(({ stream }) => stream === 'access'));
    const [line, ...more] = house.logged.filter(({ stream }) => stream === 'access');
    assert.deepEqual(more, []);
    const { path, status, cache, address } = line ?? {};
    assert.deepEqual(
      { path, status, cache, address },
      { path: '/page', status: 200, cache: 'hit', address: '203.0.113.7' },
    );
  });

  test('is not for requests with two hosts', async () => {
    const address = await house.site.http.listen({ port: 0, host: '127.0.0.1' });
    for (let round = 0; round < 3; round++)
      await sendRequest(address, { path: '/page', headers: { host: 'localhost' } });
    const lines = ['GET /page HTTP/1.1', 'Host: localhost', 'Host: localhost', 'Connection: close', '', ''];
    assert.match(await sendRaw(address, lines.join('\r\n')), /^HTTP\/1\.1 400/);
  });
});

suite('A page that is asked for through proxies', () => {
  test('is another one for each host and protocol, and only as a known proxy says', async () => {
    const house = await startHouse({ trustProxy: ['10.0.0.1'], hosts: ['a.example', 'b.example'], accessLog: false });
    const origins = async (remoteAddress: string, headers: Record<string, string>): Promise<string[]> => {
      const bodies: string[] = [];
      for (let round = 0; round < 4; round++) {
        const { body } = await house.site.http.inject({ url: '/page', remoteAddress, headers });
        bodies.push(/http\S+/.exec(body)?.[0] ?? body);
      }
      return [...new Set(bodies)];
    };
    const asked = { host: 'a.example', 'x-forwarded-host': 'b.example', 'x-forwarded-proto': 'https' };
    assert.deepEqual(await origins('10.0.0.1', { host: 'a.example' }), ['http://a.example']);
    assert.deepEqual(await origins('10.0.0.1', asked), ['https://b.example']);
    assert.deepEqual(await origins('192.0.2.1', asked), ['http://a.example']);
    assert.deepEqual(await origins('10.0.0.1', { ...asked, 'x-forwarded-proto': 'http' }), ['http://b.example']);
    assert.equal(house.site.http.inFlight, 0);
    await house.stop();
  });
});

suite('Closing while known pages go out', () => {
  test('ends their connections like all others', async () => {
    const house = await startHouse({ accessLog: false });
    const address = await house.site.http.listen({ port: 0, host: '127.0.0.1' });
    for (let round = 0; round < 3; round++)
      await sendRequest(address, { path: '/page', headers: { host: 'localhost' } });
    assert.equal(house.site.http.inFlight, 0);
    const answered = Promise.withResolvers<void>();
    const idle = sendRaw(address, 'GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n', 60_000, answered.resolve);
    await answered.promise;
    const from = Date.now();
    await house.stop();
    assert.match(await idle, /^HTTP\/1\.1 200/);
    assert.ok(Date.now() - from < 30_000, 'else it would be open for a minute');
  });
});
