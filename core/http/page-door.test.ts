import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { until } from '../../test/support/served-site.ts';
import { SYSTEM } from '../identity/viewer.ts';
import { cacheModule } from '../services/cache.ts';
import { keysModule } from '../services/keys.ts';
import { startTestSite } from '../testing.ts';
import { pageCacheModule } from './page-module.ts';
import { html, notFound, redirect, stream, text } from './reply.ts';
import { startHttpSite, type TestHttpSite, testViewer } from './test-site.ts';

suite('A page for everybody', () => {
  let house: TestHttpSite;
  let made = 0;
  const ask = (url: string, options: Omit<Parameters<TestHttpSite['site']['http']['inject']>[0], 'url'> = {}) =>
    house.site.http.inject({ url, ...options });

  before(async () => {
    house = await startHttpSite({}, async (site) => {
      await keysModule.start(site);
      await cacheModule.start(site);
      await pageCacheModule.start(site);
      const { routes } = site;
      routes.get('/page', { public: true, cache: { query: ['page'], bypass: ['galley-unlock'] } }, (context) => {
        made++;
        context.tag('entry:1');
        return html(
          `<p>${context.path} ${JSON.stringify(context.query)} ${context.viewer.login || 'nobody'} ${context.isFrozen}</p>`,
        );
      });
      routes.get('/own/:what', { public: true, cache: {} }, (context) => {
        made++;
        if (context.params.what === 'visitor') context.forVisitor();
        if (context.params.what === 'cookie') context.setCookie('a', 'b');
        if (context.params.what === 'headers') return text(String(context.headers['user-agent']));
        if (context.params.what === 'address') return text(context.address);
        if (context.params.what === 'stream')
          return stream(['a', 'b'] as unknown as AsyncIterable<string>, 'text/plain');
        if (context.params.what === 'away') return redirect('/page');
        if (context.params.what === 'missing') return notFound();
        return text(`made ${made} for ${context.isFrozen ? 'all' : 'one'}`);
      });
      routes.fallback(({ path }) => (path.startsWith('/article') ? html(`<p>${path}</p>`) : undefined), {
        cache: { query: ['p'] },
      });
      routes.fallback((context) => (context.path === '/private' ? text(context.address) : undefined), { priority: 20 });
    });
    house.sessions.set('editor', {
      userId: 1,
      csrfSecret: 's',
      viewer: testViewer(1),
      idHash: '',
      authenticatedAt: 0,
    } as never);
  });
  after(() => house.stop());

  test('is made once, and found before anything else is asked', async () => {
    made = 0;
    const replies = await Promise.all([ask('/page'), ask('/page'), ask('/page')]);
    assert.deepEqual(
      replies.map(({ body }) => body),
      Array(3).fill('<p>/page {} nobody true</p>'),
    );
    assert.equal((await ask('/page', { method: 'HEAD' })).body, '');
    assert.equal(made, 1);
    const hit = await ask('/page');
    assert.match(String(hit.headers['content-security-policy']), /default-src 'none'/);
    assert.equal((await ask('/page', { headers: { 'if-none-match': String(hit.headers['etag']) } })).statusCode, 304);
    const logged = () => house.logged.findLast((line) => line['path'] === '/page')?.['cache'];
    await until('the hit is logged', () => logged() === 'hit');
  });

  test('knows no parameters but those that its route names', async () => {
    made = 0;
    await ask('/page?page=2');
    assert.equal((await ask('/page?utm_source=canary&page=2&x=1')).body, '<p>/page {"page":"2"} nobody true</p>');
    assert.equal(made, 1);
    assert.equal((await ask('/page?page=2&page=3')).statusCode, 400);
  });

  test('is not what somebody who is logged in gets, nor does his page become one', async () => {
    const mine = await ask('/page', { cookies: { galley: 'editor' } });
    assert.equal(mine.body, '<p>/page {} user1 false</p>');
    assert.equal(mine.headers['cache-control'], 'private, no-store');
    assert.equal((await ask('/page')).body, '<p>/page {} nobody true</p>');
  });

  test('is also for those whose session has ended, so that a made-up cookie costs nothing', async () => {
    await ask('/page');
    made = 0;
    assert.equal((await ask('/page', { cookies: { galley: 'made-up' } })).body, '<p>/page {} nobody true</p>');
    assert.equal(made, 0);
  });

  test('is not for those with a cookie that the route names, or with a token', async () => {
    assert.equal((await ask('/page', { cookies: { 'galley-unlock': '1' } })).body, '<p>/page {} nobody false</p>');
    assert.equal((await ask('/page', { headers: { authorization: 'Bearer x' } })).body, '<p>/page {} nobody false</p>');
  });

  test('is gone when what it shows has changed', async () => {
    await ask('/page');
    made = 0;
    await house.site.cache.invalidate(['entry:1']);
    await ask('/page');
    assert.equal(made, 1);
  });

  test('cannot read who asks: that is a mistake which shows at once', async () => {
    for (const what of ['headers', 'address', 'cookie']) {
      assert.equal((await ask(`/own/${what}`)).statusCode, 500, what);
      assert.match(JSON.stringify(house.logged.at(-2)), /same for all visitors/);
    }
  });

  test('may say that it is for one visitor after all, and is then made for him each time', async () => {
    const first = await ask('/own/visitor');
    assert.match(first.body, /for one/);
    assert.equal(first.headers['cache-control'], 'private, no-store');
    assert.notEqual((await ask('/own/visitor')).body, first.body);
  });

  test('that cannot be kept is sent all the same', async () => {
    const away = await ask('/own/away');
    assert.deepEqual([away.statusCode, away.headers['location']], [303, '/page']);
    assert.equal((await ask('/own/stream')).body, 'ab');
    assert.equal((await ask('/own/stream')).body, 'ab');
  });

  test('that is not there is the same for all and names no request', async () => {
    const first = await ask('/own/missing');
    const second = await ask('/own/missing');
    assert.deepEqual([first.statusCode, second.statusCode, first.body], [404, 404, second.body]);
    assert.equal((await ask('/articl')).statusCode, 404);
    assert.equal(
      (await ask('/nowhere', { headers: { accept: 'application/json' } })).json().error.code,
      'GALLEY_ROUTE_UNKNOWN',
    );
  });

  test('comes from fallbacks too, but not from one that did not say so', async () => {
    assert.match(String((await ask('/article/1')).headers['etag']), /^"/);
    const one = await ask('/private', { remoteAddress: '198.51.100.7' });
    const other = await ask('/private', { remoteAddress: '198.51.100.8' });
    assert.deepEqual([one.body, other.body], ['198.51.100.7', '198.51.100.8']);
  });

  test('holds nothing of the requests before: two hundred with a canary, then a clean one', async () => {
    const clean = (await ask('/article/clean')).body;
    const names = [
      'host',
      'x-forwarded-host',
      'x-forwarded-proto',
      'x-original-url',
      'x-rewrite-url',
      'accept-language',
      'user-agent',
      'cookie',
      'referer',
      'x-http-method-override',
      'range',
      'via',
      'forwarded',
      'accept',
      'purpose',
      'rsc',
    ];
    for (let round = 0; round < 200; round++) {
      const url = `/article/${round % 20}`;
      const name = names[round % names.length] ?? 'x';
      const value = name === 'host' ? 'canary.localhost' : name === 'range' ? 'bytes=0-1' : 'canary';
      const search = ['', '?canary=1', '?p[]=canary', '?canary', '?_method=canary'][round % 5] ?? '';
      await ask(url + search, { headers: { [name]: value }, method: round % 7 === 0 ? 'HEAD' : 'GET' });
      if (round % 20 < 19) continue;
      for (let page = 0; page < 20; page++) {
        const reply = await ask(`/article/${page}`);
        assert.equal(reply.statusCode, 200);
        assert.equal(reply.body, clean.replace('clean', String(page)));
        assert.doesNotMatch(JSON.stringify(reply.headers), /canary/);
      }
    }
  });

  test('has one address: suffixes that look like files lead nowhere', async () => {
    for (const url of ['/page/x.css', '/page.css', '/page%2fx.css', '/page;x.css', '/page%00.css', '/page/..%2f']) {
      assert.equal((await ask(url)).statusCode, 404, url);
    }
  });
});

suite('A page of a whole site', () => {
  test('costs no SQL the second time, and follows what is published at once', async (t) => {
    const { site, inject, stop } = await startTestSite({ plugins: ['posts'] });
    t.after(stop);
    assert.equal((await inject({ url: '/imprint/' })).statusCode, 404);
    const draft = {
      type: 'page',
      status: 'publish',
      title: 'Imprint',
      slug: 'imprint',
      content: '<!-- wp:paragraph --><p>Hello</p><!-- /wp:paragraph -->',
    };
    const entry = await site.entries.save(draft as never, { viewer: SYSTEM });
    const page = await inject({ url: '/imprint/' });
    assert.equal(page.statusCode, 200, page.body.slice(0, 200));
    assert.match(page.body, /<p>Hello<\/p>/);
    const { queries } = await site.database.countQueries(async () => inject({ url: '/imprint/' }));
    assert.equal(queries.length, 0);
    await site.entries.save({ id: entry.id, title: 'About us' } as never, { viewer: SYSTEM, version: entry.version });
    assert.match((await inject({ url: '/imprint/' })).body, /About us/);
  });
});
