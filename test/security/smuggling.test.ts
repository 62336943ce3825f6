// Requests that two servers could read as different ones, through a real nginx with the configuration that comes along,
// to a real server of ours: what one of them takes for a body the other must not take for a request.
import assert from 'node:assert/strict';
import type { OutgoingHttpHeaders } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { json as readJson } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import { json } from '../../core/http/reply.ts';
import { startHttpSite, type TestHttpSite } from '../../core/http/test-site.ts';
import { type NginxTrial, noNginx, startNginx } from './tools/nginx-trial.ts';

const HOST = 'Host: localhost\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
/** A request that hides in the body of another. */
const HIDDEN = `GET /hidden HTTP/1.1\r\n${HOST}\r\n`;
const LENGTH = `Content-Length: ${HIDDEN.length}\r\n`;
const ENDED = `0\r\n\r\n${HIDDEN}`;
const ONE_CHUNK = `${HIDDEN.length.toString(16)}\r\n${HIDDEN}\r\n0\r\n\r\n`;

/** `refused`: by nginx, which hands nothing on. `one`: as one request, whose body is what hides the other. */
type Fate = 'refused' | 'one';

const post = (headers: string, body: string): string => `POST /attack HTTP/1.1\r\n${HOST}${headers}\r\n${body}`;
const both = (encoding: string): string => post(`Content-Length: ${ENDED.length}\r\n${encoding}`, ENDED);

