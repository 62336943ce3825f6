import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import aws4 from 'aws4';
import { readConfig } from './config.ts';
import { readSecretReference } from './secret-stores.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const AWS = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'not-a-real-key' };

/** The two services, as far as their documents say what they answer. */
function answer(request: IncomingMessage, body: string): [status: number, value: unknown] {
  const { url = '', headers } = request;
  if (request.method === 'POST') {
    const host = headers.host ?? '';
    const signed = aws4.sign(
      {
        host,
        body,
        region: AWS.AWS_REGION,
        method: 'POST',
        path: '/',
        service: 'secretsmanager',
        headers: {
          'content-type': String(headers['content-type']),
          'x-amz-target': String(headers['x-amz-target']),
          'X-Amz-Date': String(headers['x-amz-date']),
        },
      },
      { accessKeyId: AWS.AWS_ACCESS_KEY_ID, secretAccessKey: AWS.AWS_SECRET_ACCESS_KEY },
    );
    if (headers.authorization !== signed.headers?.['Authorization']) return [403, {}];
    const { SecretId } = JSON.parse(body) as { SecretId: string };
    return SecretId === 'prod/galley' ? [200, { SecretString: '{"database":"mysql://u:p@db/galley"}' }] : [400, {}];
  }
  if (headers['x-vault-token'] !== 's.token') return [403, { errors: ['permission denied'] }];
  if (url === '/v1/secret/data/galley')
    return [200, { data: { data: { database: 'sqlite:vault.sqlite', number: 5 }, metadata: { version: 3 } } }];
  if (url === '/v1/kv/galley') return [200, { data: { database: 'sqlite:first.sqlite' } }];
  return [404, { errors: [] }];
}

describe('Stores of secrets', () => {
  const server = createServer(async (request, reply) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const [status, value] = answer(request, body);
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  });
  let origin = '';
  before(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  const vault = () => ({ VAULT_ADDR: origin, VAULT_TOKEN: 's.token' });

  test('Vault gives a member of a secret, in both versions of its engine', async () => {
    assert.equal(await readSecretReference('vault:secret/data/galley#database', vault()), 'sqlite:vault.sqlite');
    assert.equal(await readSecretReference('vault:kv/galley#database', vault()), 'sqlite:first.sqlite');
  });

  test('AWS gives the whole text or a member of it, to whoever signs right', async () => {
    const env = { ...AWS, AWS_ENDPOINT_URL_SECRETS_MANAGER: `${origin}/` };
    assert.equal(await readSecretReference('aws:prod/galley#database', env), 'mysql://u:p@db/galley');
    assert.match(await readSecretReference('aws:prod/galley', env), /^\{"database"/);
    await assert.rejects(readSecretReference('aws:prod/galley', { ...env, AWS_SECRET_ACCESS_KEY: 'wrong' }), /403/);
  });

  test('what is wrong is said without the secret', async () => {
    const wrong: [string, Record<string, string>, RegExp][] = [
      ['vault:secret/data/galley', vault(), /name the member/],
      ['vault:secret/data/galley#none', vault(), /no text under "none"/],
      ['vault:secret/data/galley#number', vault(), /no text under "number"/],
      ['vault:secret/data/other#x', vault(), /answered 404/],
      ['vault:secret/data/galley#database', { ...vault(), VAULT_TOKEN: 'stolen' }, /answered 403/],
      ['vault:secret/data/galley#database', { VAULT_TOKEN: 's.token' }, /VAULT_ADDR is not set/],
      ['vault:a#b', { VAULT_ADDR: 'http://127.0.0.1:1', VAULT_TOKEN: 't' }, /cannot be reached at http:\/\/127/],
      ['file:/etc/passwd', {}, /no reference such as/],
      ['vault:a b#c', vault(), /no reference such as/],
    ];
    for (const [reference, env, problem] of wrong) {
      await assert.rejects(readSecretReference(reference, env), problem);
      await assert.rejects(
        readSecretReference(reference, env),
        (error: Error) => !/s\.token|stolen/.test(error.message),
      );
    }
  });

  test('a setting is taken from where its _FROM variable leads, shown to nobody, and given in one way only', async () => {
    const env = { GALLEY_ENV: 'test', ...vault(), DATABASE_URL_FROM: 'vault:secret/data/galley#database' };
    const { config, settings, mistakes } = await readConfig({ root: ROOT, env });
    assert.deepEqual(mistakes, []);
    assert.match(config.database.url, /^sqlite:.*vault\.sqlite$/);
    const shown = settings.find(({ name }) => name === 'database.url');
    assert.deepEqual([shown?.value, shown?.source], ['[redacted]', 'DATABASE_URL_FROM']);
    const twice = await readConfig({ root: ROOT, env: { ...env, DATABASE_URL: 'sqlite:x.sqlite' } });
    assert.match(twice.mistakes[0]?.problem ?? '', /DATABASE_URL is set as well/);
    const gone = await readConfig({ root: ROOT, env: { ...env, VAULT_TOKEN: 'no' } });
    assert.match(gone.mistakes[0]?.problem ?? '', /the secret cannot be taken: Vault answered 403/);
  });
});
