// Plugins that come over a wire: from a registry that is given out by a web server, and from npm.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { PLAINLY, type PluginShop, scratch, startPluginShop, writePlugin } from '../../../test/support/plugin-shop.ts';
import type { InstallOptions } from './plugin-changes.ts';
import { buildRegistry } from './registry-build.ts';
import { readSource } from './source.ts';
import { differenceOf, differenceWords } from './verify.ts';

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
    for (const [path, text] of Object.entries(content))
      writer.entry({ name: `package/${path}`, mtime: new Date(0) }, text);
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

const install = async (text: string, options: Partial<InstallOptions> = {}) => {
  assert.ok(shop);
  const wanted = { source: await readSource(text) };
  const outcomes = await shop.site.pluginChanges.install([wanted], { ...PLAINLY, ...options });
  await shop.look();
  return outcomes.map(({ name, version }) => `${name} ${version}`);
};
/** Makes it as if a plugin had been installed before digests of npm packages were kept. */
async function keepsNoDigests({ site }: PluginShop, name: string): Promise<void> {
  const entry = (await site.pluginChanges.lock.read())[name];
  assert.ok(entry?.packages);
  const packages = Object.entries(entry.packages).map(([path, { tree: _, ...kept }]) => [path, kept] as const);
  await site.pluginChanges.lock.change({ [name]: { ...entry, packages: Object.fromEntries(packages) } });
}

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

test('another machine gets the same npm packages, whatever came out since then', async () => {
  assert.ok(shop);
  const left = (version: string) => ({
    'package.json': JSON.stringify({ name: 'left', version, optionalDependencies: { elsewhere: '1.0.0' } }),
  });
  const nowhere = JSON.stringify({ name: 'elsewhere', version: '1.0.0', os: ['nowhere'] });
  await offer('elsewhere', { '1.0.0': { files: { 'package.json': nowhere } } });
  await offer('left', { '1.0.0': { files: left('1.0.0') }, '1.1.0': { files: left('1.1.0'), daysOld: 1 } });
  const needs = { name: 'crate', dependencies: { left: '^1.0.0' } };
  await install(await writePlugin(join(folder, 'packed'), needs));
  const entry = (await shop.site.pluginChanges.lock.read())['crate'];
  const { integrity, tree, ...kept } = entry?.packages?.['node_modules/left'] ?? {};
  assert.deepEqual(kept, { version: '1.0.0', optionalDependencies: { elsewhere: '1.0.0' } }, 'the younger one waits');
  for (const digest of [integrity, tree]) assert.match(digest ?? '', /^sha512-/);
  assert.equal(entry?.packages?.['node_modules/elsewhere']?.optional, true, 'also what this machine does without');

  await offer('left', { '1.0.0': { files: left('1.0.0') }, '1.2.0': { files: left('1.2.0') } });
  const other = await startPluginShop(join(folder, 'second'), {
    plugins: { npmRegistry: base },
    fetch: { privateHosts: ['127.0.0.1'] },
  });
  try {
    const source = await readSource(join(folder, 'packed/crate'));
    const [outcome] = await other.site.pluginChanges.install([{ source, locked: entry }], PLAINLY);
    assert.equal(outcome?.status, 'installed');
    const packages = join(other.contentDir, 'plugins/crate/node_modules');
    assert.deepEqual(JSON.parse(await readFile(join(packages, 'left/package.json'), 'utf8')).version, '1.0.0');
    assert.ok(!(await readdir(join(other.contentDir, 'plugins/crate'))).includes('package-lock.json'));
    assert.deepEqual(
      await other.site.pluginChanges.lock.read(),
      await shop.site.pluginChanges.lock.read().then(({ crate }) => ({ crate })),
    );
    await other.look();
    assert.equal(await differenceOf(other.site, 'crate'), undefined);
    const manifestOf = join(packages, 'left/package.json');
    const honest = await readFile(manifestOf, 'utf8');
    await writeFile(join(packages, 'left/index.js'), 'steal();');
    await rm(manifestOf);
    await mkdir(join(packages, '@new/one'), { recursive: true });
    for (const name of ['a.js', 'b.js']) await writeFile(join(packages, '@new/one', name), '');
    await mkdir(join(packages, 'elsewhere'));
    await writeFile(join(packages, 'elsewhere/index.js'), '');
    assert.deepEqual(await differenceOf(other.site, 'crate'), {
      changed: [],
      missing: ['node_modules/left/package.json'],
      added: ['node_modules/elsewhere', 'node_modules/left/index.js', 'node_modules/@new/one'],
      unknown: [],
    });
    await writeFile(manifestOf, `${honest} `);
    const { versions } = other.site.pluginChanges;
    const record = `${versions.path('crate', (await versions.current('crate')) ?? '')}.json`;
    assert.deepEqual((await differenceOf(other.site, 'crate'))?.changed, ['node_modules/left/package.json']);
    // Whoever changes the files can also change what stands beside them, but not what the lock file says.
    await writeFile(record, (await readFile(record, 'utf8')).replace(/"packageFiles".*?\}/, '"packageFiles":{}'));
    assert.deepEqual((await differenceOf(other.site, 'crate'))?.changed, ['node_modules/left']);
    await rm(join(packages, 'left'), { recursive: true });
    assert.deepEqual((await differenceOf(other.site, 'crate'))?.missing, ['node_modules/left']);
    await install(join(folder, 'packed/crate'));
    assert.deepEqual((await shop.site.pluginChanges.lock.read())['crate'], entry, 'the same files, the same packages');
    await keepsNoDigests(shop, 'crate');
    const old = await differenceOf(shop.site, 'crate');
    assert.deepEqual(old, { changed: [], missing: [], added: [], unknown: ['node_modules/left'] });
    assert.match(
      differenceWords(old, entry),
      /^no digest is kept for its npm packages \(1\)\. Put it .* again: galley plugin install folder:\S+crate --force$/,
    );
    await install(join(folder, 'packed/crate'), { replace: true, again: true });
    assert.equal(await differenceOf(shop.site, 'crate'), undefined);
    assert.deepEqual((await shop.site.pluginChanges.lock.read())['crate'], entry);

    const forged = { ...entry?.packages?.['node_modules/left'], version: '1.2.0' };
    const locked = entry && {
      ...entry,
      packages: { ...entry.packages, 'node_modules/left': { ...forged, version: '1.2.0' } },
    };
    await assert.rejects(
      other.site.pluginChanges.install([{ source, locked }], { ...PLAINLY, replace: true }),
      /integrity/i,
    );
  } finally {
    await other.stop();
  }
});

