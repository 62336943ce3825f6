// What plugins cost is known by plugin, to those who ask and to nobody else.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Cli } from '../core/cli/cli.ts';
import { startTestSite, type TestSite } from '../core/testing.ts';

const ROOT = join(import.meta.dirname, '..');
let folder = '';
let contentDir = '';
let outside = '';
const server = createServer((_request, response) => void response.end('hello'));

/** Works hard in a page: a statement, the cache, a request to the outside, and 30 ms of nothing. */
const BUSY = `
export default { setup(site) {
  site.hooks.addFilter('view:page', async (view) => {
    await site.database.read('options').select('name').limit(1);
    await site.cache.remember('shelf', {}, async () => 1);
    await site.fetch(process.env.OUTSIDE + '/paper?secret=1', { allowHttp: true, allowPrivate: true }).catch(() => undefined);
    const from = performance.now();
    while (performance.now() - from < 60);
    return { ...view, title: view.title + ' with paper' };
  }, { priority: 7 });
  site.hooks.addFilter('view:page', function broken() { throw new Error('out of ink'); }, { priority: 8 });
} };`;

async function write(name: string, code: string, requires: string[] = []): Promise<void> {
  const place = join(contentDir, 'plugins', name);
  await mkdir(place, { recursive: true });
  const manifest = { name, version: '1.0.0', type: 'module', main: 'index.js', galley: { title: name, requires } };
  await writeFile(join(place, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(place, 'index.js'), code);
}

async function galley(...argv: string[]): Promise<[code: number, out: string]> {
  const out: string[] = [];
  const streams = {
    out: { write: (text: string) => out.push(text) },
    err: { write: (text: string) => out.push(text) },
  };
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    GALLEY_ENV: 'test',
    GALLEY_CONTENT_DIR: contentDir,
    GALLEY_LOG_LEVEL: 'fatal',
    DATABASE_URL: 'sqlite:test.sqlite',
  };
  const code = await new Cli({ root: ROOT, env, argv, streams, signal: new AbortController().signal }).run();
  return [code, out.join('')];
}
async function rows(...argv: string[]): Promise<[code: number, Record<string, unknown>[]]> {
  const [code, out] = await galley(...argv, '--format=json', '--quiet');
  return [code, JSON.parse(out)];
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galley-profile-'));
  contentDir = join(folder, 'content');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  outside = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env['OUTSIDE'] = outside;
  await write('busy', BUSY);
  await write('lost', 'export default { setup() {} };', ['nowhere']);
});
after(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('A page that is profiled', () => {
  let current: TestSite;
  before(async () => {
    current = await startTestSite({
      contentDir,
      plugins: ['posts', 'blocks', 'users', 'busy'],
      config: { plugins: { breakerFailures: 0 } },
    });
    await current.site.http.ask('/');
  });
  after(() => current.stop());

  test('is made past the page cache, and each plugin is charged with what it did', async () => {
    await current.inject({ url: '/' });
    const { status, profile } = await current.site.http.profile('/');
    assert.equal(status, 200);
    const busy = profile.owners().find(({ owner }) => owner === 'busy');
    assert.ok(busy && busy.ms >= 55, `${busy?.ms}`);
    assert.deepEqual([busy.calls, busy.queries, busy.cacheCalls, busy.fetches], [2, 1, 1, 1]);
    assert.deepEqual(
      profile.fetches.map(({ url, owner }) => [url, owner]),
      [[`${outside}/paper`, 'busy']],
      'its query may hold a secret',
    );
    const posts = profile.owners().find(({ owner }) => owner === 'posts');
    assert.ok(posts && posts.calls > 0);
    assert.ok(profile.calls.some(({ error }) => error === 'Error: out of ink'));
    assert.ok(profile.calls.every(({ before, after }) => before === undefined && after === undefined));
  });

  test('concurrent pages of others are in none of its figures', async () => {
    const [{ profile }] = await Promise.all([
      current.site.http.profile('/'),
      ...Array.from({ length: 5 }, () => current.inject({ url: '/?page=1' })),
    ]);
    assert.equal(profile.figuresOf('busy').calls, 2);
  });

  test('Server-Timing is for an administrator who asks: for nobody else, and never on a page that is kept', async () => {
    const asked = '; galley-timings=1';
    const timing = async (cookie: string): Promise<string | undefined> => {
      const { headers } = await current.inject({ url: '/', headers: cookie ? { cookie } : {} });
      return headers['server-timing'] as string | undefined;
    };
    const administrator = await current.loginAs('administrator');
    const editor = await current.loginAs('editor');
    assert.match(
      (await timing(administrator.cookie + asked)) ?? '',
      /^total;dur=[\d.]+, .*busy;dur=[\d.]+;desc="busy: 2 calls, 1 queries, 1 cache"/,
    );
    assert.equal(await timing(administrator.cookie), undefined);
    assert.equal(await timing(`${administrator.cookie}; galley-timings=0`), undefined);
    assert.equal(await timing(editor.cookie + asked), undefined);
    assert.equal(await timing('galley-timings=1'), undefined);
    assert.equal(await timing(`galley=nonsense${asked}`), undefined);
    assert.equal(await timing(''), undefined);
  });
});

describe('The command line', () => {
  before(async () => {
    for (const name of ['busy', 'lost']) await galley('plugin', 'activate', name);
  });

  test('traces a hook: each listener in order, with what it changed', async () => {
    const [code, calls] = await rows('hook', 'trace', 'view:page', '--url=/');
    assert.equal(code, 0);
    const own = calls.filter(({ plugin }) => plugin === 'busy');
    assert.deepEqual(
      own.map(({ priority, error }) => [priority, error]),
      [
        [7, ''],
        [8, 'Error: out of ink'],
      ],
    );
    assert.match(String(own[0]?.['change']), /\+ .* with paper/);
    assert.ok(Number(own[0]?.['ms']) >= 55);
    assert.equal((await galley('hook', 'trace', 'entry:saved'))[0], 1);
    const [wrong, words] = await galley('hook', 'trace', 'view:pag');
    assert.notEqual(wrong, 0);
    assert.match(words, /Did you mean "view:page"/);
  });

  test('shows what each plugin cost on a page', async () => {
    const [code, owners] = await rows('plugin', 'profile', '--url=/', '--top=3');
    assert.equal(code, 0);
    assert.equal(owners.length, 3);
    const busy = owners.find(({ plugin }) => plugin === 'busy');
    assert.deepEqual([busy?.['queries'], busy?.['cacheCalls'], busy?.['fetches']], [1, 1, 1]);
  });

  test('says what is wrong with each plugin', async () => {
    const [code, findings] = await rows('plugin', 'doctor');
    assert.equal(code, 1);
    const of = (plugin: string): string[] =>
      findings.filter((one) => one['plugin'] === plugin).map(({ check, message }) => `${check}: ${message}`);
    assert.match(of('lost').join('\n'), /requirement: it requires "nowhere"/);
    assert.match(of('busy').join('\n'), /slow: view:page: \d+ ms on \//);
    assert.match(of('busy').join('\n'), /fault: hook view:page: out of ink/);
  });

  test('searches for the plugin that breaks the site, from one call to the next', async () => {
    const step = async (name: string): Promise<Record<string, unknown>> => {
      const [, out] = await galley('plugin', 'bisect', name, '--format=json');
      return JSON.parse(out);
    };
    assert.deepEqual((await step('start'))['off'], ['busy', 'lost']);
    assert.equal((await galley('plugin', 'is-active', 'busy'))[0], 1);
    assert.deepEqual((await step('good'))['off'], ['lost']);
    const { state, culprit } = await step('bad');
    assert.deepEqual([state, culprit], ['found', 'busy']);
    assert.equal((await galley('plugin', 'is-active', 'lost'))[0], 0);
    assert.equal((await galley('plugin', 'bisect', 'good'))[0], 2);
  });
});
