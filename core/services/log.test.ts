import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '../../test/support/served-site.ts';
import { GalleyError } from '../lib/errors.ts';
import { type ConfigOverrides, loadConfig } from './config.ts';
import { createLog, type Log } from './log.ts';

const secret = randomBytes(32).toString('hex');
const folders: string[] = [];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function logWith(overrides: ConfigOverrides = {}): Promise<{ log: Log; lines: string[]; close(): void }> {
  const root = await mkdtemp(join(tmpdir(), 'galley-log-'));
  folders.push(root);
  const env = { GALLEY_ENV: 'test', GALLEY_SECRET: secret, DATABASE_URL: 'mysql://web:s3cr3t%2Fpw@db1,db2/site' };
  const level: ConfigOverrides = { ...overrides, log: { level: 'info', ...overrides.log } };
  const config = await loadConfig({ root, env, overrides: level });
  const lines: string[] = [];
  const made = await createLog(config, { console: { write: (line) => lines.push(line) } });
  return { ...made, lines };
}

const parsed = (lines: string[]): Record<string, unknown>[] => lines.map((line) => JSON.parse(line));

test('a line is JSON with level, UTC time, owner, fields and message', async () => {
  const { log, lines } = await logWith();
  log.ownedBy('posts').warn({ entry: 12 }, 'saved twice');
  const [line] = parsed(lines);
  assert.deepEqual(
    [line?.['level'], line?.['owner'], line?.['entry'], line?.['msg']],
    ['warn', 'posts', 12, 'saved twice'],
  );
  assert.match(String(line?.['time']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});

test('members with the names of secrets are taken out at every depth', async () => {
  const { log, lines } = await logWith();
  log.info(
    {
      user: { login: 'ann', password: 'pw-canary', nested: [{ resetToken: 'tk-canary' }] },
      cookie: 'ck-canary',
      authorization: 'au-canary',
      body: { text: 'bd-canary' },
    },
    'x',
  );
  assert.doesNotMatch(lines[0] ?? '', /canary/);
  assert.match(lines[0] ?? '', /"login":"ann"/);
});

test('secrets of the settings are taken out wherever they turn up: fields, messages, errors and their causes', async () => {
  const { log, lines } = await logWith();
  log.info({ note: `key ${secret}` }, `with s3cr3t%2Fpw and s3cr3t/pw`);
  log.error({ err: new Error('outer', { cause: new Error(`mysql://web:s3cr3t%2Fpw@db1`) }) }, 'failed');
  log.secrets.add('later-known-token');
  log.info('later-known-token');
  assert.doesNotMatch(lines.join(''), new RegExp(`${secret}|s3cr3t|later-known`));
  assert.equal(lines.join('').split('[redacted]').length - 1 >= 5, true);
});

test('an error is logged with code, stack and causes, but without what drivers hang on it', async () => {
  const { log, lines } = await logWith();
  const cause = Object.assign(new Error('low'), { sql: 'select canary', code: 'ER_X' });
  log.error({ err: new GalleyError('GALLEY_DATABASE_FAILED', 'The store failed.', { cause }) }, 'query');
  const error = parsed(lines)[0]?.['err'] as { code: string; stack: string; cause: { code: string } };
  assert.deepEqual([error.code, error.cause.code], ['GALLEY_DATABASE_FAILED', 'ER_X']);
  assert.match(error.stack, /log\.test\.ts/);
  assert.doesNotMatch(lines[0] ?? '', /canary/);
});

test('a part or plugin has its own level', async () => {
  const { log, lines } = await logWith({ log: { level: 'error', levels: ['database=debug'] } });
  log.info('not this');
  log.ownedBy('posts').info('nor this');
  log.ownedBy('database').debug('but this');
  assert.deepEqual(
    parsed(lines).map(({ msg }) => msg),
    ['but this'],
  );
});

test('the latest warnings and errors are kept with their owner, newest first, up to a limit', async () => {
  const { log } = await logWith({ log: { recent: 2 } });
  log.info('no warning');
  log.warn('first');
  log.ownedBy('posts').error({ err: new Error('boom') }, 'second');
  log.warn('third');
  assert.deepEqual(
    log.recent.list().map(({ message }) => message),
    ['third', 'second'],
  );
  const [kept] = log.recent.list('posts');
  assert.deepEqual([kept?.level, kept?.error], ['error', 'boom']);
});

test('lines for people cannot be forged by control characters in what is logged', async () => {
  const { log, lines } = await logWith({ log: { format: 'pretty' } });
  log.info({ agent: 'x\n12:00 ERROR forged\u001b[2J' }, 'hello\nFORGED');
  assert.equal(lines.join('').split('\n').length, 2);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for exactly these.
  assert.doesNotMatch(lines.join('').replace(/\u001b\[\d+m/g, ''), /\u001b/);
});

test('files: one for each stream, errors in their own as well, all with mode 0600', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'galley-logs-'));
  folders.push(folder);
  const { log, close } = await logWith({ log: { file: join(folder, 'site.log') } });
  log.info('general');
  log.child({ stream: 'access' }).info('GET /');
  log.child({ stream: 'security' }).warn('log-in failed');
  log.child({ stream: 'audit' }).info('role changed');
  log.error('broken');
  // Each stream is written by a thread of its own.
  const isWritten = async (start: RegExp, words: RegExp): Promise<boolean> => {
    const name = (await readdir(folder)).find((item) => start.test(item));
    return name !== undefined && words.test(await readFile(join(folder, name), 'utf8'));
  };
  const expected = { access: /GET/, security: /log-in/, audit: /role/, error: /broken/ };
  for (const [stream, words] of Object.entries(expected))
    await until(`${stream} is written`, () => isWritten(new RegExp(`^site-${stream}`), words));
  await until('all is written', () => isWritten(/^site\.(\d|log)/, /broken/));
  close();
  const names = (await readdir(folder)).sort();
  const read = async (start: RegExp): Promise<string> => {
    const name = names.find((item) => start.test(item));
    assert.ok(name, `${start} in ${names.join()}`);
    assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
    return readFile(join(folder, name), 'utf8');
  };
  assert.match(await read(/^site-access/), /GET \//);
  assert.match(await read(/^site-security/), /log-in failed/);
  assert.match(await read(/^site-audit/), /role changed/);
  assert.match(await read(/^site-error/), /broken/);
  const general = await read(/^site\.(\d|log)/);
  assert.match(general, /general/);
  assert.match(general, /broken/);
  assert.doesNotMatch(general, /GET \//);
});

test('a log file is rotated when it has its size, and only so many are kept', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'galley-logs-'));
  folders.push(folder);
  const { log, close } = await logWith({ log: { file: join(folder, 'site.log'), maxMegabytes: 1, keep: 2 } });
  const files = async (): Promise<string[]> =>
    (await readdir(folder)).filter((name) => /^site\.(\d|log)/.test(name)).sort();
  for (let round = 0; round < 6; round++) {
    const before = (await files()).join();
    for (let line = 0; line < 160; line++) log.info({ filler: 'x'.repeat(8000) }, 'line');
    await until('another file was begun', async () => (await files()).join() !== before);
  }
  close();
  await until('the oldest are gone', async () => (await files()).length <= 3);
  assert.ok((await files()).length >= 2);
});
