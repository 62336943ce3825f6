import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isCsrfToken, isFromOwnPages, makeCsrfToken } from './csrf.ts';
import { formatEvent } from './events.ts';
import { Health } from './health.ts';
import { RateLimits } from './rate-limit.ts';
import { ContentSecurityPolicy, securityHeaders } from './security-headers.ts';
import { cleanFilename } from './uploads.ts';
import { readTarget } from './visit.ts';

suite('Rate limits', () => {
  test('give so many at once, refill evenly, and say how long to wait', () => {
    let now = 0;
    const limits = new RateLimits(() => now);
    const rule = { max: 3, seconds: 60 };
    assert.deepEqual(
      [1, 2, 3].map(() => limits.take('a', rule)),
      [0, 0, 0],
    );
    assert.equal(limits.take('a', rule), 20);
    assert.equal(limits.take('b', rule), 0);
    now = 20_000;
    assert.equal(limits.take('a', rule), 0);
    assert.throws(() => limits.need('a', rule), { code: 'GALLEY_RATE_LIMITED', details: { retryAfter: 20 } });
    now = 3_600_000;
    assert.deepEqual(
      [1, 2, 3, 4].map(() => limits.take('a', rule) === 0),
      [true, true, true, false],
    );
  });

  test('do not grow when the clock goes back', () => {
    let now = 1_000_000;
    const limits = new RateLimits(() => now);
    void limits.take('a', { max: 1, seconds: 1 });
    now = 0;
    assert.notEqual(limits.take('a', { max: 1, seconds: 1 }), 0);
  });
});

suite('Requests from other sites', () => {
  const origins = ['https://example.org'];
  test('are told by Sec-Fetch-Site, then by Origin, and refused where neither is there', () => {
    const cases: [Record<string, string>, boolean][] = [
      [{ 'sec-fetch-site': 'same-origin' }, true],
      [{ 'sec-fetch-site': 'same-site' }, false],
      [{ 'sec-fetch-site': 'cross-site' }, false],
      [{ 'sec-fetch-site': 'none' }, false],
      [{ 'sec-fetch-site': 'cross-site', origin: 'https://example.org' }, false],
      [{ origin: 'https://example.org' }, true],
      [{ origin: 'http://example.org' }, false],
      [{ origin: 'https://example.org.evil' }, false],
      [{ origin: 'null' }, false],
      [{}, false],
      [{ referer: 'https://example.org/' }, false],
    ];
    for (const [headers, isOwn] of cases) {
      assert.equal(isFromOwnPages(headers, true, origins), isOwn, JSON.stringify(headers));
      assert.equal(isFromOwnPages(headers, false, origins), isOwn, JSON.stringify(headers));
    }
  });

  test('may carry a token of their own instead of the cookie, not beside it', () => {
    assert.equal(isFromOwnPages({ authorization: 'Bearer x' }, false, origins), true);
    assert.equal(isFromOwnPages({ authorization: 'Bearer x' }, true, origins), false);
  });
});

suite('Form tokens', () => {
  test('differ each time, hold for their session and for no other', () => {
    const token = makeCsrfToken('secret');
    assert.notEqual(token, makeCsrfToken('secret'));
    assert.equal(isCsrfToken('secret', token), true);
    assert.equal(isCsrfToken('other', token), false);
    for (const wrong of [
      '',
      'x',
      token.slice(0, -1),
      `${token}x`,
      token.toUpperCase(),
      undefined,
      null,
      1,
      ['a'],
      'x'.repeat(1000),
    ]) {
      assert.equal(isCsrfToken('secret', wrong), false, String(wrong));
    }
  });
});

