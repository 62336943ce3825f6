import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { suite, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { eventStream, type ServerEvent } from './events.ts';
import { sendFile } from './file.ts';
import { stream, text } from './reply.ts';
import { sendRaw, sendRequest, startHttpSite } from './test-site.ts';

suite('Closing the server', () => {
  test('finishes what is in flight, takes nothing new, and says so on the way', async () => {
    let enter = (): void => undefined;
    const entered = new Promise<void>((resolve) => {
      enter = resolve;
    });
    const house = await startHttpSite({}, ({ routes }) => {
      routes.get('/slow', { public: true }, async () => {
        enter();
        await wait(300);
        return text('done');
      });
    });
    const address = await house.site.http.listen({ port: 0 });
    const slow = sendRequest(address, { path: '/slow' });
    await entered;
    const stopped = house.stop();
    assert.equal((await house.site.http.inject({ url: '/health/ready' })).statusCode, 503);
    const { body, headers } = await slow;
    assert.deepEqual([body, headers['connection']], ['done', 'close']);
    await stopped;
    await assert.rejects(sendRequest(address));
  });

  test('does not wait for idle connections, nor longer than it was told for busy ones', async () => {
    const entered = Promise.withResolvers<void>();
    const house = await startHttpSite({ http: { shutdownSeconds: 0 } }, ({ routes }) => {
      routes.get('/never', { public: true }, () => {
        entered.resolve();
        return new Promise(() => undefined);
      });
      routes.get('/', { public: true }, () => text('hello'));
    });
    const address = await house.site.http.listen({ port: 0 });
    const answered = Promise.withResolvers<void>();
    const idle = sendRaw(address, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', 60_000, answered.resolve);
    const busy = sendRaw(address, 'GET /never HTTP/1.1\r\nHost: localhost\r\n\r\n', 60_000);
    await Promise.all([answered.promise, entered.promise]);
    const from = Date.now();
    await house.stop();
    assert.ok(Date.now() - from < 30_000, 'else they would be open for a minute');
    assert.match(await idle, /^HTTP\/1\.1 200[\s\S]*hello$/);
    assert.equal(await busy, '');
  });
});

suite('Streams', () => {
  test('reach the visitor as they come, and end when he leaves', async (t) => {
    let isGone = false;
    const house = await startHttpSite({}, ({ routes }) => {
      routes.get('/lines', { public: true }, () => stream(Readable.from(['a', 'b', 'c']), 'text/plain; charset=utf-8'));
      routes.get('/events', { public: true }, (context) => {
        context.signal.addEventListener('abort', () => {
          isGone = true;
        });
        return eventStream(endless(), { heartbeatMs: 10 });
      });
      routes.get('/cut', { public: true }, () => stream(failing(), 'text/plain'));
    });
    t.after(() => house.stop());
    let isEnded = false;
    async function* endless(): AsyncGenerator<ServerEvent> {
      try {
        for (let count = 0; ; count++) {
          yield { event: 'tick', data: { count } };
          await wait(5);
        }
      } finally {
        isEnded = true;
      }
    }
    async function* failing(): AsyncGenerator<string> {
      yield 'half';
      await wait(10);
      throw new Error('the source broke');
    }
    const address = await house.site.http.listen({ port: 0 });
    assert.equal((await sendRequest(address, { path: '/lines' })).body, 'abc');
    assert.equal((await sendRequest(address, { path: '/lines', method: 'HEAD' })).body, '');
    const events = await sendRaw(address, 'GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n', 200);
    assert.match(events, /content-type: text\/event-stream/);
    assert.match(events, /event: tick\ndata: {"count":3}\n\n/);
    assert.match(events, /\n:\n/);
    await wait(50);
    assert.deepEqual([isGone, isEnded], [true, true]);
    await assert.rejects(sendRequest(address, { path: '/cut' }), 'a cut connection says that it is not all');
    for (let round = 0; round < 50 && house.site.http.inFlight > 0; round++) await wait(10);
    assert.equal(house.site.http.inFlight, 0);
  });
});

suite('Files', () => {
  test('are sent whole, in part, or not again, and can do nothing in the browser', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'galley-file-'));
    const path = join(folder, 'a.bin');
    await writeFile(path, '0123456789');
    const house = await startHttpSite({}, ({ routes }) => {
      routes.get('/file', { public: true }, (context) =>
        sendFile(context, { file: path, type: 'text/html; charset=utf-8', filename: 'a.html' }),
      );
      routes.get('/gone', { public: true }, (context) =>
        sendFile(context, { file: join(folder, 'gone'), type: 'image/png' }),
      );
      routes.get('/folder', { public: true }, (context) => sendFile(context, { file: folder, type: 'image/png' }));
    });
    t.after(async () => {
      await house.stop();
      await rm(folder, { recursive: true });
    });
    const ask = (headers: Record<string, string> = {}, method = 'GET') =>
      house.site.http.inject({ url: '/file', headers, method });
    const whole = await ask();
    assert.deepEqual([whole.statusCode, whole.body, whole.headers['content-length']], [200, '0123456789', '10']);
    assert.equal(whole.headers['content-security-policy'], "default-src 'none'; sandbox");
    assert.equal(whole.headers['x-content-type-options'], 'nosniff');
    assert.equal(whole.headers['content-disposition'], 'attachment; filename="a.html"');
    const part = await ask({ range: 'bytes=2-4' });
    assert.deepEqual([part.statusCode, part.body, part.headers['content-range']], [206, '234', 'bytes 2-4/10']);
    assert.deepEqual(
      [(await ask({ range: 'bytes=50-' })).statusCode, (await ask({ range: 'bytes=50-' })).headers['content-range']],
      [416, 'bytes */10'],
    );
    assert.equal((await ask({ range: 'bytes=2-4', 'if-range': '"other"' })).body, '0123456789');
    const etag = String(whole.headers['etag']);
    assert.equal((await ask({ 'if-none-match': `W/${etag}` })).statusCode, 304);
    assert.equal((await ask({ 'if-modified-since': String(whole.headers['last-modified']) })).statusCode, 304);
    const head = await ask({}, 'HEAD');
    assert.deepEqual([head.body, head.headers['content-length']], ['', '10']);
    for (const url of ['/gone', '/folder']) {
      const missing = await house.site.http.inject({ url });
      assert.equal(missing.statusCode, 404);
      assert.doesNotMatch(missing.body, /galley-file/);
    }
  });
});

