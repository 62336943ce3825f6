// Plugins that come over a wire: from a registry that is given out by a web server, and from npm.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { PLAINLY, type PluginShop, scratch, startPluginShop, writePlugin } from '../../../test/support/plugin-shop.ts';
import { buildRegistry } from './registry-build.ts';
import { readSource } from './source.ts';

let folder = '';
let server: Server;
let shop: PluginShop | undefined;
let base = '';
const files = new Map<string, Buffer>();

/** Gives an npm package out as a registry does. */
async function offer(
  name: string,
  versions: Record<string, { files: Record<string, string>; daysOld?: number }>,
): Promise<void> {
  const document = {
    name,
    'dist-tags': {} as Record<string, string>,
    versions: {} as Record<string, object>,
    time: {} as Record<string, string>,
  };
  for (const [version, { files: content, daysOld = 30 }] of Object.entries(versions)) {
    const writer = pack();
    for (const [path, text] of Object.entries(content)) writer.entry({ name: `package/${path}` }, text);
    writer.finalize();
    const bytes = gzipSync(await buffer(writer as AsyncIterable<unknown> as AsyncIterable<Buffer>));
    files.set(`/${name}/-/${version}.tgz`, bytes);
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    const manifest = JSON.parse(content['package.json'] ?? '{}') as object;
    document.versions[version] = { ...manifest, dist: { tarball: `${base}/${name}/-/${version}.tgz`, integrity } };
    document.time[version] = new Date(Date.now() - daysOld * 86_400_000).toISOString();
    document['dist-tags']['latest'] = version;
  }
  files.set(`/${name}`, Buffer.from(JSON.stringify(document)));
}

before(async () => {
  folder = await scratch();
  server = createServer(async ({ url = '' }, response) => {
    const path = decodeURIComponent(url.split('?')[0] ?? '');
    const bytes = files.get(path) ?? (await readFile(join(folder, 'registry', path)).catch(() => undefined));
    response.writeHead(bytes ? 200 : 404, { 'content-type': 'application/octet-stream' }).end(bytes);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  shop = await startPluginShop(join(folder, 'content'), {
    plugins: { registry: base, npmRegistry: base },
    fetch: { privateHosts: ['127.0.0.1'] },
  });
});
after(async () => {
  server.close();
  server.closeAllConnections();
  await shop?.stop();
  await rm(folder, { recursive: true, force: true });
});

const install = async (text: string) => {
  assert.ok(shop);
  const outcomes = await shop.site.pluginChanges.install([{ source: await readSource(text) }], PLAINLY);
  await shop.look();
  return outcomes.map(({ name, version }) => `${name} ${version}`);
};
const manifest = (version: string, more: object = {}) =>
  JSON.stringify({ name: 'parcel', version, type: 'module', galley: { title: 'Parcel' }, ...more });

test('a registry on a web server is read with limits; a young release waits', async () => {
  await writePlugin(join(folder, 'source'), { name: 'fresh' });
  await buildRegistry({ folder: join(folder, 'source'), out: join(folder, 'registry') });
  await assert.rejects(install('fresh'), /it has been out for 0 hours.*asks for 72/);
  const file = join(folder, 'registry/plugins/fresh.json');
  const publication = JSON.parse(await readFile(file, 'utf8'));
  publication.releases[0].released = '2026-01-01T00:00:00Z';
  files.set('/plugins/fresh.json', Buffer.from(JSON.stringify(publication)));
  assert.deepEqual(await install('fresh'), ['fresh 1.0.0']);
  await assert.rejects(install('absent'), /registry has no plugin "absent"/);
  publication.releases[0] = { ...publication.releases[0], size: 10 };
  files.set('/plugins/other.json', Buffer.from(JSON.stringify({ ...publication, name: 'other' })));
  await assert.rejects(install('other'), /has more than 10 bytes|sends more than 10 bytes/);
});

test('a plugin comes from npm in the newest version that is old enough, and its packages without their scripts', async () => {
  const canary = join(folder, 'canary');
  const scripts = { preinstall: `touch ${canary}`, install: `touch ${canary}`, postinstall: `touch ${canary}` };
  await offer('left', {
    '1.0.0': {
      files: {
        'package.json': JSON.stringify({ name: 'left', version: '1.0.0', scripts }),
        'index.js': 'module.exports = 1;',
      },
    },
  });
  const needs = { dependencies: { left: '^1.0.0' }, peerDependencies: { galley: '*' }, scripts };
  await offer('galley-parcel', {
    '1.0.0': { files: { 'package.json': manifest('1.0.0', needs), 'index.ts': '' } },
    '1.1.0': { files: { 'package.json': manifest('1.1.0'), 'index.ts': '' }, daysOld: 1 },
  });
  assert.deepEqual(await install('npm:galley-parcel'), ['parcel 1.0.0']);
  assert.ok(shop);
  assert.ok((await readdir(join(shop.contentDir, 'plugins/parcel/node_modules'))).includes('left'));
  assert.ok(!(await readdir(folder)).includes('canary'), 'no script ran');
  assert.equal((await shop.site.pluginChanges.lock.read())['parcel']?.source, 'npm:galley-parcel');
});

test('what npm announced must be what comes, and a plugin may need nothing from elsewhere', async () => {
  await offer('galley-bent', { '1.0.0': { files: { 'package.json': manifest('1.0.0'), 'index.ts': '' } } });
  const archive = files.get('/galley-bent/-/1.0.0.tgz') ?? Buffer.alloc(0);
  files.set('/galley-bent/-/1.0.0.tgz', gzipSync(archive));
  await assert.rejects(install('npm:galley-bent'), /digest differs/);
  await assert.rejects(install('npm:galley-none'), /npm has no package "galley-none"/);
  for (const range of [
    'file:../../etc',
    'git+https://example.org/a.git',
    'user/repository',
    'https://example.org/a.tgz',
  ]) {
    const from = await writePlugin(join(folder, 'elsewhere'), { name: 'elsewhere', dependencies: { left: range } });
    await assert.rejects(install(from), /only versions from the npm registry/, range);
  }
  const from = await writePlugin(join(folder, 'elsewhere'), { name: 'elsewhere', dependencies: { galley: '*' } });
  await assert.rejects(install(from), /peerDependencies/, 'nobody brings another Galley');
});
