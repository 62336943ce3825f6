import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { settings } from '../../config/default.ts';
import { type GalleyError, isGalleyError } from '../lib/errors.ts';
import { type ConfigOptions, loadConfig, readConfig } from './config.ts';
import { compileSettings } from './config-schema.ts';
import { type SettingTable, variableOf } from './config-setting.ts';
import { eachSetting, splitName } from './config-sources.ts';

const folders: string[] = [];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function project(files: Record<string, string> = {}): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'galley-config-'));
  folders.push(root);
  await mkdir(join(root, 'config'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(root, name), content);
  return root;
}

const facts = { isCheckout: false, isTerminal: false };
const secret = randomBytes(32).toString('hex');
const strict = { GALLEY_ENV: 'production', GALLEY_SECRET: secret, GALLEY_URL: 'https://example.org' };

async function mistakesOf(options: ConfigOptions): Promise<string> {
  try {
    await loadConfig({ facts, ...options });
  } catch (error) {
    assert.ok(isGalleyError(error, 'GALLEY_CONFIG_INVALID'), String(error));
    return error.message;
  }
  return '';
}

test('the environment wins over local.ts, local.ts over the environment file, that over the default', async () => {
  const root = await project({
    'config/production.ts': 'export const config = { http: { port: 1001, rateLimit: 11, maxLagMs: 12 } };',
    'config/local.ts': 'export const config = { http: { port: 1002, rateLimit: 21 } };',
  });
  const { http } = await loadConfig({ root, env: { ...strict, PORT: '1003' } });
  assert.deepEqual([http.port, http.rateLimit, http.maxLagMs, http.hstsSeconds], [1003, 21, 12, 31_536_000]);
  const report = await readConfig({ root, env: { ...strict, PORT: '1003' } });
  const source = (name: string) => report.settings.find((setting) => setting.name === name)?.source;
  assert.equal(source('http.port'), 'PORT');
  assert.equal(source('http.rateLimit'), 'config/local.ts');
  assert.equal(source('http.maxLagMs'), 'config/production.ts');
  assert.equal(source('http.hstsSeconds'), 'default');
});

test('every mistake is listed at once with the setting, where the value came from and what is allowed', async () => {
  const root = await project({
    'config/local.ts': "export const config = { htpp: {}, http: { prot: 1, rateLimit: '5' } };",
  });
  const message = await mistakesOf({
    root,
    env: { ...strict, PORT: 'abc', GALLEY_LOGLEVEL: 'x', GALLEY_LOG_LEVEL: 'loud' },
  });
  assert.match(message, /have 6 mistakes/);
  assert.match(message, /http\.port \(PORT\): "abc" is not allowed\. Allowed: a whole number from 0 to 65535/);
  assert.match(message, /http\.rateLimit \(config\/local\.ts\): "5" is not allowed/);
  assert.match(message, /http\.prot \(config\/local\.ts\): .* Did you mean "port"\?/);
  assert.match(message, /htpp \(config\/local\.ts\): .* Did you mean "http"\?/);
  assert.match(message, /GALLEY_LOGLEVEL .* Did you mean "GALLEY_LOG_LEVEL"\?/);
  assert.match(message, /log\.level \(GALLEY_LOG_LEVEL\): "loud" is not allowed\. Allowed: trace, debug, info/);
});

test('the values of wrong secrets are never printed', async () => {
  const root = await project();
  const message = await mistakesOf({ root, env: { ...strict, DATABASE_URL: 'postgres://u:hunter22@h/d' } });
  assert.match(message, /database\.url \(DATABASE_URL\): the value is not allowed/);
  assert.doesNotMatch(message, /hunter22/);
});

test('production and uat need an address and a secret; both are missed at once', async () => {
  const root = await project();
  for (const name of ['production', 'uat']) {
    const message = await mistakesOf({ root, env: { GALLEY_ENV: name } });
    assert.match(message, /http\.url .*GALLEY_URL/);
    assert.match(message, /security\.secret .*GALLEY_SECRET/);
  }
});

test('weak secrets are refused wherever they stand in the ring', async () => {
  const root = await project();
  const weak = ['short', 'a'.repeat(64), 'abcdefghij'.repeat(5), secret.slice(0, 32), `${secret.slice(0, 40)}changeme`];
  for (const bad of weak) {
    assert.match(await mistakesOf({ root, env: { ...strict, GALLEY_SECRET: bad } }), /too weak/, bad);
    assert.match(
      await mistakesOf({ root, env: { ...strict, GALLEY_SECRET: `${secret},${bad}` } }),
      /secret 2 of the ring/,
    );
  }
  const ring = await loadConfig({ root, env: { ...strict, GALLEY_SECRET: `${secret}, ${secret.slice(1)}0` } });
  assert.equal(ring.security.secret.length, 2);
});

test('development and test make a secret once, with mode 0600, and keep it', async () => {
  const root = await project();
  const env = { GALLEY_ENV: 'development' };
  const made = await Promise.all(Array.from({ length: 5 }, () => loadConfig({ root, env, facts })));
  const first = made[0]?.security.secret[0] ?? '';
  assert.ok(Buffer.from(first, 'base64url').length === 32);
  assert.equal(new Set(made.map((config) => config.security.secret[0])).size, 1);
  const file = join(root, 'wp-content', '.secret');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  await chmod(file, 0o644);
  assert.match(await mistakesOf({ root, env }), /can be read by others/);
});

