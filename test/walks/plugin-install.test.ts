// Walk 5: galley plugin install: cli/main → boot (services only) → cli/commands/plugin → services/packages →
// kernel/plugins, in a process of its own, into a content folder outside of the project.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { startTestSite } from '../../core/testing.ts';
import { buildZip } from '../support/zip.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'galley-install-'));
const contentDir = join(folder, 'content');
after(() => rmSync(folder, { recursive: true, force: true }));

async function galley(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    GALLEY_ENV: 'test',
    GALLEY_CONTENT_DIR: contentDir,
    DATABASE_URL: 'sqlite:test.sqlite',
    NO_COLOR: '1',
  };
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'galley'), ...args], {
    env,
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await closed, out, err };
}

const manifest = (version: string): string =>
  JSON.stringify({ name: 'greeting', version, type: 'module', galley: { title: 'Greeting', requires: ['posts'] } });
const code = (word: string): string =>
  `import { definePlugin, text } from 'galley';\nexport default definePlugin((site) => {\n  site.routes.get('/greeting', { public: true }, () => text('${word}'));\n});\n`;

function packed(name: string, files: Record<string, string>): string {
  const path = join(folder, name);
  writeFileSync(path, buildZip(Object.entries(files).map(([file, data]) => ({ name: file, data }))));
  return path;
}

/** What the plugin answers. Its code stays as it was first loaded in this process; its version tells of changes. */
async function greeting(): Promise<{ status: number; body: string; version: string | undefined }> {
  const { site, inject, stop } = await startTestSite({ contentDir });
  try {
    const { statusCode, body } = await inject({ url: '/greeting' });
    return { status: statusCode, body, version: site.plugins.get('greeting')?.version };
  } finally {
    await stop();
  }
}

test('a plugin is installed from a zip, activated, updated, rolled back and removed', async () => {
  const first = packed('first.zip', { 'greeting/package.json': manifest('1.0.0'), 'greeting/index.ts': code('Hello') });
  const installed = await galley('plugin', 'install', first, '--activate');
  assert.equal(installed.code, 0, installed.err);
  assert.match(installed.err, /Installed and activated "greeting" 1\.0\.0/);
  assert.deepEqual(await greeting(), { status: 200, body: 'Hello', version: '1.0.0' });

  const second = packed('second.zip', { 'package.json': manifest('1.1.0'), 'index.ts': code('Good day') });
  assert.equal((await galley('plugin', 'install', second)).code, 1, 'nothing is replaced unasked');
  assert.equal((await galley('plugin', 'install', second, '--force')).code, 0);
  assert.equal((await greeting()).version, '1.1.0');

  const breaks = code('Oh').replace(
    '});\n',
    "  site.hooks.addFilter('entries:presenting', () => { throw new Error('no shelf'); });\n});\n",
  );
  const third = packed('third.zip', { 'package.json': manifest('1.2.0'), 'index.ts': breaks });
  const refused = await galley('plugin', 'install', third, '--force');
  assert.equal(refused.code, 1, 'it fails when a page is made');
  assert.match(refused.err, /no shelf/);
  assert.equal((await greeting()).version, '1.1.0');

  assert.equal((await galley('plugin', 'rollback', 'greeting')).code, 0);
  assert.equal((await greeting()).version, '1.0.0');
  assert.equal((await galley('plugin', 'uninstall', 'greeting', '--deactivate', '--yes')).code, 0);
  assert.equal((await greeting()).status, 404);
});

test('a package that reaches outside of its folder, or has a wrong manifest, leaves nothing behind', async () => {
  const outside = packed('outside.zip', { 'package.json': manifest('1.0.0'), '../../escaped.ts': 'x' });
  const refused = await galley('plugin', 'install', outside);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /escaped\.ts|\.\./);
  const wrong = packed('wrong.zip', { 'package.json': '{"name":"Wrong Name","galley":{}}', 'index.ts': '' });
  const told = await galley('plugin', 'install', wrong);
  assert.equal(told.code, 1);
  assert.match(told.err, /name .*version|version/);
  const { out } = await galley('plugin', 'list', '--format=json');
  const names = (JSON.parse(out) as { name: string; origin: string }[]).filter(({ origin }) => origin === 'installed');
  assert.deepEqual(names, []);
});