suite('Request targets', () => {
  test('have one spelling', () => {
    assert.deepEqual(readTarget('/a/%C3%A4?x=1'), { path: '/a/ä', search: '?x=1', movedTo: undefined });
    assert.equal(readTarget('//a///b?x').movedTo, '/a/b?x');
    assert.equal(readTarget('///evil.example').movedTo, '/evil.example');
    assert.equal(readTarget('/a%CC%88').movedTo, '/%C3%A4');
    assert.equal(readTarget('/%61').path, '/a');
  });

  test('that hide something are not there', () => {
    for (const url of [
      '/a/../b',
      '/..',
      '/./a',
      '/%2e%2e/a',
      '/a%2fb',
      '/a%5Cb',
      '/a\\b',
      '/a;b',
      '/a%00',
      '/a%0d%0ab',
      '/%7f',
    ]) {
      assert.throws(() => readTarget(url), { code: 'GALLEY_ROUTE_UNKNOWN' }, url);
    }
  });

  test('that cannot be read are refused', () => {
    for (const url of ['', '*', 'a', 'http://evil.example/', '/#a', '/%', '/%ff', '/%c3%28'])
      assert.throws(() => readTarget(url), { status: 400 }, url);
    assert.throws(() => readTarget(`/${'a'.repeat(4096)}`), { status: 414 });
  });
});

suite('Security headers', () => {
  test('of the public part allow scripts by hash only, and inline styles only as attributes', () => {
    const csp = new ContentSecurityPolicy();
    csp.allowScript('public', 'abc=');
    csp.allow('public', 'frame-src', 'https://video.example');
    const text = csp.header('public');
    assert.match(text, /script-src 'self' 'sha256-abc='(;|$)/);
    assert.match(text, /frame-src 'self' https: https:\/\/video\.example;/);
    assert.match(text, /style-src 'self';/);
    assert.doesNotMatch(text, /nonce|unsafe-eval|script-src[^;]*unsafe-inline/);
  });

  test('of the admin are the strict ones', () => {
    const headers = securityHeaders(new ContentSecurityPolicy(), 'admin', 31_536_000);
    assert.equal(
      headers.get('content-security-policy'),
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    );
    assert.equal(headers.get('strict-transport-security'), 'max-age=31536000; includeSubDomains');
    assert.equal(headers.get('x-frame-options'), 'DENY');
  });

  test('take back what a plugin allowed', () => {
    const csp = new ContentSecurityPolicy();
    csp.ownedBy('video').allow('public', 'frame-src', 'https://video.example');
    csp.removeOwner('video');
    assert.doesNotMatch(csp.header('public'), /video/);
  });
});

suite('Health', () => {
  test('is as bad as the worst check, and a check that throws is down', async () => {
    const health = new Health();
    assert.equal((await health.report()).status, 'ok');
    const ill = new Health();
    ill.define('cache', () => ({ status: 'degraded', message: 'without Redis' }));
    ill.ownedBy('shop').define('shop', () => ({ status: 'ok' }));
    assert.equal((await ill.report()).status, 'degraded');
    const down = new Health();
    down.define('store', async () => Promise.reject(new Error('gone')));
    const { status, checks } = await down.report();
    assert.deepEqual([status, checks['store']?.message, typeof checks['store']?.ms], ['down', 'gone', 'number']);
  });

  test('asked often runs its checks once a second', async () => {
    const health = new Health();
    let runs = 0;
    health.define('store', () => {
      runs++;
      return { status: 'ok' };
    });
    await Promise.all([health.report(), health.report(), health.report()]);
    assert.equal(runs, 1);
  });
});

suite('Names of uploads', () => {
  test('lose folders, control characters and direction marks, and are never empty', () => {
    assert.equal(cleanFilename('../../etc/passwd'), 'passwd');
    assert.equal(cleanFilename('C:\\Users\\x\\a.jpg'), 'a.jpg');
    assert.equal(cleanFilename('a\u202egpj.exe\r\n'), 'agpj.exe');
    for (const nothing of ['', '.', '..', '/']) assert.equal(cleanFilename(nothing), 'file');
    assert.equal(cleanFilename(`${'x'.repeat(500)}.jpg`).length, 200);
  });
});

suite('Server-sent events', () => {
  test('keep to their lines', () => {
    assert.equal(
      formatEvent({ event: 'a\nb', id: '7', retry: 10.5, data: 'x\ny' }),
      'event: a b\nid: 7\nretry: 10\ndata: x\ndata: y\n\n',
    );
    assert.equal(formatEvent({ data: { a: 1 } }), 'data: {"a":1}\n\n');
  });
});
