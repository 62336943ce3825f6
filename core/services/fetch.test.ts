import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { isGalleyError } from '../lib/errors.ts';
import { type Config, loadConfig } from './config.ts';
import { createFetch, type Fetch, type FetchParts } from './fetch.ts';
import { isForbiddenAddress } from './fetch-address.ts';

const closers: (() => unknown)[] = [];
let root = '';
let canary: { server: Server; port: number; hits: string[] };

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'galley-fetch-'));
  canary = await listen((request, reply) => {
    canary.hits.push(request.url ?? '');
    reply.end('canary');
  });
});
after(async () => {
  for (const close of closers) await close();
  await rm(root, { recursive: true, force: true });
});

async function listen(listener: RequestListener): Promise<{ server: Server; port: number; hits: string[] }> {
  const server = createServer(listener);
  server.listen(0, '::');
  await once(server, 'listening');
  closers.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return { server, port: (server.address() as AddressInfo).port, hits: [] };
}

async function fetchWith(
  parts: FetchParts = {},
  privateHosts: string[] = [],
  overrides: Partial<Config['fetch']> = {},
): Promise<Fetch> {
  const settings = { connectTimeoutMs: 3000, timeoutMs: 20_000, ...overrides, privateHosts };
  const config = await loadConfig({ root, env: { GALLEY_ENV: 'test' }, overrides: { fetch: settings } });
  const made = createFetch(config, parts);
  closers.push(() => made.close());
  return made.fetch;
}

/** A fetch that may reach `server.internal`, which is a server of the test. */
async function internal(listener: RequestListener, overrides: Partial<Config['fetch']> = {}) {
  const { port } = await listen(listener);
  const fetch = await fetchWith({ resolve: async () => ['127.0.0.1'] }, ['server.internal'], overrides);
  const get = (path: string, options: Parameters<Fetch>[1] = {}) =>
    fetch(`http://server.internal:${port}${path}`, { allowPrivate: true, ...options });
  return { get, port };
}

const refused = (error: unknown): boolean => isGalleyError(error, 'GALLEY_FETCH_REFUSED');
const failed = (error: unknown): boolean => isGalleyError(error, 'GALLEY_FETCH_FAILED');

// Spellings of addresses that nobody may make the site connect to.
const SPELLINGS = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0x7f.0x0.0x0.0x1',
  '0177.0.0.1',
  '017700000001',
  '0177.0.0.01',
  '127.000.000.001',
  '①②⑦.0.0.1',
  '127。0。0。1',
  '127．0．0．1',
  '127.0.0.1.',
  '127.255.255.254',
  '0',
  '0.0.0.0',
  '0x0',
  '00',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'LocalHost',
  'ｌｏｃａｌｈｏｓｔ',
  'loc%61lhost',
  '%31%32%37.0.0.1',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::0001]',
  '[::]',
  '[0::0]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:127.0.0.1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2002:7f00:1::1]',
  '[2001:0:7f00:1::]',
  '[fe80::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[ff02::1]',
  '[100::1]',
  '[2001:db8::1]',
  '[3fff::1]',
  '169.254.169.254',
  '169.254.43518',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '10.0.0.1',
  '10.1',
  '167772161',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.1',
  '3232235521',
  '100.64.0.1',
  '192.0.0.1',
  '198.18.0.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '192.88.99.1',
  '203.0.113.1',
];

test('no spelling of a forbidden address is connected to', async () => {
  assert.ok(SPELLINGS.length >= 60);
  const fetch = await fetchWith({ ports: [String(canary.port), '80', '443'] });
  for (const host of SPELLINGS) {
    for (const scheme of ['http', 'https'])
      await assert.rejects(fetch(`${scheme}://${host}:${canary.port}/spelling`, { allowHttp: true }), refused, host);
  }
  assert.deepEqual(canary.hits, []);
});

test('the canary does answer where the check of addresses is out of the way', async () => {
  const fetch = await fetchWith({ ports: [String(canary.port)] }, ['127.0.0.1', '::1']);
  assert.equal(await (await fetch(`http://127.0.0.1:${canary.port}/control`, { allowPrivate: true })).text(), 'canary');
  assert.equal(await (await fetch(`http://[::1]:${canary.port}/control`, { allowPrivate: true })).text(), 'canary');
  assert.deepEqual(canary.hits.splice(0), ['/control', '/control']);
});

