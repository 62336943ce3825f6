import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { after, before, suite, test } from 'node:test';
import { until } from '../../test/support/served-site.ts';
import { GalleyError } from '../lib/errors.ts';
import { makeCsrfToken } from './csrf.ts';
import { html, json, notFound, type Reply, redirect, text, view } from './reply.ts';
import { sendRaw, startHttpSite, type TestHttpSite, testViewer } from './test-site.ts';

const OWN = { 'sec-fetch-site': 'same-origin' };
const FORM = { ...OWN, 'content-type': 'application/x-www-form-urlencoded' };
const nothing = () => text('ok');

function multipart(parts: { name: string; filename?: string; value: string }[]): {
  headers: Record<string, string>;
  payload: string;
} {
  const boundary = 'xYzZY';
  const lines = parts.map(({ name, filename, value }) => {
    const file = filename === undefined ? '' : `; filename="${filename}"\r\nContent-Type: image/png`;
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`;
  });
  return {
    headers: { ...OWN, 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: `${lines.join('')}--${boundary}--\r\n`,
  };
}

suite('A request on its way', () => {
  let house: TestHttpSite;
  const uploaded: string[] = [];

  before(async () => {
    house = await startHttpSite({ http: { uploadLimit: 2048 } }, (site) => {
      const { routes } = site;
      routes.get('/who', { public: true }, ({ viewer, session }) => json({ id: viewer.id, session: session !== null }));
      routes.post('/who', { public: true }, ({ viewer, session }) =>
        json({ id: viewer.id, session: session !== null }),
      );
      routes.get('/mine', { authenticated: true }, ({ viewer }) => text(viewer.login));
      routes.get('/admin/login', { public: true, name: 'login' }, nothing);
      routes.get('/admin/posts', { capability: 'edit_posts' }, nothing);
      routes.post('/admin/posts', { capability: 'edit_posts' }, ({ body }) => json(body ?? null));
      routes.delete('/admin/posts/:id(int)', { capability: 'delete_posts' }, ({ params }) => json({ gone: params.id }));
      routes.post('/admin/posts/:id(int)', { capability: 'edit_posts' }, ({ params }) => json({ kept: params.id }));
      const texts = { capability: 'edit_posts', longTexts: true, rawForm: true } as const;
      routes.post('/admin/texts', texts, ({ body }) =>
        json([...(body as Map<string, string[]>)].map(([name, [value = '']]) => [name, value.length])),
      );
      const long = {
        capability: 'edit_posts',
        longTexts: true,
        schema: { body: { properties: { a: { type: 'string' } } } },
      } as const;
      routes.post('/admin/api/texts', long, ({ body }) => json(body.a?.length ?? 0));
      const known = { public: true, schema: { query: { properties: { a: { type: 'string' } } } } } as const;
      routes.get('/admin/api/known', known, ({ query }) => json(query));
      routes.get('/admin/api/none', { public: true }, nothing);
      routes.post('/admin/api/none', { public: true }, nothing);
      routes.get('/feed', { ...known, area: 'api', unknown: 'ignored' }, ({ query }) => json(query));
      routes.get('/page-with-query', known, ({ query }) => json(query));
      routes.post('/hook', { public: true, csrf: 'signed' }, nothing);
      routes.post('/raw', { public: true, accepts: ['image/*'] }, async (context) => {
        let bytes = 0;
        for await (const chunk of context.stream()) bytes += (chunk as Buffer).length;
        return json({ bytes });
      });
      routes.post(
        '/upload',
        { public: true, schema: { body: { properties: { title: { type: 'string' } } } } },
        async (context) => {
          const files = await context.files();
          uploaded.push(...files.map((file) => file.path));
          const contents = await Promise.all(files.map((file) => readFile(file.path, 'utf8')));
          return json({
            body: context.body,
            files: files.map(({ field, filename, size }) => ({ field, filename, size })),
            contents,
          });
        },
      );
      routes.get('/broken', { public: true }, () => {
        throw new Error('SELECT secret FROM /etc/passwd');
      });
      routes.get('/refused', { public: true }, () => {
        throw new GalleyError('GALLEY_ENTRY_CONFLICT', 'Somebody else saved it.', {
          details: { fields: { title: 'changed' } },
        });
      });
      routes.get('/missing', { public: true }, () => notFound());
      routes.get('/page', { public: true }, () => view(['single'], { page: { kind: 'single' } }));
      routes.get('/cookie', { public: true }, (context) => {
        context.setCookie('galley-note', 'saved');
        return redirect('/who');
      });
      routes.get('/facts', { public: true }, ({ isAjax, isJson, isSecure, host, address, url, path, origin, query }) =>
        json({ isAjax, isJson, isSecure, host, address, url, path, origin, query }),
      );
      routes.get('/slow', { public: true, rateLimit: { max: 2, seconds: 60 } }, nothing);
      routes.ownedBy('shop').get('/shop', { public: true }, () => {
        throw new Error('the shop is broken');
      });
      const around = async (_context: unknown, next: () => Promise<Reply>): Promise<Reply> =>
        (await next()).header('x-around', 'yes');
      const refuse = (): Reply => text('closed', { status: 403 });
      routes.group({ prefix: '/group', public: true, before: [around] }, (group) => {
        group.get('/open', {}, nothing);
        group.get('/closed', { before: [refuse] }, nothing);
      });
      routes.before('/watched', async (_context, next) => {
        try {
          return await next();
        } catch {
          return text('caught', { status: 418 });
        }
      });
      routes.get('/watched/it', { public: true }, () => {
        throw new Error('inner');
      });
      routes.fallback(({ path }) => (path === '/hello' ? html('found by the fallback') : undefined));
    });
    Object.assign(house.site, {
      render: async ([name]: string[], data: { error?: { id: string } }) =>
        `<main>${name} ${data.error?.id ?? ''}</main>`,
    });
    house.sessions.set('editor', { userId: 1, csrfSecret: 's1', viewer: testViewer(1, 'edit_posts') });
    house.sessions.set('reader', { userId: 2, csrfSecret: 's2', viewer: testViewer(2) });
    house.sessions.set('admin', { userId: 3, csrfSecret: 's3', viewer: testViewer(3, 'edit_posts', 'delete_posts') });
  });
  after(() => house.stop());

  const ask = (url: string, options: Omit<Parameters<TestHttpSite['site']['http']['inject']>[0], 'url'> = {}) =>
    house.site.http.inject({ url, ...options });
  const as = (name: string) => ({ cookies: { galley: name } });

  test('knows who asks by the session cookie, and takes unknown ones as anonymous', async () => {
    assert.deepEqual((await ask('/who', as('editor'))).json(), { id: 1, session: true });
    assert.deepEqual((await ask('/who', as('stolen'))).json(), { id: null, session: false });
    assert.deepEqual((await ask('/who')).json(), { id: null, session: false });
    assert.deepEqual((await ask('/who', { cookies: { '__Host-galley': 'editor' } })).json(), {
      id: null,
      session: false,
    });
  });

  test('of somebody who is logged in is never stored by anybody on the way', async () => {
    assert.equal((await ask('/who', as('editor'))).headers['cache-control'], 'private, no-store');
    assert.equal((await ask('/cookie')).headers['cache-control'], 'private, no-store');
  });

  test('meets its guard', async () => {
    assert.equal((await ask('/mine', as('reader'))).body, 'user2');
    assert.equal((await ask('/admin/posts', as('editor'))).statusCode, 200);
    const refused = await ask('/admin/posts', as('reader'));
    assert.equal(refused.statusCode, 403);
    assert.doesNotMatch(refused.body, /edit_posts/);
  });

  test('is sent to log in and back as a page, and told so as JSON', async () => {
    const page = await ask('/admin/posts?page=2');
    assert.deepEqual(
      [page.statusCode, page.headers['location']],
      [303, '/admin/login?redirect_to=%2Fadmin%2Fposts%3Fpage%3D2'],
    );
    const data = await ask('/admin/posts', { headers: { accept: 'application/json' } });
    assert.deepEqual([data.statusCode, data.json().error.code], [401, 'GALLEY_LOGIN_REQUIRED']);
  });

  test('that changes something must come from our own pages', async () => {
    for (const headers of [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
    ] as Record<string, string>[]) {
      assert.equal((await ask('/who', { method: 'POST', headers })).statusCode, 403, JSON.stringify(headers));
      assert.equal((await ask('/nowhere', { method: 'POST', headers })).statusCode, 403);
    }
    assert.equal((await ask('/who', { method: 'POST', headers: { origin: 'http://localhost' } })).statusCode, 200);
    assert.equal((await ask('/hook', { method: 'POST' })).statusCode, 200);
  });

  test('with a session but without its token acts as anonymous where anybody may, and is refused elsewhere', async () => {
    assert.deepEqual((await ask('/who', { method: 'POST', headers: OWN, ...as('editor') })).json(), {
      id: null,
      session: false,
    });
    const refused = await ask('/admin/posts', { method: 'POST', headers: OWN, ...as('editor'), payload: { a: 1 } });
    assert.equal(refused.statusCode, 403);
    assert.match(refused.body, /out of date/);
    const foreign = await ask('/admin/posts', {
      method: 'POST',
      headers: { ...OWN, 'x-csrf-token': makeCsrfToken('s2') },
      ...as('editor'),
    });
    assert.equal(foreign.statusCode, 403);
  });

  test('brings its token in a header or a field, which the handler does not see', async () => {
    const token = makeCsrfToken('s1');
    const sent = await ask('/admin/posts', {
      method: 'POST',
      headers: { ...OWN, 'x-csrf-token': token },
      ...as('editor'),
      payload: { a: 1 },
    });
    assert.deepEqual(sent.json(), { a: 1 });
    const form = await ask('/admin/posts', {
      method: 'POST',
      headers: FORM,
      ...as('editor'),
      payload: `a=1&_token=${token}`,
    });
    assert.deepEqual(form.json(), { a: '1' });
  });

  test('becomes another method by its form, after the token and under the guard of that method', async () => {
    const payload = (secret: string, method: string) => `_method=${method}&_token=${makeCsrfToken(secret)}`;
    const remove = (session: string, body: string) =>
      ask('/admin/posts/7', { method: 'POST', headers: FORM, ...as(session), payload: body });
    assert.deepEqual((await remove('admin', payload('s3', 'DELETE'))).json(), { gone: 7 });
    assert.equal((await remove('editor', payload('s1', 'DELETE'))).statusCode, 403);
    assert.equal((await remove('admin', '_method=DELETE')).statusCode, 303, 'without the token he is nobody');
    assert.equal((await remove('admin', payload('s3', 'TRACE'))).statusCode, 400);
    assert.equal((await remove('admin', `${payload('s3', 'DELETE')}&_method=PUT`)).statusCode, 400);
    assert.equal((await remove('admin', payload('s3', 'PATCH'))).statusCode, 405);
    assert.equal((await ask('/admin/posts/7?_method=DELETE', as('admin'))).statusCode, 405);
    assert.equal(
      (
        await ask('/admin/posts/7', {
          method: 'POST',
          headers: { ...OWN, 'x-http-method-override': 'DELETE', 'x-csrf-token': makeCsrfToken('s3') },
          ...as('admin'),
        })
      ).body,
      '{"kept":7}',
    );
  });

  test('gets HEAD, OPTIONS and 405 with the methods that there are', async () => {
    const head = await ask('/who', { method: 'HEAD' });
    assert.deepEqual([head.statusCode, head.body, head.headers['content-length']], [200, '', '27']);
    const options = await ask('/who', { method: 'OPTIONS' });
    assert.deepEqual([options.statusCode, options.headers['allow']], [204, 'GET, HEAD, OPTIONS, POST']);
    const wrong = await ask('/who', { method: 'DELETE', headers: OWN });
    assert.deepEqual([wrong.statusCode, wrong.headers['allow']], [405, 'GET, HEAD, OPTIONS, POST']);
    assert.equal((await ask('/who', { method: 'TRACE' })).statusCode, 405);
  });

  test('by another spelling is led to the right one', async () => {
    assert.deepEqual(
      [(await ask('/WHO/?a=1')).statusCode, (await ask('/WHO/?a=1')).headers['location']],
      [301, '/who?a=1'],
    );
    assert.equal((await ask('//who')).headers['location'], '/who');
    assert.equal((await ask('/admin/posts/x.css', as('admin'))).statusCode, 404);
  });

  test('with a body that nobody reads is refused', async () => {
    const headers = { ...OWN, 'content-type': 'text/plain' };
    assert.equal((await ask('/who', { method: 'POST', headers, payload: '{"a":1}' })).statusCode, 415);
    const other = { ...OWN, 'content-type': 'application/json; charset=utf-16' };
    assert.equal((await ask('/who', { method: 'POST', headers: other, payload: '{}' })).statusCode, 415);
    const broken = { ...OWN, 'content-type': 'application/json' };
    for (const payload of [
      '{',
      '{"__proto__":{"x":1}}',
      '{"constructor":{"prototype":{"x":1}}}',
      `${'['.repeat(30)}${']'.repeat(30)}`,
    ]) {
      assert.equal(
        (await ask('/who', { method: 'POST', headers: broken, payload })).statusCode,
        400,
        payload.slice(0, 20),
      );
    }
    assert.equal(
      (await ask('/who', { method: 'POST', headers: broken, payload: JSON.stringify('x'.repeat(1_100_000)) }))
        .statusCode,
      413,
    );
    assert.equal(
      (await ask('/who', { method: 'POST', headers: FORM, payload: `a=${'x'.repeat(300_000)}` })).statusCode,
      413,
    );
    assert.equal(({} as Record<string, unknown>)['x'], undefined);
  });

  test('of a program is refused where no schema knows what it says, and junk in the address of a page does not exist', async () => {
    const accept = { accept: 'application/json' };
    const refused = await ask('/admin/api/known?a=1&utm_source=x', { headers: accept });
    assert.deepEqual([refused.statusCode, refused.json().error.fields], [400, { utm_source: 'is unknown' }]);
    assert.deepEqual((await ask('/admin/api/known?a=1')).json(), { a: '1' });
    assert.equal((await ask('/admin/api/none?_=17')).statusCode, 400);
    assert.equal((await ask('/admin/api/none')).statusCode, 200);
    assert.deepEqual((await ask('/page-with-query?a=1&utm_source=x')).json(), { a: '1' });
    assert.deepEqual((await ask('/feed?a=1&utm_source=x')).json(), { a: '1' });
    assert.equal((await ask('/health/live?probe=1')).statusCode, 200);
    const headers = { ...OWN, 'content-type': 'application/json' };
    const send = async (payload: string): Promise<number> =>
      (await ask('/admin/api/none', { method: 'POST', headers, payload })).statusCode;
    assert.deepEqual([await send('{}'), await send('{"role":"administrator"}'), await send('[1]')], [200, 400, 400]);
    const form = await ask('/admin/api/none', {
      method: 'POST',
      headers: { ...FORM, ...accept },
      payload: 'role=administrator',
    });
    assert.deepEqual([form.statusCode, form.json().error.fields], [400, { role: 'is unknown' }]);
  });

  test('with JSON where a form is read is refused', async () => {
    const headers = { ...OWN, 'content-type': 'application/json', 'x-csrf-token': makeCsrfToken('s1') };
    const reply = await ask('/admin/texts', { method: 'POST', headers, payload: '{"a":1}', ...as('editor') });
    assert.equal(reply.statusCode, 415);
  });

  test('may bring long texts where its route takes them, and only of those who may call it', async () => {
    const send = (name: string | undefined, url: string, length: number) => {
      const token = name === undefined ? undefined : makeCsrfToken(name === 'editor' ? 's1' : 's2');
      const isJson = url.includes('/api/');
      const payload = isJson ? JSON.stringify({ a: 'x'.repeat(length) }) : `a=${'x'.repeat(length)}`;
      const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded';
      const headers = { ...OWN, 'content-type': type, ...(token ? { 'x-csrf-token': token } : {}) };
      return ask(url, { method: 'POST', headers, payload, ...(name === undefined ? {} : as(name)) });
    };
    assert.deepEqual((await send('editor', '/admin/texts', 4_000_000)).json(), [['a', 4_000_000]]);
    assert.equal((await send('editor', '/admin/api/texts', 4_000_000)).json(), 4_000_000);
    for (const url of ['/admin/texts', '/admin/api/texts']) {
      const tooLong = await send('editor', url, 4_200_000);
      assert.equal(tooLong.statusCode, 413);
      assert.match(tooLong.body, /longer than the 4 MB that are taken here\. Nothing was saved/);
      assert.equal((await send('reader', url, 2_000_000)).statusCode, 413);
      assert.equal((await send(undefined, url, 2_000_000)).statusCode, 413);
    }
    assert.equal((await send('editor', '/admin/posts', 300_000)).statusCode, 413, 'other forms stay small');
  });

  test('that is too long is answered, and the connection goes on', async () => {
    const address = await house.site.http.listen({ port: 0 });
    const { hostname, port } = new URL(address);
    const first = `POST /who HTTP/1.1\r\nHost: ${hostname}:${port}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 3000000\r\n\r\n`;
    const second = `GET /who HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`;
    const answer = await sendRaw(address, Buffer.from(first + 'x'.repeat(3_000_000) + second), 5000);
    assert.deepEqual(answer.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 413', 'HTTP/1.1 200']);
  });

  test('hands a stream to the route that asked for the type, and to no other type', async () => {
    assert.deepEqual(
      (
        await ask('/raw', {
          method: 'POST',
          headers: { ...OWN, 'content-type': 'image/png' },
          payload: Buffer.alloc(5000),
        })
      ).json(),
      { bytes: 5000 },
    );
    assert.equal(
      (await ask('/raw', { method: 'POST', headers: { ...OWN, 'content-type': 'text/html' }, payload: 'x' }))
        .statusCode,
      415,
    );
  });

  test('brings files, which are gone after the reply', async () => {
    const sent = await ask('/upload', {
      method: 'POST',
      ...multipart([
        { name: 'title', value: 'Tea' },
        { name: 'file', filename: '../a.png', value: 'PNG!' },
      ]),
    });
    assert.deepEqual(sent.json(), {
      body: { title: 'Tea' },
      files: [{ field: 'file', filename: 'a.png', size: 4 }],
      contents: ['PNG!'],
    });
    await assert.rejects(stat(uploaded[0] ?? ''), { code: 'ENOENT' });
  });

  test('with a file that is too large or a form that is wrong is refused', async () => {
    assert.equal(
      (
        await ask('/upload', {
          method: 'POST',
          ...multipart([{ name: 'file', filename: 'a', value: 'x'.repeat(2049) }]),
        })
      ).statusCode,
      413,
    );
    assert.equal(
      (await ask('/upload', { method: 'POST', ...multipart([{ name: 'role', value: 'administrator' }]) })).statusCode,
      400,
    );
    const cut = multipart([{ name: 'file', filename: 'a', value: 'x' }]);
    assert.equal(
      (await ask('/upload', { method: 'POST', ...cut, payload: cut.payload.slice(0, -20) })).statusCode,
      400,
    );
    const none = { ...OWN, 'content-type': 'multipart/form-data' };
    assert.equal((await ask('/upload', { method: 'POST', headers: none, payload: 'x' })).statusCode, 400);
    const many = multipart(
      Array.from({ length: 25 }, (_, index) => ({ name: `f${index}`, filename: 'a', value: 'x' })),
    );
    assert.equal((await ask('/upload', { method: 'POST', ...many })).statusCode, 413);
  });

  test('that breaks tells the visitor an id and the log the rest', async () => {
    const page = await ask('/broken');
    assert.equal(page.statusCode, 500);
    assert.doesNotMatch(page.body, /SELECT|passwd|pipeline|at /);
    const id = /<main>500 (\S+)<\/main>/.exec(page.body)?.[1];
    const line = house.logged.find((entry) => entry['request'] === id && entry['level'] === 'error');
    assert.match(JSON.stringify(line), /SELECT secret/);
    const data = await ask('/broken', { headers: { accept: 'application/json' } });
    assert.deepEqual(Object.keys(data.json().error), ['code', 'message', 'id']);
    assert.doesNotMatch(data.body, /SELECT/);
  });

  test('that is refused tells why, in the form that was asked for', async () => {
    assert.deepEqual((await ask('/refused', { headers: { accept: 'application/json' } })).json().error.fields, {
      title: 'changed',
    });
    const answer = await ask('/refused', { headers: { accept: 'application/xml' } });
    assert.match(answer.body, /^<error><code>GALLEY_ENTRY_CONFLICT<\/code>/);
    assert.equal((await ask('/api/v1/nothing')).json().error.code, 'GALLEY_ROUTE_UNKNOWN');
  });

  test('that finds nothing gets the theme’s page for it', async () => {
    for (const url of ['/missing', '/nowhere']) {
      const reply = await ask(url);
      assert.deepEqual([reply.statusCode, reply.headers['content-type']], [404, 'text/html; charset=utf-8']);
      assert.match(reply.body, /<main>404 /);
    }
    assert.equal((await ask('/page')).body, '<main>single </main>');
    assert.equal((await ask('/hello')).body, 'found by the fallback');
  });

  test('that meets a fault of a plugin names the plugin, and the site serves on', async () => {
    const faults: string[] = [];
    const remove = house.site.hooks.addAction(
      'request:failed',
      ({ owner, path }) => void faults.push(`${owner} ${path}`),
    );
    assert.equal((await ask('/shop')).statusCode, 500);
    assert.deepEqual(faults, ['shop /shop']);
    assert.equal((await ask('/who')).statusCode, 200);
    remove();
  });

  test('passes what stands around its route, which may answer itself or catch', async () => {
    assert.deepEqual([(await ask('/group/open')).body, (await ask('/group/open')).headers['x-around']], ['ok', 'yes']);
    const closed = await ask('/group/closed');
    assert.deepEqual([closed.statusCode, closed.body, closed.headers['x-around']], [403, 'closed', 'yes']);
    assert.deepEqual([(await ask('/watched/it')).statusCode, (await ask('/watched/it')).body], [418, 'caught']);
  });

  test('has its facts read once and right', async () => {
    const facts = (
      await ask('/facts?a=1&b=%C3%A4', { headers: { 'x-forwarded-for': '6.6.6.6' }, remoteAddress: '203.0.113.9' })
    ).json();
    assert.deepEqual(facts, {
      isAjax: false,
      isJson: false,
      isSecure: false,
      host: 'localhost',
      address: '203.0.113.9',
      url: '/facts?a=1&b=%C3%A4',
      path: '/facts',
      origin: 'http://localhost',
      query: { a: '1', b: 'ä' },
    });
    assert.equal((await ask('/facts', { headers: { 'x-requested-with': 'XMLHttpRequest' } })).json().isAjax, true);
    assert.equal((await ask('/facts?a=1&a=2')).statusCode, 400);
    assert.equal(
      (await ask(`/facts?${Array.from({ length: 31 }, (_, index) => `p${index}=1`).join('&')}`)).statusCode,
      400,
    );
  });

  test('too often is told when to come again, by network', async () => {
    const from = (remoteAddress: string) => ask('/slow', { remoteAddress });
    assert.deepEqual([(await from('198.51.100.1')).statusCode, (await from('198.51.100.2')).statusCode], [200, 200]);
    const third = await from('198.51.100.3');
    assert.equal(third.statusCode, 429);
    assert.match(String(third.headers['retry-after']), /^\d+$/);
    assert.equal((await from('198.51.101.1')).statusCode, 200);
  });

  test('passes the hooks of plugins', async () => {
    const seen: string[] = [];
    const removers = [
      house.site.hooks.addAction('request:received', ({ path }) => void seen.push(path)),
      house.site.hooks.addFilter('reply:sending', (head) => ({
        status: 202,
        headers: { ...head.headers, 'x-plugin': 'yes' },
      })),
    ];
    const reply = await ask('/who');
    assert.deepEqual([reply.statusCode, reply.headers['x-plugin'], seen], [202, 'yes', ['/who']]);
    for (const remove of removers) remove();
  });

  test('leaves a line in the log without cookies and query', async () => {
    await ask('/who?token=canary-1', {
      ...as('editor'),
      headers: { authorization: 'Bearer canary-2', 'user-agent': 'canary-3' },
    });
    const last = () => house.logged.findLast((entry) => entry['path'] === '/who' && entry['stream'] === 'access');
    await until('the line is there', () => last() !== undefined);
    const line = last();
    assert.deepEqual(
      [line?.['status'], line?.['user'], line?.['method'], typeof line?.['ms']],
      [200, 1, 'GET', 'number'],
    );
    // Also where the address is none: whoever tries such is to be found.
    for (const path of ['/%2e%2e%2fetc', '/%zz', '/x%00']) {
      await ask(`${path}?token=canary-4`);
      await until(path, () => house.logged.some((entry) => entry['path'] === path));
    }
    assert.doesNotMatch(JSON.stringify(house.logged), /canary/);
  });
});
