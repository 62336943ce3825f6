import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, suite, test } from 'node:test';
import { WebSocket } from 'ws';
import { text } from './reply.ts';
import { sendRaw, startHttpSite, type TestHttpSite } from './test-site.ts';
import { webSocket } from './web-sockets.ts';

suite('WebSockets', () => {
  let house: TestHttpSite;
  let address: string;
  const seen: string[] = [];

  before(async () => {
    house = await startHttpSite({}, ({ routes }) => {
      const known = { public: true, schema: { query: { properties: { word: { type: 'string' } } } } } as const;
      routes.get('/echo', known, ({ query }) =>
        webSocket((socket) => {
          socket.send(`hello ${query.word ?? ''}`);
          socket.on('message', (data) => socket.send(`you said ${data}`));
          socket.on('close', (code) => seen.push(`closed ${code}`));
        }),
      );
      routes.get('/members', { authenticated: true }, () => webSocket((socket) => socket.send('inside')));
      routes.get('/broken', { public: true }, () =>
        webSocket(() => {
          throw new Error('out of ink');
        }),
      );
      routes.get('/never', { public: true }, () => new Promise(() => undefined));
      routes.get('/page', { public: true }, () => text('a page'));
    });
    address = await house.site.http.listen({ port: 0 });
  });
  after(() => house.stop());

  const connect = (path: string, headers: Record<string, string> = {}): WebSocket =>
    new WebSocket(address.replace('http', 'ws') + path, { headers: { origin: address, ...headers } });

  async function next(socket: WebSocket): Promise<string> {
    const [data] = await once(socket, 'message');
    return String(data);
  }

  /** The status that a handshake was refused with. */
  async function refusal(socket: WebSocket): Promise<number> {
    socket.on('error', () => undefined);
    const [, response] = await once(socket, 'unexpected-response');
    response.resume();
    return response.statusCode;
  }

  test('carry messages in both directions, by a route with its query', async () => {
    const socket = connect('/echo?word=there');
    assert.equal(await next(socket), 'hello there');
    socket.send('ink');
    assert.equal(await next(socket), 'you said ink');
    assert.equal(house.site.http.inFlight, 0, 'an open one is no request that is being answered');
    socket.close();
    await once(socket, 'close');
  });

  test('are opened by pages of the site only, and by whoever its route lets in', async () => {
    assert.equal(await refusal(connect('/echo', { origin: 'https://evil.example' })), 403);
    assert.equal(await refusal(connect('/echo', { 'sec-fetch-site': 'cross-site' })), 403);
    assert.equal(await refusal(connect('/members')), 401);
    assert.equal(await refusal(connect('/nothing')), 404);
    assert.equal(await refusal(connect('/page')), 200, 'an ordinary page is sent as one');
  });

  test('are nothing for those who ask without', async () => {
    const reply = await house.site.http.inject({ url: '/echo' });
    assert.equal(reply.statusCode, 426);
    const half = 'GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
    const answer = await sendRaw(address, `${half}Origin: ${address}\r\n\r\n`, 20_000);
    assert.match(answer, /^HTTP\/1\.1 (400|403) /);
  });

  test('end where a message is too long', async () => {
    const socket = connect('/echo');
    await next(socket);
    socket.send('x'.repeat(70_000));
    const [code] = await once(socket, 'close');
    assert.equal(code, 1009);
  });

  test('are closed where their handler fails, whose owner is named', async () => {
    const [code] = await once(connect('/broken'), 'close');
    assert.equal(code, 1011);
    assert.ok(house.logged.some((line) => line['msg'] === 'a request failed' && line['path'] === '/broken'));
  });

  test('are told when the house closes, which waits for none that never came about', async () => {
    const socket = connect('/echo');
    await next(socket);
    const closed = once(socket, 'close');
    const never = connect('/never');
    never.on('error', () => undefined);
    while (house.site.http.inFlight === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await house.stop();
    assert.equal((await closed)[0], 1001);
    assert.equal(seen.at(-1), 'closed 1001');
  });
});
