// What one visitor sends must never reach the next through the page cache: each kept page is asked for by a request
// full of canaries first, then by a clean one, which must be as if the first had never been.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { InjectRequest } from '../../core/http/inject.ts';
import { SYSTEM } from '../../core/index.ts';
import { startTestSite, type TestSite } from '../../core/testing.ts';
import { addSampleContent } from '../support/sample-content.ts';

const CANARY = 'xanthophyll';
const PAGES = [
  '/',
  '/page/2/',
  '/2024/05/report-0/',
  '/about-2/',
  '/category/reports/',
  '/author/ada-byron/',
  '/2024/05/',
  '/?s=engine',
  '/feed/',
  '/feed/atom/',
  '/sitemap.xml',
  '/sitemap-post-1.xml',
  '/robots.txt',
  '/avatar/20/AB.svg',
  '/nothing-here/',
];
const HEADER_NAMES = [
  'accept',
  'accept-charset',
  'accept-language',
  'authorization',
  'base-url',
  'cf-connecting-ip',
  'client-ip',
  'cookie',
  'dnt',
  'forwarded',
  'from',
  'if-none-match',
  'max-forwards',
  'origin',
  'pragma',
  'proxy-host',
  'purpose',
  'range',
  'referer',
  'rsc',
  'save-data',
  'sec-ch-ua',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-gpc',
  'surrogate-capability',
  'te',
  'true-client-ip',
  'user-agent',
  'via',
  'x-amz-website-redirect-location',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-path',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-proto',
  'x-forwarded-scheme',
  'x-forwarded-server',
  'x-galley-variant',
  'x-host',
  'x-http-method-override',
  'x-middleware-prefetch',
  'x-original-host',
  'x-original-url',
  'x-real-ip',
  'x-requested-with',
  'x-rewrite-url',
  'x-wp-nonce',
];
const COOKIES = [
  `galley=${CANARY}`,
  `galley-theme=${CANARY}`,
  `galley-private-unlock=1.${CANARY}`,
  `wp-settings=${CANARY}`,
];
const SEARCHES = [
  `utm_source=${CANARY}`,
  `${CANARY}`,
  `${CANARY}=1`,
  `_method=${CANARY}`,
  `lang=${CANARY}`,
  `preview=${CANARY}`,
  `theme=${CANARY}`,
  `a[]=${CANARY}&a[]=2`,
  `callback=${CANARY}`,
  `redirect_to=https://${CANARY}.example`,
  `__proto__[x]=${CANARY}`,
];

type Mutation = Partial<InjectRequest> & { search?: string };

