// The configuration of nginx that comes along, with a real nginx: what it takes from clients and what it hands on.
import assert from 'node:assert/strict';
import { createServer, get as getPlain, type IncomingHttpHeaders } from 'node:http';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { connect, type SecureVersion } from 'node:tls';
import { type NginxTrial, noNginx, startNginx } from './tools/nginx-trial.ts';

describe('The configuration of nginx', { skip: noNginx }, () => {
  // In place of Galley, something that says what reached it.
  const behind = createServer((request, response) =>
    response.end(JSON.stringify({ url: request.url, headers: request.headers })),
  );
  let nginx: NginxTrial | undefined;
  let http = 0;
  let https = 0;

  before(async () => {
    await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve));
    nginx = await startNginx(`127.0.0.1:${(behind.address() as AddressInfo).port}`);
    ({ http, https } = nginx);
  });
  after(async () => {
    await nginx?.stop();
    behind.closeAllConnections();
    behind.close();
  });

  /** What is spoken with a client of one version; undefined where nothing is. */
  function speaks(version: SecureVersion, ciphers = 'ALL:@SECLEVEL=0'): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const options = { minVersion: version, maxVersion: version, ciphers, rejectUnauthorized: false };
    const socket = connect({ host: '127.0.0.1', port: https, servername: 'localhost', ...options }, () => {
      resolve(socket.getProtocol() ?? undefined);
      socket.destroy();
    });
    socket.on('error', () => resolve(undefined));
    return promise;
  }

  test('speaks TLS 1.2 and 1.3 and nothing older', async () => {
    assert.equal(await speaks('TLSv1.2'), 'TLSv1.2');
    for (const version of ['TLSv1', 'TLSv1.1'] as const) assert.equal(await speaks(version), undefined, version);
  });

  test('takes only ciphers with forward secrecy and authenticated encryption', async () => {
    assert.equal(await speaks('TLSv1.2', 'ECDHE-ECDSA-AES256-GCM-SHA384'), 'TLSv1.2');
    for (const cipher of ['ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384', 'AES128-GCM-SHA256'])
      assert.equal(await speaks('TLSv1.2', `${cipher}:@SECLEVEL=0`), undefined, cipher);
  });

  test('overwrites what clients say of themselves, and leaves the path as it came', async () => {
    const headers = {
      host: 'localhost',
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'gopher',
      forwarded: 'for=192.0.2.1',
    };
    const { promise, resolve, reject } = Promise.withResolvers<{ url: string; headers: IncomingHttpHeaders }>();
    const options = { host: '127.0.0.1', port: https, path: '//a%2fb/../c', headers, rejectUnauthorized: false };
    get(options, (reply) => json(reply).then(resolve as never, reject)).on('error', reject);
    const { url, headers: seen } = await promise;
    assert.equal(url, '//a%2fb/../c');
    const told = ['host', 'x-forwarded-host', 'x-forwarded-for', 'x-forwarded-proto', 'forwarded'].map(
      (name) => seen[name],
    );
    assert.deepEqual(told, ['localhost', 'localhost', '127.0.0.1', 'https', undefined]);
  });

  test('sends plain http to https, whatever host was asked for', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown[]>();
    getPlain({ host: '127.0.0.1', port: http, path: '/a?b', headers: { host: 'evil.example' } }, (reply) => {
      reply.resume();
      resolve([reply.statusCode, reply.headers.location]);
    });
    assert.deepEqual(await promise, [308, 'https://localhost/a?b']);
  });
});
