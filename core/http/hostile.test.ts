import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { until } from '../../test/support/served-site.ts';
import { html, json } from './reply.ts';
import { sendRaw, sendRequest, startHttpSite, type TestHttpSite } from './test-site.ts';

const OK_HOST = 'Host: localhost\r\n';
const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);

/** Numbers that look random and are the same in each run. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

suite('Hostile requests', () => {
  let house: TestHttpSite;
  let address: string;
  const rejections: unknown[] = [];
  const note = (error: unknown): void => void rejections.push(error);

  before(async () => {
    process.on('unhandledRejection', note);
    const http = { headersTimeoutMs: 500, requestTimeoutMs: 900, accessLog: false };
    house = await startHttpSite({ http }, ({ routes }) => {
      routes.get(
        '/',
        {
          public: true,
          schema: {
            query: {
              properties: { page: { type: 'integer', minimum: 1 }, tags: { type: 'array', items: { type: 'string' } } },
            },
          },
        },
        ({ query }) => json(query),
      );
      routes.get('/event/:id(int)', { public: true }, ({ params }) => json(params));
      routes.get('/files/*path', { public: true }, ({ params }) => json(params));
      routes.post(
        '/form',
        { public: true, schema: { body: { properties: { title: { type: 'string' }, count: { type: 'integer' } } } } },
        ({ body }) => json(body),
      );
      routes.post('/upload', { public: true }, async (context) => json((await context.files()).length));
      routes.get('/admin', { capability: 'read' }, () => html(''));
      routes.fallback(() => undefined);
    });
    address = await house.site.http.listen({ port: 0 });
  });
  after(async () => {
    await house.stop();
    process.off('unhandledRejection', note);
  });

  const table: [string, string, number[]][] = [
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', [400]],
    ['two Hosts', `GET / HTTP/1.1\r\n${OK_HOST}Host: evil.example\r\n\r\n`, [400]],
    ['an unknown Host', 'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n', [421]],
    ['an unknown Host in the target', `GET http://evil.example/ HTTP/1.1\r\n${OK_HOST}\r\n`, [400]],
    [
      'a forwarded Host from nobody we know',
      `GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\n\r\n`,
      [421],
    ],
    ['HTTP/1.0 without Host', 'GET / HTTP/1.0\r\n\r\n', [421]],
    [
      'both lengths',
      `POST /form HTTP/1.1\r\n${OK_HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      [400],
    ],
    [
      'two different lengths',
      `POST /form HTTP/1.1\r\n${OK_HOST}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
      [400],
    ],
    ['a length that is no number', `POST /form HTTP/1.1\r\n${OK_HOST}Content-Length: +5\r\n\r\nhello`, [400]],
    [
      'an unknown transfer encoding',
      `POST /form HTTP/1.1\r\n${OK_HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
      [400, 403, 501],
    ],
    [
      'a broken chunk',
      `POST /form HTTP/1.1\r\n${OK_HOST}Sec-Fetch-Site: same-origin\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n`,
      [400],
    ],
    ['a blank before the colon', `GET / HTTP/1.1\r\n${OK_HOST}X-A : b\r\n\r\n`, [400]],
    ['a folded header', `GET / HTTP/1.1\r\n${OK_HOST}X-A: b\r\n c\r\n\r\n`, [400]],
    ['a NUL in a header', `GET / HTTP/1.1\r\n${OK_HOST}X-A: b\0c\r\n\r\n`, [400]],
    ['a bare line feed', `GET / HTTP/1.1\n${OK_HOST}\n\n`, [400]],
    ['headers of 20 KB', `GET / HTTP/1.1\r\n${OK_HOST}X-A: ${'a'.repeat(20_000)}\r\n\r\n`, [431]],
    ['an address of 5 KB', `GET /${'a'.repeat(5000)} HTTP/1.1\r\n${OK_HOST}\r\n`, [414]],
    ['no HTTP at all', 'hello\r\n\r\n', [400]],
    ['TLS on a plain port', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', [400]],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
    ['TRACE', `TRACE / HTTP/1.1\r\n${OK_HOST}Cookie: galley=x\r\n\r\n`, [405]],
    ['an unknown method', `HACK / HTTP/1.1\r\n${OK_HOST}\r\n`, [400]],
    ['PROPFIND', `PROPFIND / HTTP/1.1\r\n${OK_HOST}\r\n`, [405]],
    ['CONNECT', `CONNECT evil.example:443 HTTP/1.1\r\n${OK_HOST}\r\n`, [0, 400, 405]],
    ['an upgrade that nobody offers', `GET / HTTP/1.1\r\n${OK_HOST}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`, [200]],
    ['OPTIONS *', `OPTIONS * HTTP/1.1\r\n${OK_HOST}\r\n`, [400]],
    ['a path that climbs', `GET /files/../../etc/passwd HTTP/1.1\r\n${OK_HOST}\r\n`, [404]],
    ['a path that climbs in disguise', `GET /files/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n${OK_HOST}\r\n`, [404]],
    ['an encoded slash', `GET /files/..%2fetc HTTP/1.1\r\n${OK_HOST}\r\n`, [404]],
    ['broken UTF-8', `GET /%ff HTTP/1.1\r\n${OK_HOST}\r\n`, [400]],
    ['a broken query', `GET /?page=%ff HTTP/1.1\r\n${OK_HOST}\r\n`, [400]],
    ['a parameter twice', `GET /?page=1&page=2 HTTP/1.1\r\n${OK_HOST}\r\n`, [400]],
    ['an object for a number', `GET /?page[gt]=1 HTTP/1.1\r\n${OK_HOST}\r\n`, [200]],
    ['expectations that we do not meet', `GET / HTTP/1.1\r\n${OK_HOST}Expect: 200-maybe\r\n\r\n`, [417]],
  ];

  for (const [name, bytes, statuses] of table) {
    test(`${name}: ${statuses.join(' or ')}`, async () => {
      const closing = bytes.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
      const answer = await sendRaw(
        address,
        Buffer.from(name === 'no HTTP at all' || !bytes.includes('HTTP/1') ? bytes : closing, 'latin1'),
      );
      assert.ok(statuses.includes(statusOf(answer)), answer.slice(0, 200));
      assert.doesNotMatch(answer, /node_modules|at \w+ \(|fastify|X-Powered-By|^Server:/im);
    });
  }

  test('a client that sends its headers too slowly is let go', async () => {
    const from = Date.now();
    const answer = await sendRaw(address, `GET / HTTP/1.1\r\n${OK_HOST}X-Slow: `, 60_000);
    assert.ok(Date.now() - from < 50_000);
    assert.ok([0, 408].includes(statusOf(answer)), answer);
  });

  test('a client that sends its body too slowly is let go', async () => {
    const from = Date.now();
    const answer = await sendRaw(
      address,
      `POST /form HTTP/1.1\r\n${OK_HOST}Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
      60_000,
    );
    assert.ok(Date.now() - from < 50_000);
    assert.ok([0, 400, 408].includes(statusOf(answer)), answer);
  });

  test('a client that leaves in the middle of an upload leaves nothing behind', async () => {
    const body = '--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nxxxx';
    await sendRaw(
      address,
      `POST /upload HTTP/1.1\r\n${OK_HOST}Sec-Fetch-Site: same-origin\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n${body}`,
      100,
    );
    await until('nothing is under way', () => house.site.http.inFlight === 0);
  });

  test('two thousand requests of nonsense give no error of ours and nothing that nobody handles', async () => {
    const pick = sequence(20_261);
    const of = <T>(list: readonly T[]): T => list[pick(list.length)] as T;
    const bits = [
      '/',
      'a',
      '%',
      '%2e',
      '..',
      '%c3%a4',
      '%00',
      '%ff',
      '\u00e4',
      ';',
      ':',
      '*',
      '//',
      'event',
      'files',
      'form',
      '12',
      '?',
      '&',
      '=',
      '[',
      ']',
      '__proto__',
      'page',
      '1e9',
      '-1',
      "'",
      '"',
      '<',
      '{{7*7}}',
      '$\u007b7}',
      ' OR 1=1',
      '\\',
      '@',
      '#',
      '~',
      '+',
      'x'.repeat(300),
    ];
    const methods = [
      'GET',
      'GET',
      'GET',
      'HEAD',
      'POST',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'OPTIONS',
      'TRACE',
      'SEARCH',
    ];
    const types = [
      'application/json',
      'application/json; charset=latin1',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=b',
      'multipart/form-data',
      'text/plain',
      'a',
      '/',
      'image/png',
      'application/xml',
      '',
    ];
    const bodies = [
      '',
      '{}',
      '{"title":1}',
      '{"__proto__":1}',
      '[',
      '"',
      'a=b&a=c',
      'title=%zz',
      '--b\r\n',
      '--b\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\nx\r\n--b--',
      '--b--',
      '\0\0',
      'null',
      '1e999',
      '{"a":'.repeat(50),
    ];
    const values = [
      '',
      'same-origin',
      'cross-site',
      'null',
      'http://localhost',
      'gzip;q=x',
      '*/*',
      'text/html;q=9,application/json',
      'bytes=0-',
      'galley=x',
      '; ;=',
      'Bearer x',
      '"',
      'W/"x"',
      'a'.repeat(2000),
    ];
    const names = [
      'sec-fetch-site',
      'origin',
      'accept',
      'accept-language',
      'accept-encoding',
      'cookie',
      'authorization',
      'range',
      'if-none-match',
      'if-modified-since',
      'x-csrf-token',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-http-method-override',
      'content-encoding',
      'referer',
    ];
    const counts = new Map<number, number>();
    for (let round = 0; round < 2000; round++) {
      const path = `/${Array.from({ length: pick(8) }, () => of(bits)).join(pick(2) ? '/' : '')}`.replace(
        /[^\x21-\xff]/g,
        '',
      );
      const headers: Record<string, string> = { host: 'localhost' };
      for (let count = pick(5); count > 0; count--) headers[of(names)] = of(values);
      const method = of(methods);
      const hasBody = !['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method) && pick(4) > 0;
      if (hasBody) headers['content-type'] = of(types);
      if (hasBody && pick(2)) headers['sec-fetch-site'] = 'same-origin';
      const body = hasBody ? of(bodies) : undefined;
      const what = JSON.stringify({ method, path, headers, body });
      const reply =
        pick(10) === 0
          ? await sendRequest(address, { method, path: path.replace(/[^\x21-\x7e]/g, ''), headers, body }).then(
              ({ status }) => status,
            )
          : await house.site.http
              .inject({ method, url: path, headers, payload: body })
              .then(({ statusCode }) => statusCode);
      assert.ok(reply >= 200 && reply < 500, `${reply}: ${what}`);
      counts.set(reply, (counts.get(reply) ?? 0) + 1);
    }
    assert.deepEqual(rejections, []);
    for (const status of [200, 400, 403, 404, 405])
      assert.ok((counts.get(status) ?? 0) > 0, `no ${status} among ${JSON.stringify([...counts])}`);
    assert.equal(Object.keys(Object.prototype).length, 0);
  });
});