/** All that could be slipped in, each alone. */
function mutations(): Mutation[] {
  const values = [CANARY, `https://${CANARY}.example/`];
  return [
    ...HEADER_NAMES.flatMap((name) => values.map((value) => ({ headers: { [name]: value } }))),
    ...COOKIES.map((cookie) => ({ headers: { cookie } })),
    ...SEARCHES.map((search) => ({ search })),
    ...['HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE'].map((method) => ({
      method,
      headers: {
        'x-canary': CANARY,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: method === 'HEAD' || method === 'OPTIONS' ? '' : `${CANARY}=${CANARY}&_method=${CANARY}`,
    })),
    { headers: { host: `${CANARY}.localhost` } },
    { headers: { host: `localhost:8${CANARY.length}` } },
  ];
}

describe('A page that is kept for everybody', () => {
  let current: TestSite;
  before(async () => {
    current = await startTestSite();
    // What comes with a site is said to be by its first administrator: not by the one whose name must show nowhere.
    const publisher = { login: 'publisher', email: 'publisher@example.org', name: 'The publisher' };
    await current.site.users.create(
      { ...publisher, password: 'correct horse battery staple', roles: ['administrator'] },
      SYSTEM,
    );
    await addSampleContent(current);
  });
  after(() => current.stop());

  const ask = async (url: string, { search, ...request }: Mutation = {}) => {
    const sign = url.includes('?') ? '&' : '?';
    return current.inject({ url: search === undefined ? url : url + sign + search, ...request });
  };
  /** All of an answer but what tells the moment. */
  const shape = ({ statusCode, headers, rawPayload }: Awaited<ReturnType<typeof ask>>): string => {
    const { date: _date, 'last-modified': _made, ...rest } = headers;
    return JSON.stringify([statusCode, rest, rawPayload.toString('latin1')]);
  };

  test('is the same after each of two hundred attempts to slip something in', async () => {
    const tries = mutations();
    assert.ok(tries.length * PAGES.length > 200);
    for (const url of PAGES) {
      const clean = shape(await ask(url));
      for (const [index, mutation] of tries.entries()) {
        // Every third time the attempt makes the page itself; else it meets the kept one.
        if (index % 3 === 0) current.site.pages.flush();
        await ask(url, mutation);
        const after = await ask(url);
        assert.equal(shape(after), clean, `${url} after ${JSON.stringify(mutation)}`);
        assert.ok(!shape(after).includes(CANARY));
      }
    }
  });

  test('never sets a cookie and is never private', async () => {
    for (const url of PAGES) {
      const { headers } = await ask(url);
      assert.equal(headers['set-cookie'], undefined, url);
      assert.doesNotMatch(String(headers['cache-control']), /private/, url);
    }
  });

  test('has no part of who is logged in, although he asked first; and he gets his own', async () => {
    const { cookie } = await current.loginAs('administrator');
    for (const url of PAGES) {
      current.site.pages.flush();
      const own = await ask(url, { headers: { cookie } });
      const public1 = await ask(url);
      const again = await ask(url, { headers: { cookie } });
      assert.doesNotMatch(shape(public1), /The administrator|administrator\d|_token/, url);
      for (const reply of [own, again]) assert.match(String(reply.headers['cache-control']), /no-store/, url);
    }
  });

  test('is not to be had in place of a private one: suffixes that look like files lead nowhere', async () => {
    const { cookie } = await current.loginAs('administrator');
    const privates = current.site.routes
      .list()
      .filter((route) => !route.public && route.method === 'GET' && route.pattern.fixed);
    assert.ok(privates.length >= 3);
    for (const { path } of privates) {
      for (const suffix of [
        '/x.css',
        '.css',
        '/..%2fx.js',
        ';x.css',
        '%00.css',
        '%0ax.css',
        '%23.css',
        '/x.avif',
        '//x.css',
        '\\x.css',
      ]) {
        const own = await ask(path + suffix, { headers: { cookie } });
        assert.ok(own.statusCode >= 300, `${path}${suffix}: ${own.statusCode}`);
        if (own.body !== '') assert.match(String(own.headers['cache-control']), /no-store/, path + suffix);
        const other = await ask(path + suffix);
        assert.doesNotMatch(other.body, /The administrator/, path + suffix);
      }
    }
  });

  test('has one spelling: others are moved to it or lead nowhere', async () => {
    const clean = await ask('/about-2/');
    for (const url of [
      '//about-2/',
      '/about-2//',
      '/about%2d2/',
      '/./about-2/',
      '/x/../about-2/',
      '/about-2/%2e/',
      '/about-2',
      '/ABOUT-2/',
    ]) {
      const reply = await ask(url);
      if (reply.statusCode === 200) assert.equal(reply.body, clean.body, url);
      else assert.ok([301, 308, 404].includes(reply.statusCode), `${url}: ${reply.statusCode}`);
    }
  });

  test('search, absent pages and queries cannot drive the others out', async () => {
    const { site } = current;
    await ask('/');
    const { hits } = site.pages.stats();
    for (let number = 0; number < 300; number++) {
      await ask(`/?s=word${number}`);
      if (number % 3 === 0) await ask(`/nothing-${number}/`);
    }
    await ask('/');
    assert.ok(site.pages.stats().hits > hits);
    assert.ok(site.pages.stats().bytes <= site.config.cache.pageMemoryBytes);
  });
});
