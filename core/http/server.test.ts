import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { html, json } from './reply.ts';
import { sendRequest, startHttpSite, type TestHttpSite } from './test-site.ts';

suite('The server', () => {
  let house: TestHttpSite;
  let address: string;
  before(async () => {
    house = await startHttpSite({}, ({ routes }) => {
      routes.get('/', { public: true }, () => html('<h1>Home</h1>'));
      routes.get('/event/:id(int)', { name: 'event', public: true }, ({ params }) => json({ id: params.id }));
      routes.post(
        '/event',
        {
          public: true,
          schema: { body: { properties: { title: { type: 'string', minLength: 1 } }, required: ['title'] } },
        },
        ({ body }) => json(body),
      );
    });
    address = await house.site.http.listen({ port: 0 });
  });
  after(() => house.stop());

  test('answers a page over a socket', async () => {
    const { status, headers, body } = await sendRequest(address);
    assert.equal(status, 200);
    assert.equal(body, '<h1>Home</h1>');
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    assert.equal(headers['x-powered-by'], undefined);
    assert.equal(headers['server'], undefined);
  });

  test('answers the same without a socket', async () => {
    const reply = await house.site.http.inject({ url: '/event/12' });
    assert.equal(reply.statusCode, 200);
    assert.deepEqual(reply.json(), { id: 12 });
  });

  test('takes JSON and forms by one schema', async () => {
    const headers = { 'sec-fetch-site': 'same-origin' };
    const sent = await house.site.http.inject({ method: 'POST', url: '/event', headers, payload: { title: 'Tea' } });
    assert.deepEqual(sent.json(), { title: 'Tea' });
    const form = await house.site.http.inject({
      method: 'POST',
      url: '/event',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'title=T%C3%A9a',
    });
    assert.deepEqual(form.json(), { title: 'Téa' });
    const wrong = await house.site.http.inject({
      method: 'POST',
      url: '/event',
      headers,
      payload: { title: '', more: 1 },
    });
    assert.equal(wrong.statusCode, 400);
    assert.equal(wrong.json().error.code, 'GALLEY_INPUT_INVALID');
  });

  test('answers 404 where there is nothing', async () => {
    const reply = await house.site.http.inject({ url: '/nowhere' });
    assert.equal(reply.statusCode, 404);
    assert.match(reply.body, /There is nothing here/);
  });

  test('says that it lives and is ready', async () => {
    assert.equal(
      (await sendRequest(address, { path: '/health/live', headers: { host: 'unknown.example' } })).status,
      200,
    );
    assert.equal((await sendRequest(address, { path: '/health/ready' })).body, '{"status":"ok"}');
  });
});
