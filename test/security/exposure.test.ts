// What lies in the folders of the site is not to be had from outside, however it is asked for.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startTestSite, type TestSite } from '../../core/testing.ts';

const FILES = [
  'package.json',
  '.git/config',
  '.env',
  'config/default.ts',
  'core/boot.ts',
  'plugins/posts/index.ts',
  'plugins/posts/package.json',
  'themes/default/theme.json',
  'themes/default/layouts/base.hbs',
  'wp-content/test.sqlite',
  'wp-content/galley.sqlite',
  'wp-content/secret',
  'wp-content/plugins/',
  'test.sqlite',
  'galley.sqlite',
  'node_modules/fastify/package.json',
  'wp-config.php',
  'server-status',
  'metrics',
];
const PREFIXES = [
  '/',
  '/assets/',
  '/assets/../',
  '/media/',
  '/media/../',
  '/wp-content/uploads/',
  '/wp-content/uploads/../../',
];
const SPELLINGS: ((path: string) => string)[] = [
  (path) => path,
  (path) => path.replaceAll('..', '%2e%2e'),
  (path) => path.replaceAll('../', '..%2f'),
  (path) => path.replaceAll('../', '..%5c'),
  (path) => path.replaceAll('..', '.%00.'),
  (path) => path.replaceAll('..', '%252e%252e'),
  (path) => path.replaceAll('.', '%2e'),
  (path) => path.replaceAll('../', '....//'),
  (path) => `${path}%00.png`,
  (path) => `${path}~`,
  (path) => `${path}/`,
];
const CONTENTS =
  /"(?:workspaces|dependencies|optionalDependencies)"|definePlugin|SQLite format|\[core\]|secret:|{{>|repositoryformatversion/;

describe('What lies in the folders', () => {
  let current: TestSite;
  before(async () => {
    current = await startTestSite();
  });
  after(() => current.stop());

  test('no spelling of a hidden file is served', async () => {
    for (const file of FILES) {
      for (const prefix of PREFIXES) {
        for (const spell of SPELLINGS) {
          const url = spell(prefix + file);
          const { statusCode, body } = await current.inject({ url });
          assert.ok([301, 308, 400, 404].includes(statusCode), `${url}: ${statusCode}`);
          assert.doesNotMatch(body, CONTENTS, url);
        }
      }
    }
  });

  test('TRACE and what nobody knows is refused', async () => {
    for (const method of ['TRACE', 'PROPFIND', 'MKCOL', 'SEARCH', 'LOCK']) {
      const reply = await current.inject({ method, url: '/', headers: { 'x-canary': 'canary' } });
      assert.equal(reply.statusCode, 405, method);
      assert.doesNotMatch(reply.body, /canary/);
      assert.match(String(reply.headers['allow']), /GET/);
    }
  });

  test('folders are not listed', async () => {
    for (const url of [
      '/assets/',
      '/media/',
      '/wp-content/',
      '/wp-content/uploads/',
      '/plugins/',
      '/themes/',
      '/admin/assets/',
    ])
      assert.notEqual((await current.inject({ url })).statusCode, 200, url);
  });
});