test('a host of the settings is private only for calls that say so', async () => {
  const fetch = await fetchWith({ ports: [String(canary.port)] }, ['127.0.0.1']);
  await assert.rejects(fetch(`http://127.0.0.1:${canary.port}/`, { allowHttp: true }), refused);
  await assert.rejects(fetch(`http://127.0.0.2:${canary.port}/`, { allowHttp: true, allowPrivate: true }), {
    code: 'GALLEY_FETCH_REFUSED',
    message: /not a public address\. If 127\.0\.0\.2 is your own, name it in the setting fetch\.privateHosts/,
  });
  assert.deepEqual(canary.hits, []);
});

test('other schemes, ports, user names and names of private networks are refused', async () => {
  const fetch = await fetchWith();
  const bad = [
    'ftp://example.org/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'gopher://example.org/',
    'http://example.org/',
    'https://user@example.org/',
    'https://user:pw@example.org/',
    'https://example.org:22/',
    'https://example.org:6379/',
    'https://intranet/',
    'not an address',
    '',
    '//example.org',
    'https://',
  ];
  for (const url of bad) await assert.rejects(fetch(url), refused, url);
});

test('a name is refused when any of its addresses is forbidden, and the answer does not tell which', async () => {
  const told: string[] = [];
  const resolve = async () => ['93.184.215.14', '10.1.2.3'];
  const fetch = await fetchWith({ resolve, onRefused: (_url, reason) => told.push(reason) });
  await assert.rejects(
    fetch('https://mixed.example/?token=x'),
    (error: Error) => refused(error) && !error.message.includes('10.1.2.3'),
  );
  assert.equal(told.length, 1);
});

/** A DNS server that gives a name a public address and loopback by turns, with no time to live. */
async function alternatingDns(): Promise<{ port: number; asked: () => number }> {
  const socket = createSocket('udp4');
  let count = 0;
  socket.on('message', (query, peer) => {
    const answer = Buffer.from([
      0xc0,
      0x0c,
      0,
      1,
      0,
      1,
      0,
      0,
      0,
      0,
      0,
      4,
      ...(count++ % 2 ? [127, 0, 0, 1] : [93, 184, 215, 14]),
    ]);
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(1, 6);
    header.writeUInt16BE(0, 10);
    const question = query.subarray(12, query.indexOf(0, 12) + 5);
    socket.send(Buffer.concat([header, question, answer]), peer.port, peer.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  closers.push(() => socket.close());
  return { port: socket.address().port, asked: () => count };
}

test('a name that is rebound from a public address to loopback never reaches loopback', async () => {
  const dns = await alternatingDns();
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${dns.port}`]);
  const fetch = await fetchWith({ resolve: (host) => resolver.resolve4(host), ports: [String(canary.port)] });
  for (let round = 0; round < 6; round++) {
    const outcome = await fetch(`http://rebind.example:${canary.port}/rebound`, {
      allowHttp: true,
      timeoutMs: 1000,
    }).catch((error) => error);
    assert.ok(outcome instanceof Error);
  }
  assert.ok(dns.asked() >= 4, `asked ${dns.asked()} times`);
  assert.deepEqual(canary.hits, []);
});

test('a redirect is checked like the first address, and leads on three times at most', async () => {
  const { get } = await internal((request, reply) => {
    const [, step = ''] = (request.url ?? '').split('/');
    if (step === 'canary') reply.writeHead(302, { location: `http://127.0.0.1:${canary.port}/redirected` }).end();
    else if (step === 'scheme') reply.writeHead(302, { location: 'file:///etc/passwd' }).end();
    else if (Number(step) > 0) reply.writeHead(302, { location: `/${Number(step) - 1}` }).end();
    else reply.end('arrived');
  });
  await assert.rejects(get('/canary'), refused);
  await assert.rejects(get('/scheme'), refused);
  await assert.rejects(get('/4'), refused);
  const reply = await get('/3');
  assert.equal(await reply.text(), 'arrived');
  assert.match(reply.url, /\/0$/);
  assert.deepEqual(canary.hits, []);
});

test('each address of a way is asked for first, and what is refused is not fetched', async () => {
  const asked: string[] = [];
  const { get, port } = await internal((request, reply) => {
    asked.push(request.url ?? '');
    reply.writeHead(302, { location: '/elsewhere' }).end();
  });
  const before = (url: string): void => {
    if (url.endsWith('/elsewhere')) throw new Error(`not ${url}`);
  };
  await assert.rejects(get('/first', { before }), new RegExp(`not http://server.internal:${port}/elsewhere`));
  assert.deepEqual(asked, ['/first']);
});

