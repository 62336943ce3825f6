import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from './config.ts';
import { checkConfig, type Finding } from './config-check.ts';

const secret = randomBytes(32).toString('hex');
const good = {
  GALLEY_ENV: 'production',
  GALLEY_SECRET: secret,
  GALLEY_URL: 'https://example.org',
  GALLEY_FORCE_HTTPS: '1',
  GALLEY_TRUST_PROXY: '127.0.0.1',
  DATABASE_URL: 'mysql://web:pw@db1,db2/site?ssl=verify',
  REDIS_URL: 'rediss://cache/0',
  SMTP_URL: 'smtps://mail.example.org',
  GALLEY_SECURITY_UNFILTERED_HTML: '0',
  GALLEY_LOG_LEVEL: 'info',
};

async function findings(env: Record<string, string>): Promise<Map<string, Finding>> {
  const root = join(tmpdir(), 'galley-has-no-such-folder');
  const report = await readConfig({ root, env: { ...good, ...env }, makeSecret: false });
  return new Map(checkConfig(report).map((finding) => [finding.check, finding]));
}

test('settings that are fit for production give no warning', async () => {
  const wrong = [...(await findings({})).values()].filter(({ status }) => status !== 'ok');
  assert.deepEqual(wrong, []);
});

test('each thing that production needs is missed by itself', async () => {
  const cases: [Record<string, string>, string, Finding['status']][] = [
    [{ GALLEY_ENV: 'development' }, 'environment', 'problem'],
    [{ GALLEY_SECRET: '' }, 'secret', 'problem'],
    [{ GALLEY_SECRET: 'a'.repeat(64) }, 'secret', 'problem'],
    [{ GALLEY_URL: '' }, 'address', 'problem'],
    [{ GALLEY_URL: 'http://example.org' }, 'https', 'problem'],
    [{ GALLEY_FORCE_HTTPS: '0' }, 'https', 'warning'],
    [{ GALLEY_HSTS_SECONDS: '0' }, 'https', 'warning'],
    [{ GALLEY_HOSTS: '*.org' }, 'hosts', 'problem'],
    [{ GALLEY_TRUST_PROXY: '0.0.0.0/0' }, 'proxy', 'problem'],
    [{ GALLEY_TRUST_PROXY: '' }, 'proxy', 'warning'],
    [{ GALLEY_LOG_LEVEL: 'debug' }, 'debug', 'warning'],
    [{ GALLEY_SECURITY_UNFILTERED_HTML: '1' }, 'html', 'warning'],
    [{ DATABASE_URL: 'sqlite:x' }, 'database', 'warning'],
    [{ DATABASE_URL: 'mysql://web:pw@db1/site' }, 'database', 'warning'],
    [{ DATABASE_URL: 'mysql://web:pw@127.0.0.1:3306/site' }, 'database', 'ok'],
    [{ REDIS_URL: '' }, 'redis', 'warning'],
    [{ REDIS_URL: 'redis://cache:6379' }, 'redis', 'warning'],
    [{ REDIS_URL: 'redis://127.0.0.1:6379' }, 'redis', 'ok'],
    [{ SMTP_URL: '' }, 'mail', 'warning'],
    [{ GALLEY_MAIL_PLAINTEXT: '1' }, 'mail', 'warning'],
    [{ GALLEY_ADMIN_PASSWORD: 'quiet teapot orbit' }, 'admin password', 'warning'],
    [{ GALLEY_SAFE_MODE: '1' }, 'safe mode', 'warning'],
    [{ PORT: 'x' }, 'http.port', 'problem'],
  ];
  for (const [env, check, status] of cases)
    assert.equal((await findings(env)).get(check)?.status, status, JSON.stringify(env));
});

test('no finding prints a secret', async () => {
  const all = JSON.stringify([...(await findings({ GALLEY_ADMIN_PASSWORD: 'canary-password' })).values()]);
  for (const hidden of [secret, 'canary-password', 'web:pw']) assert.ok(!all.includes(hidden), hidden);
});