suite('Slow readers', () => {
  const CHUNK = 'x'.repeat(1024);

  test('are let go once they have taken nothing for long, and what they hold is given back', async (t) => {
    let ended = 0;
    const house = await startHttpSite({ http: { sendTimeoutMs: 300 } }, ({ routes }) => {
      const endless = async function* () {
        try {
          for (;;) yield CHUNK;
        } finally {
          ended++;
        }
      };
      routes.get('/endless', { public: true }, () => stream(Readable.from(endless()), 'text/plain'));
    });
    t.after(() => house.stop());
    const { port, hostname } = new URL(await house.site.http.listen({ port: 0 }));
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    socket.write('GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'readable');
    const end = Date.now() + 60_000;
    while (ended === 0 && Date.now() < end) await wait(20);
    assert.equal(ended, 1);
    assert.equal(house.site.http.inFlight, 0);
    socket.destroy();
  });

  test('are not those who take their time over what they read', async (t) => {
    const house = await startHttpSite({ http: { sendTimeoutMs: 600 } }, ({ routes }) => {
      const long = async function* () {
        for (let sent = 0; sent < 8 * 1024; sent++) yield CHUNK;
      };
      routes.get('/long', { public: true }, () => stream(Readable.from(long()), 'text/plain'));
    });
    t.after(() => house.stop());
    const { port, hostname } = new URL(await house.site.http.listen({ port: 0 }));
    const socket = connect(Number(port), hostname);
    socket.write('GET /long HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    let received = 0;
    for await (const part of socket) {
      // Never as long as the timeout, and longer than it in all.
      if (received < 1024 * 1024) await wait(60);
      received += (part as Buffer).length;
    }
    assert.ok(received > 8 * 1024 * 1024, `${received} bytes`);
  });
});
