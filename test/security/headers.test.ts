// The headers that every answer carries, by the part of the house that it comes from, and the names that the site
// answers to.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startTestSite, type TestSite } from '../../core/testing.ts';
import { assertRecorded } from '../support/snapshot.ts';

const RECORDED = [
  'cache-control',
  'content-security-policy',
  'content-type',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'permissions-policy',
  'referrer-policy',
  'strict-transport-security',
  'x-content-type-options',
  'x-frame-options',
];
const PAGES: Record<string, string> = {
  page: '/',
  'page that is not there': '/nothing-here/',
  feed: '/feed/',
  sitemap: '/sitemap.xml',
  robots: '/robots.txt',
  picture: '/avatar/20/AB.svg',
  'log-in': '/admin/login',
  admin: '/admin',
  health: '/health/live',
  'API that is not there': '/api/v1/nothing',
};
const URL_OF_SITE = 'https://galley.example';

describe('Headers of answers', () => {
  let current: TestSite;
  let cookie: string;
  before(async () => {
    current = await startTestSite({
      config: { http: { url: URL_OF_SITE, hosts: ['www.galley.example'], trustProxy: ['10.0.0.1'], forceHttps: true } },
    });
    ({ cookie } = await current.loginAs('administrator'));
    cookie = cookie.replace(/^galley=/, '__Host-galley=');
  });
  after(() => current.stop());

  /** As it comes through a proxy that speaks https with the visitor. */
  const get = (url: string, headers: Record<string, string> = {}) =>
    current.inject({ url, remoteAddress: '10.0.0.1', headers: { 'x-forwarded-proto': 'https', ...headers } });

  test('are the reviewed ones in every area', async () => {
    const table: Record<string, Record<string, string>> = {};
    for (const [name, url] of Object.entries(PAGES)) {
      const { headers } = await get(url, name === 'admin' ? { cookie } : {});
      const shown = RECORDED.flatMap((header) => (headers[header] === undefined ? [] : [[header, headers[header]]]));
      table[name] = Object.fromEntries(
        shown.map(([header, value]) => [header, String(value).replace(/'sha256-[^']+'/g, "'sha256-…'")]),
      );
    }
    assertRecorded(join(import.meta.dirname, 'headers.json'), table);
  });

  test('allow no inline script, no eval and no foreign script anywhere', async () => {
    for (const url of Object.values(PAGES)) {
      const policy = String((await get(url)).headers['content-security-policy']);
      assert.match(policy, /default-src 'none'/, url);
      assert.doesNotMatch(policy, /script-src[^;]*('unsafe|nonce|https?:|data:|\*)/, url);
      assert.doesNotMatch(policy, /unsafe-eval/, url);
    }
  });

  test('never tell what the site runs on, and always name the character set of text', async () => {
    for (const url of Object.values(PAGES)) {
      const { headers, body } = await get(url);
      assert.equal(headers['server'], undefined);
      assert.equal(headers['x-powered-by'], undefined);
      if (body !== '') assert.match(String(headers['content-type']), /charset=utf-8|image\/|application\/json/, url);
    }
  });

  test('keep pages of people who are logged in out of every cache', async () => {
    for (const url of ['/', '/admin', '/feed/'])
      assert.equal((await get(url, { cookie })).headers['cache-control'], 'private, no-store', url);
  });

  test('open nothing to scripts of other origins', async () => {
    for (const url of Object.values(PAGES)) {
      const { headers } = await get(url, { origin: 'https://evil.example' });
      assert.deepEqual(
        Object.keys(headers).filter((name) => name.startsWith('access-control-')),
        [],
      );
    }
  });

  test('send plain http on to https, and refuse what changes something', async () => {
    const page = await current.inject({ url: '/about/?a=1' });
    assert.equal(page.statusCode, 308);
    assert.equal(page.headers.location, `${URL_OF_SITE}/about/?a=1`);
    const form = await current.inject({
      method: 'POST',
      url: '/comments',
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    assert.equal(form.statusCode, 403);
  });

  test('the site answers to its own names only', async () => {
    const asked = async (host: string, more: Record<string, string> = {}): Promise<number> =>
      (await get('/', { host, ...more })).statusCode;
    for (const host of ['galley.example', 'GALLEY.example', 'www.galley.example:443'])
      assert.equal(await asked(host), 200);
    for (const host of ['evil.example', 'galley.example.evil.example', 'xgalley.example', 'sub.galley.example'])
      assert.equal(await asked(host), 421, host);
    for (const host of ['galley.example/evil', 'galley.example@evil.example', 'galley.example evil', 'a:b:c'])
      assert.equal(await asked(host), 400, host);
    assert.equal(await asked('galley.example', { 'x-forwarded-host': 'evil.example' }), 421);
    assert.equal((await current.inject({ url: '/health/live', headers: { host: '10.1.2.3' } })).statusCode, 200);
  });

  test('what a stranger claims to be forwarded is not believed', async () => {
    const claims = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-for': '198.51.100.1',
      forwarded: 'host=evil.example',
    };
    const reply = await current.inject({
      url: '/feed/',
      remoteAddress: '203.0.113.5',
      headers: { ...claims, 'x-forwarded-proto': 'https' },
    });
    assert.equal(reply.statusCode, 308, 'it is still plain http');
    assert.equal(reply.headers.location, `${URL_OF_SITE}/feed/`);
    const page = await get('/feed/', {
      'x-original-url': '/admin',
      'x-rewrite-url': '/admin',
      'x-forwarded-prefix': '/evil',
    });
    assert.doesNotMatch(page.body, /evil/);
  });
});