const ATTACKS: readonly [what: string, bytes: string, fate: Fate][] = [
  ['a body that is what its length says', post(LENGTH, HIDDEN), 'one'],
  ['a body in one chunk', post(CHUNKED, ONE_CHUNK), 'one'],
  ['length and chunks, ended by the chunks', both(CHUNKED), 'refused'],
  ['length and chunks, ended by the length', post(`Content-Length: 4\r\n${CHUNKED}`, ONE_CHUNK), 'refused'],
  ['chunks before the length', post(`${CHUNKED}${LENGTH}`, ONE_CHUNK), 'refused'],
  // Spellings of the encoding that one server knows and another does not.
  ['an unknown encoding', both('Transfer-Encoding: xchunked\r\n'), 'refused'],
  ['a list of encodings', both('Transfer-Encoding: chunked, identity\r\n'), 'refused'],
  ['a list that ends in chunks', both('Transfer-Encoding: identity, chunked\r\n'), 'refused'],
  ['two encodings', both(`${CHUNKED}Transfer-Encoding: identity\r\n`), 'refused'],
  ['two of the same encoding', post(CHUNKED + CHUNKED, ONE_CHUNK), 'refused'],
  ['capitals', both('tRANSFER-eNCODING: CHUNKED\r\n'), 'refused'],
  ['a quoted encoding', both('Transfer-Encoding: "chunked"\r\n'), 'refused'],
  ['a tab before the encoding', both('Transfer-Encoding:\tchunked\r\n'), 'refused'],
  ['a vertical tab before the encoding', both('Transfer-Encoding: \x0bchunked\r\n'), 'refused'],
  ['a blank after the encoding', both('Transfer-Encoding: chunked \r\n'), 'refused'],
  ['a blank before the colon of the encoding', both('Transfer-Encoding : chunked\r\n'), 'refused'],
  ['a folded encoding', both('Transfer-Encoding:\r\n chunked\r\n'), 'refused'],
  ['an encoding behind a bare line feed', both('X: x\nTransfer-Encoding: chunked\r\n'), 'refused'],
  ['an encoding behind a bare carriage return', both('X: x\rTransfer-Encoding: chunked\r\n'), 'refused'],
  ['an encoding of HTTP/1.0', both(CHUNKED).replace('HTTP/1.1', 'HTTP/1.0'), 'refused'],
  ['an encoding with an underscore', post(`${LENGTH}Transfer_Encoding: chunked\r\n`, HIDDEN), 'one'],
  // Lengths.
  ['two lengths', post(`Content-Length: 0\r\n${LENGTH}`, HIDDEN), 'refused'],
  ['the same length twice', post(LENGTH + LENGTH, HIDDEN), 'refused'],
  ['a list of lengths', post(`Content-Length: ${HIDDEN.length}, ${HIDDEN.length}\r\n`, HIDDEN), 'refused'],
  ['a length with a sign', post(`Content-Length: +${HIDDEN.length}\r\n`, HIDDEN), 'refused'],
  ['a length below nothing', post('Content-Length: -1\r\n', HIDDEN), 'refused'],
  ['a length in hexadecimal', post(`Content-Length: 0x${HIDDEN.length.toString(16)}\r\n`, HIDDEN), 'refused'],
  ['a length that no number holds', post(`Content-Length: ${'9'.repeat(30)}\r\n`, HIDDEN), 'refused'],
  ['a blank before the colon of the length', post(`Content-Length : ${HIDDEN.length}\r\n`, HIDDEN), 'refused'],
  ['a folded length', post(`X: x\r\n ${LENGTH}`, HIDDEN), 'refused'],
  // Chunks.
  ['an extension of a chunk', post(CHUNKED, ONE_CHUNK.replace('\r\n', ';a="b;c"\r\n')), 'one'],
  ['an extension that hides a request', post(CHUNKED, `0;${HIDDEN.replaceAll('\r\n', '\\')}\r\n\r\n`), 'one'],
  [
    'trailers',
    post(CHUNKED, ONE_CHUNK.replace(/\r\n$/, 'Content-Length: 5\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n')),
    'one',
  ],
  ['a chunk with a sign', post(CHUNKED, `+${ONE_CHUNK}`), 'refused'],
  ['a chunk in hexadecimal that says so', post(CHUNKED, `0x${ONE_CHUNK}`), 'refused'],
  ['a chunk that no number holds', post(CHUNKED, `${'f'.repeat(17)}\r\n${HIDDEN}`), 'refused'],
  ['a chunk that is longer than it says', post(CHUNKED, `2\r\n${HIDDEN}\r\n0\r\n\r\n`), 'refused'],
  // The line of the request, and what a header may hold.
  ['the address of another site', `GET http://evil.example/attack HTTP/1.1\r\n${HOST}\r\n`, 'one'],
  ['an address with a user', `GET http://a@localhost/attack HTTP/1.1\r\n${HOST}\r\n`, 'refused'],
  ['HTTP/0.9', `GET /attack\r\n${HIDDEN}`, 'one'],
  ['HTTP/2 in letters', `GET /attack HTTP/2.0\r\n${HOST}\r\n`, 'refused'],
  ['a blank in the address', `GET /attack /hidden HTTP/1.1\r\n${HOST}\r\n`, 'refused'],
  ['a line end in the address, encoded', `GET /attack%0d%0aX:%20x HTTP/1.1\r\n${HOST}\r\n`, 'one'],
  ['bare line feeds', `GET /attack HTTP/1.1\nHost: localhost\n\n`, 'one'],
  ['two hosts', `GET /attack HTTP/1.1\r\n${HOST}Host: evil.example\r\n\r\n`, 'refused'],
  ['no host', 'GET /attack HTTP/1.1\r\n\r\n', 'refused'],
  ['NUL in a header', `GET /attack HTTP/1.1\r\n${HOST}X: a\0b\r\n\r\n`, 'refused'],
  ['NUL in the name of a header', `GET /attack HTTP/1.1\r\n${HOST}X\0: a\r\n\r\n`, 'refused'],
  ['a header without a name', `GET /attack HTTP/1.1\r\n${HOST}: a\r\n\r\n`, 'refused'],
  [
    'another protocol',
    `GET /attack HTTP/1.1\r\n${HOST}Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n`,
    'one',
  ],
  [
    'a socket of a version that nobody speaks',
    `GET /attack HTTP/1.1\r\n${HOST}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 777\r\nSec-WebSocket-Key: ${'A'.repeat(22)}==\r\n\r\n`,
    'one',
  ],
  ['a body that waits to be asked for', post(`${LENGTH}Expect: 100-continue\r\n`, HIDDEN), 'one'],
  ['a body that waits for something else', post(`${LENGTH}Expect: y 100-continue\r\n`, HIDDEN), 'one'],
];

/** Each attempt is answered, or its connection closed; what comes after the answer comes at once. */
const ANSWER_MS = 5000;
const QUIET_MS = 100;