test('a secret may come from a file, or from one member of a JSON file, but not from two places', async () => {
  const root = await project({ token: 'a-token-of-16-and-more\n', 'all.json': JSON.stringify({ galley: secret }) });
  const env = { ...strict, GALLEY_SECRET: '', GALLEY_SECRET_FILE: `${root}/all.json#galley` };
  const config = await loadConfig({ root, env: { ...env, GALLEY_HEALTH_TOKEN_FILE: `${root}/token` } });
  assert.equal(config.http.healthToken, 'a-token-of-16-and-more');
  assert.deepEqual(config.security.secret, [secret]);
  assert.match(await mistakesOf({ root, env: { ...env, GALLEY_SECRET: secret } }), /GALLEY_SECRET is set as well/);
  assert.match(await mistakesOf({ root, env: { ...env, GALLEY_SECRET_FILE: `${root}/none` } }), /cannot be read/);
});

test('.env is read in development only, and the real environment wins over it', async () => {
  const root = await project({ '.env': 'PORT=9001\nHOST=0.0.0.0\n' });
  const development = await loadConfig({ root, env: { GALLEY_ENV: 'development', PORT: '9002' }, facts });
  assert.deepEqual([development.http.port, development.http.host], [9002, '0.0.0.0']);
  assert.equal((await loadConfig({ root, env: strict, facts })).http.port, 8080);
});

test('lists, booleans and paths are read from text', async () => {
  const root = await project();
  const env = { ...strict, GALLEY_HOSTS: 'a.example, *.b.example', GALLEY_SAFE_MODE: 'YES', GALLEY_ACCESS_LOG: '0' };
  const config = await loadConfig({ root, env });
  assert.deepEqual(config.http.hosts, ['a.example', '*.b.example']);
  assert.equal(config.plugins.safeMode, true);
  assert.equal(config.http.accessLog, false);
  assert.equal(config.content.dir, join(root, 'wp-content'));
  assert.equal(config.database.url, `sqlite:${join(root, 'wp-content', 'galley.sqlite')}`);
});

test('a log file inside the content folder is refused, since that folder must hold nothing readable by chance', async () => {
  const root = await project();
  const message = await mistakesOf({ root, env: { ...strict, GALLEY_LOG_FILE: 'wp-content/debug.log' } });
  assert.match(message, /log\.file \(GALLEY_LOG_FILE\): it lies inside the content folder/);
});

test('variables that Kubernetes sets for a service called galley are no mistakes', async () => {
  const root = await project();
  const env = { ...strict, GALLEY_SERVICE_HOST: '10.0.0.1', GALLEY_PORT: 'tcp://10.0.0.1:80', GALLEY_PORT_80_TCP: 'x' };
  assert.equal(await mistakesOf({ root, env }), '');
});

test('the environment cannot be set from a file, and an unknown one is reported', async () => {
  const root = await project({ 'config/local.ts': "export const config = { environment: { name: 'test' } };" });
  assert.match(await mistakesOf({ root, env: strict }), /environment\.name .*a file cannot set it/);
  const other = await project();
  assert.match(
    await mistakesOf({ root: other, env: { GALLEY_ENV: 'live' } }),
    /environment\.name .*"live" is not allowed/,
  );
});

test('a config file that cannot be loaded is reported as such', async () => {
  const root = await project({ 'config/local.ts': 'export const config = {' });
  assert.match(await mistakesOf({ root, env: strict }), /config\/local\.ts: cannot be loaded/);
});

test('the settings are frozen all the way down', async () => {
  const config = await loadConfig({ root: await project(), env: strict });
  assert.throws(() => Object.assign(config.http, { port: 1 }), TypeError);
  assert.throws(() => (config.plugins.default as string[]).push('x'), TypeError);
});

test('every setting has a documented meaning, a variable of its own and a default that it allows', async () => {
  const variables = new Set<string>();
  eachSetting(settings as SettingTable, (name, definition) => {
    assert.ok(definition.doc.length > 10 && definition.doc.endsWith('.'), `${name} needs a sentence`);
    const variable = variableOf(...splitName(name), definition);
    assert.ok(!variables.has(variable), `${variable} is used twice`);
    variables.add(variable);
  });
  const { mistakes } = await readConfig({ root: await project(), env: strict });
  assert.deepEqual(mistakes, []);
  const defaults = Object.entries(settings as SettingTable).map(([group, keys]) => [
    group,
    Object.fromEntries(Object.entries(keys).map(([key, definition]) => [key, definition.default])),
  ]);
  const names: string[] = [];
  eachSetting(settings as SettingTable, (name) => names.push(name));
  const check = compileSettings(settings as SettingTable, names);
  check(Object.fromEntries(defaults));
  assert.deepEqual(check.errors, null);
});

test('the files of all four environments are valid as they are shipped', async () => {
  const root = join(import.meta.dirname, '..', '..');
  for (const name of ['development', 'test', 'uat', 'production']) {
    const report = await readConfig({ root, env: { ...strict, GALLEY_ENV: name }, makeSecret: false });
    const mistakes = report.mistakes.filter(({ source }) => source === `config/${name}.ts`);
    assert.deepEqual(mistakes, [], name);
    assert.equal(report.config.environment.name, name);
  }
  assert.ok((await readFile(join(root, 'config/default.ts'), 'utf8')).includes('galley config list'));
});

test('the error carries the mistakes as data', async () => {
  const root = await project();
  const error: GalleyError = await loadConfig({ root, env: { ...strict, PORT: '-1' } }).then(
    () => assert.fail('it must throw'),
    (caught: GalleyError) => caught,
  );
  assert.deepEqual(
    (error.details as { name: string }[]).map(({ name }) => name),
    ['http.port'],
  );
});
