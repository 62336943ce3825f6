import { readFile } from 'node:fs/promises';
import type { Variables } from './config-types.ts';

const TIMEOUT_MS = 5_000;
const MAX_LENGTH = 256 * 1024;
const REFERENCE = /^(vault|aws):([A-Za-z0-9/_.@+=-]{1,512})(?:#([A-Za-z0-9_.-]{1,128}))?$/;

/**
 * Takes a secret from a store of secrets, while the settings are read and before anything else runs.
 *
 * - `vault:secret/data/galley#database`: HashiCorp Vault or OpenBao, a member of a secret of the KV engine (version 1 or
 *   2), from `VAULT_ADDR` with `VAULT_TOKEN` (or the file `VAULT_TOKEN_FILE`) and `VAULT_NAMESPACE`.
 * - `aws:prod/galley#database`, or without `#…` the whole text: AWS Secrets Manager, with `AWS_REGION`,
 *   `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`; `AWS_ENDPOINT_URL_SECRETS_MANAGER` for another
 *   address.
 *
 * @throws Error in words for the report of mistakes, never with a secret in it
 */
export async function readSecretReference(reference: string, env: Variables): Promise<string> {
  const [, store, path = '', key] = REFERENCE.exec(reference) ?? [];
  if (store === undefined)
    throw new Error('it is no reference such as vault:secret/data/galley#database or aws:prod/galley#database');
  return store === 'vault' ? readVault(path, key, env) : readAws(path, key, env);
}

async function readVault(path: string, key: string | undefined, env: Variables): Promise<string> {
  const address = need(env, 'VAULT_ADDR');
  if (key === undefined) throw new Error('name the member of the secret: vault:secret/data/galley#database');
  const file = env['VAULT_TOKEN_FILE'];
  const token = file ? (await readFile(file, 'utf8')).trim() : need(env, 'VAULT_TOKEN');
  const namespace = env['VAULT_NAMESPACE'];
  const headers = { 'x-vault-token': token, ...(namespace ? { 'x-vault-namespace': namespace } : {}) };
  const answer = await ask(`${address.replace(/\/$/, '')}/v1/${path}`, { headers }, 'Vault');
  const { data } = answer as { data?: Record<string, unknown> };
  // Version 2 of the KV engine wraps the members once more, beside what it knows of the version.
  const isVersioned = typeof data?.['metadata'] === 'object' && typeof data['data'] === 'object';
  return memberOf(isVersioned ? data['data'] : data, key);
}

async function readAws(name: string, key: string | undefined, env: Variables): Promise<string> {
  const region = need(env, 'AWS_REGION');
  const endpoint = env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] || `https://secretsmanager.${region}.amazonaws.com`;
  const { default: aws4 } = await import('aws4');
  const { host, pathname } = new URL(endpoint);
  const body = JSON.stringify({ SecretId: name });
  const { headers } = aws4.sign(
    {
      host,
      region,
      body,
      method: 'POST',
      path: pathname,
      service: 'secretsmanager',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' },
    },
    {
      accessKeyId: need(env, 'AWS_ACCESS_KEY_ID'),
      secretAccessKey: need(env, 'AWS_SECRET_ACCESS_KEY'),
      ...(env['AWS_SESSION_TOKEN'] ? { sessionToken: env['AWS_SESSION_TOKEN'] } : {}),
    },
  );
  const { host: _, Host: __, 'Content-Length': ___, ...sent } = headers as Record<string, string>;
  const answer = await ask(endpoint, { method: 'POST', headers: sent, body }, 'AWS Secrets Manager');
  const { SecretString: text } = answer as { SecretString?: unknown };
  if (typeof text !== 'string') throw new Error('the secret holds no text');
  return key === undefined ? text : memberOf(JSON.parse(text), key);
}

function need(env: Variables, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

function memberOf(data: unknown, key: string): string {
  const members = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  const value = Object.hasOwn(members, key) ? members[key] : undefined;
  if (typeof value !== 'string') throw new Error(`the secret has no text under "${key}"`);
  return value;
}

async function ask(url: string, options: RequestInit, store: string): Promise<unknown> {
  let reply: Response;
  try {
    reply = await fetch(url, { ...options, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    throw new Error(`${store} cannot be reached at ${new URL(url).origin} (${cause?.code ?? (error as Error).name})`);
  }
  if (!reply.ok) throw new Error(`${store} answered ${reply.status}; look at the path and at the rights of the token`);
  const text = await reply.text();
  if (text.length > MAX_LENGTH) throw new Error(`the answer of ${store} is too long`);
  return JSON.parse(text);
}