test('credentials are not carried along a redirect, and a POST becomes a GET', async () => {
  const seen: [string | undefined, string | undefined, string | undefined][] = [];
  const { get } = await internal((request, reply) => {
    seen.push([request.method, request.headers.authorization, request.headers.cookie]);
    if (request.url === '/from') reply.writeHead(303, { location: '/to' }).end();
    else reply.end('ok');
  });
  await (
    await get('/from', { method: 'POST', body: 'x', headers: { Authorization: 'Bearer a', Cookie: 'b=c' } })
  ).text();
  assert.deepEqual(seen, [
    ['POST', 'Bearer a', 'b=c'],
    ['GET', undefined, undefined],
  ]);
});

test('an answer is cut off at its limit: declared, streamed, and after decompression', async () => {
  const bomb = gzipSync(Buffer.alloc(5_000_000));
  const { get } = await internal((request, reply) => {
    if (request.url === '/declared') reply.writeHead(200, { 'content-length': 5000 }).end('x'.repeat(5000));
    else if (request.url === '/bomb') reply.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    else {
      reply.write('x'.repeat(3000));
      setTimeout(() => reply.end('x'.repeat(3000)), 20);
    }
  });
  for (const path of ['/declared', '/streamed', '/bomb'])
    await assert.rejects(async () => (await get(path, { maxBytes: 4000 })).text(), failed, path);
  assert.equal((await (await get('/bomb', { maxBytes: 5_000_000 })).bytes()).length, 5_000_000);
});

test('compressed answers are decompressed, JSON is parsed and headers are in lower case', async () => {
  const { get } = await internal((request, reply) => {
    const body = request.url === '/br' ? brotliCompressSync('{"a":1}') : gzipSync('{"a":1}');
    reply.writeHead(200, {
      'Content-Encoding': request.url === '/br' ? 'br' : 'gzip',
      'Content-Type': 'application/json; charset=utf-8',
      'X-One': '1',
    });
    reply.end(body);
  });
  for (const path of ['/br', '/gzip']) {
    const reply = await get(path, { types: ['application/json'] });
    assert.deepEqual(
      [reply.ok, reply.status, reply.type, reply.headers['x-one']],
      [true, 200, 'application/json', '1'],
    );
    assert.deepEqual(await reply.json(), { a: 1 });
  }
});

test('an answer of another type than those that are wanted is refused', async () => {
  const { get } = await internal((_request, reply) => reply.writeHead(200, { 'content-type': 'text/html' }).end('<p>'));
  await assert.rejects(get('/', { types: ['image/*', 'application/pdf'] }), refused);
  assert.equal((await get('/', { types: ['text/*'] })).type, 'text/html');
});

test('an answer that is slow to begin or slow to end takes no longer than its time', async () => {
  const { get } = await internal((request, reply) => {
    if (request.url === '/body') {
      reply.write('a');
      setInterval(() => reply.write('a'), 20).unref();
    }
  });
  const from = performance.now();
  await assert.rejects(get('/never', { timeoutMs: 200 }), failed);
  await assert.rejects(async () => (await get('/body', { timeoutMs: 200 })).text(), failed);
  await get('/body', { timeoutMs: 100 });
  await sleep(200);
  assert.ok(performance.now() - from < 20_000);
});

test('the caller can give up', async () => {
  const { get } = await internal(() => undefined);
  const controller = new AbortController();
  const pending = get('/', { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('not needed any more')), 50);
  await assert.rejects(pending, /not needed any more/);
});

test('headers that belong to the connection are ours', async () => {
  let seen: Record<string, unknown> = {};
  const { get } = await internal((request, reply) => {
    seen = request.headers;
    reply.end();
  });
  await (await get('/', { headers: { Host: 'evil.example', 'Proxy-Authorization': 'x', 'X-Fine': 'y' } })).text();
  assert.match(String(seen['host']), /^server\.internal/);
  assert.deepEqual([seen['proxy-authorization'], seen['x-fine']], [undefined, 'y']);
});

test('proxy variables of the environment are ignored', async () => {
  process.env['http_proxy'] = `http://127.0.0.1:${canary.port}`;
  try {
    const { get } = await internal((_request, reply) => reply.end('direct'));
    assert.equal(await (await get('/')).text(), 'direct');
    assert.deepEqual(canary.hits, []);
  } finally {
    delete process.env['http_proxy'];
  }
});

test('public addresses are allowed, and what is no address is not', () => {
  for (const address of [
    '93.184.215.14',
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '2606:2800:21f:cb07::1',
    '2a00:1450::1',
  ])
    assert.equal(isForbiddenAddress(address), false, address);
  for (const address of ['', 'x', '1.2.3', '::ffff:8.8.8.8', 'fe80::1%eth0', '2606::1%1'])
    assert.equal(isForbiddenAddress(address), true, address);
});