test("a plugin's own package-lock.json counts, unless it leads elsewhere or names what came out just now", async () => {
  const lock = (entry: object) => JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/left': entry } });
  const crate = (entry: object) =>
    writePlugin(join(folder, 'locked'), {
      name: 'casket',
      dependencies: { left: '^1.0.0' },
      files: { 'package-lock.json': lock(entry) },
    });
  const young = JSON.stringify({ name: 'left', version: '1.3.0' });
  const old = JSON.stringify({ name: 'left', version: '1.0.0' });
  await offer('left', {
    '1.0.0': { files: { 'package.json': old } },
    '1.3.0': { files: { 'package.json': young }, daysOld: 1 },
  });
  const document = JSON.parse(String(files.get('/left'))) as {
    versions: Record<string, { dist: { integrity: string } }>;
  };
  const at = (version: string) => ({ version, integrity: document.versions[version]?.dist.integrity });
  await assert.rejects(crate(at('1.3.0')).then(install), /"left" 1\.3\.0, which has been out for 24 hours/);
  for (const entry of [
    { ...at('1.0.0'), link: true },
    { version: '1.0.0', resolved: 'https://example.org/x.tgz' },
  ])
    await assert.rejects(crate(entry).then(install), /leads out of the npm registry/);
  assert.deepEqual(await install(await crate({ ...at('1.0.0'), resolved: 'http://127.0.0.1:1/x.tgz' })), [
    'casket 1.0.0',
  ]);
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