describe('A request through nginx', { skip: noNginx }, () => {
  let house: TestHttpSite;
  let nginx: NginxTrial;
  before(async () => {
    const http = { url: 'https://localhost', trustProxy: ['127.0.0.1'], accessLog: true };
    house = await startHttpSite({ http }, ({ routes }) => {
      routes.get('/clean/:number', { public: true }, ({ params }) => json(params));
      routes.post('/attack', { public: true, unknown: 'ignored' }, () => json('taken'));
      routes.fallback(() => undefined);
    });
    nginx = await startNginx(new URL(await house.site.http.listen({ port: 0 })).host);
  });
  after(async () => {
    await nginx?.stop();
    await house.stop();
  });

  /** All that comes back, until nothing more comes or the connection is closed. */
  function send(bytes: string): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    const socket = connect({
      host: '127.0.0.1',
      port: nginx.https,
      servername: 'localhost',
      rejectUnauthorized: false,
    });
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      received += chunk;
      socket.setTimeout(QUIET_MS);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
    socket.setTimeout(ANSWER_MS, () => socket.destroy());
    socket.write(bytes, 'latin1');
    return promise;
  }

  let count = 0;
  /** A request of somebody else, who must get his own answer. */
  async function askCleanly(): Promise<void> {
    const number = String(++count);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const options = { host: '127.0.0.1', port: nginx.https, path: `/clean/${number}`, headers: { host: 'localhost' } };
    request({ ...options, agent: false, rejectUnauthorized: false }, (reply) => readJson(reply).then(resolve, reject))
      .on('error', reject)
      .end();
    assert.deepEqual(await promise, { number });
  }

  /** What has reached us since the last time, but for the clean requests. */
  function reached(): string[] {
    const lines = house.logged.splice(0).filter(({ stream }) => stream === 'access');
    return lines.map(({ path }) => String(path)).filter((path) => !path.startsWith('/clean/'));
  }

  test('that is followed by another is told from it: what is sent as two arrives as two', async () => {
    await send(`GET /attack HTTP/1.1\r\n${HOST}\r\n${HIDDEN}`);
    await askCleanly();
    assert.deepEqual(reached(), ['/attack', '/hidden']);
  });

  test('is one request or none, however its body is said to end, and the next one gets its own answer', async () => {
    const found: Record<string, string> = {};
    for (const [what, bytes] of ATTACKS) {
      const answer = await send(bytes);
      await askCleanly();
      await askCleanly();
      const paths = reached();
      const isRefused = paths.length === 0 && (answer === '' || /^HTTP\/1\.1 (400|501|505)/.test(answer));
      const isOne = paths.length === 1 && paths[0]?.startsWith('/attack') && !/^HTTP\/1\.1 101/.test(answer);
      found[what] = isRefused ? 'refused' : isOne ? 'one' : `${paths.join(' ')}: ${answer.slice(0, 60)}`;
    }
    assert.deepEqual(found, Object.fromEntries(ATTACKS.map(([what, , fate]) => [what, fate])));
  });

  /** The status of an answer over HTTP/2; 0 where the stream is broken off. */
  async function sendFrames(headers: OutgoingHttpHeaders, body: string): Promise<number> {
    const client = connectHttp2(`https://127.0.0.1:${nginx.https}`, {
      servername: 'localhost',
      rejectUnauthorized: false,
    });
    client.on('error', () => undefined);
    const { promise, resolve } = Promise.withResolvers<number>();
    const stream = client.request({ ':method': 'POST', ':authority': 'localhost', ...headers });
    stream.on('response', (reply) => resolve(Number(reply[':status'])));
    stream.on('error', () => resolve(0)).on('close', () => resolve(0));
    stream.resume().end(body);
    const status = await promise;
    client.destroy();
    return status;
  }

  test('that comes by HTTP/2 is one request or none too, whatever it says of its length and its address', async () => {
    // Line ends in headers, addresses and methods are not sent by the client of Node, so nothing is learnt of them here.
    const tries: [what: string, headers: OutgoingHttpHeaders, status: number, paths: string[]][] = [
      ['no length', { ':path': '/attack' }, 403, ['/attack']],
      ['a length that is too short', { ':path': '/attack', 'content-length': '0' }, 400, []],
      ['a length that is too long', { ':path': '/attack', 'content-length': '4000' }, 400, []],
      ['a blank in the address', { ':path': '/attack HTTP/1.1' }, 400, []],
    ];
    for (const [what, headers, wanted, paths] of tries) {
      const status = await sendFrames(headers, HIDDEN);
      await askCleanly();
      assert.deepEqual([status, reached()], [wanted, paths], what);
    }
  });
});
