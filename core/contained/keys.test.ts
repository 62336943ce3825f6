// Keys of services that contained plugins work with and never see: over real HTTP, in each engine and in the site itself.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Browser } from '../../test/support/browser.ts';
import { writePlugins } from '../../test/support/contained-plugins.ts';
import { SYSTEM } from '../identity/viewer.ts';
import { attach } from '../kernel/module.ts';
import { parseManifest } from '../kernel/plugin-manifest.ts';
import { loadConfig } from '../services/config.ts';
import { createFetch } from '../services/fetch.ts';
import { startTestSite, type TestSite } from '../testing.ts';

const KEY = 'sk-canary/0123456789+wxyz';
const HOST = 'api.maps.example';
const OTHER = 'files.maps.example';

const ASKER = {
  name: 'asker',
  capabilities: [`key:${HOST}`, `fetch:${HOST}`, `fetch:${OTHER}`],
  contained: {
    keys: { maps: { label: 'Key of the map', host: HOST, url: 'https://maps.example/keys' } },
    routes: { ask: { path: '/ask', access: 'public', query: { url: { type: 'string' }, value: { type: 'string' } } } },
  },
  handlers: `routes: { ask: async ({ query }, galley) => {
    try {
      return { json: await galley.fetch(query.url, { headers: { authorization: query.value, 'x-api-key': query.value } }) };
    } catch (error) { return { json: { refused: String(error.message ?? error) } }; }
  } }`,
};

const service = createServer((request, reply) => {
  if (request.url === '/away') reply.writeHead(302, { location: `http://${OTHER}:${port()}/echo` }).end();
  else if (request.url === '/here') reply.writeHead(302, { location: '/echo' }).end();
  else {
    got.push(request.headers['x-api-key']);
    const said = String(request.headers['x-api-key']);
    reply.setHeader('etag', `"${said}"`);
    reply.end(JSON.stringify({ said, address: `/x?key=${encodeURIComponent(said)}` }));
  }
});
const got: unknown[] = [];
const port = (): number => (service.address() as AddressInfo).port;
const contentDir = mkdtempSync(join(tmpdir(), 'galley-keys-'));
writePlugins([ASKER], join(contentDir, 'plugins'));
await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
after(() => {
  service.close();
  rmSync(contentDir, { recursive: true, force: true });
});

/** A site whose way out ends at the service of this test, whatever the host is called. */
async function start(tier: 'contained' | 'trusted'): Promise<TestSite> {
  const started = await startTestSite({ contentDir, plugins: ['posts', 'dashboard', 'asker'], tiers: { asker: tier } });
  const { site } = started;
  const fetch = { ...site.config.fetch, privateHosts: [HOST, OTHER] };
  const way = createFetch({ ...site.config, fetch }, { resolve: async () => ['127.0.0.1'] });
  attach(site, 'fetch', (url, options) => way.fetch(url, { ...options, allowHttp: true, allowPrivate: true }));
  return started;
}

const WAYS = [
  { tier: 'contained', engine: 'isolated-vm' },
  { tier: 'contained', engine: 'quickjs' },
  { tier: 'trusted', engine: 'auto' },
] as const;

for (const { tier, engine } of WAYS) {
  describe(`Keys of contained plugins (${tier}, ${engine})`, () => {
    let current: TestSite;
    const ask = async (path: string, value: string, host = HOST): Promise<Record<string, string>> => {
      const url = encodeURIComponent(`http://${host}:${port()}${path}`);
      const { body } = await current.inject({
        url: `/plugins/asker/ask?url=${url}&value=${encodeURIComponent(value)}`,
      });
      assert.ok(!body.includes('canary'), body);
      return JSON.parse(body) as Record<string, string>;
    };
    after(() => current?.stop());

    test('a key goes into headers of requests to its host, and the plugin sees none of it', async () => {
      current = await start(tier);
      current.site.contained.engine = engine;
      const keys = current.site.serviceKeys.ownedBy('asker');
      await keys.set('asker.maps', '', SYSTEM);
      assert.match((await ask('/echo', 'Bearer {key:maps}'))['refused'] ?? '', /The key "maps" is missing/);
      await keys.set('asker.maps', KEY, SYSTEM);
      const { text = '', headers } = await ask('/echo', 'Bearer {key:maps}');
      assert.equal(got.at(-1), `Bearer ${KEY}`);
      assert.deepEqual(JSON.parse(text), { said: 'Bearer [key]', address: '/x?key=Bearer%20[key]' });
      assert.deepEqual((headers as unknown as Record<string, string>)['etag'], '"Bearer [key]"');
    });

    test('it goes nowhere else, by no name and by no redirect', async () => {
      const before = got.length;
      assert.match(
        (await ask('/echo', '{key:maps}', OTHER))['refused'] ?? '',
        /goes to api\.maps\.example and nowhere/,
      );
      assert.match((await ask('/echo', '{key:constructor}'))['refused'] ?? '', /declares no key "constructor"/);
      assert.match((await ask('/away', '{key:maps}'))['refused'] ?? '', /does not follow to files\.maps\.example/);
      assert.equal(got.length, before);
      assert.match((await ask('/here', '{key:maps}'))['text'] ?? '', /\[key\]/);
      assert.equal((await ask('/away', 'none'))['status'], 200, 'without a key it follows as before');
    });
  });
}

test('whoever installs it reads where a key goes, and a declaration without that is refused', async () => {
  const { site, loginAs, stop, ...rest } = await start('contained');
  try {
    const person = new Browser(() => ({ site, loginAs, stop, ...rest }), (await loginAs('administrator')).cookie);
    assert.match((await person.get('/admin/plugins/asker')).text, /Send a key that you enter to api\.maps\.example/);
    const form = await person.get('/admin/settings/keys');
    assert.match(form.text, /Used by The asker It is sent to api\.maps\.example and nowhere else\./);
    const stored = await person.submit(form, 'Store it : Key of the map', { 'asker.maps': KEY });
    assert.match(stored.text, /One is stored\. It ends in wxyz\./);
    // A later version that sends it elsewhere finds none: it has to be entered for that host.
    const keys = site.serviceKeys.ownedBy('asker');
    keys.removeOwner('asker');
    site.options.removeOwner('asker');
    keys.define('asker.maps', { label: 'Key', host: 'elsewhere.example' });
    assert.equal(await keys.get('asker.maps'), undefined);
    assert.throws(() => keys.define('other.maps', { label: 'Key' }), { code: 'GALLEY_OPTION_INVALID' });
  } finally {
    await stop();
  }
});

test('the machine can give it too, by its name', async () => {
  const env = { GALLEY_ENV: 'test', GALLEY_SERVICE_KEYS: 'asker.maps=from-the-machine,mailer=other' };
  const { services } = await loadConfig({ root: join(import.meta.dirname, '..', '..'), env });
  assert.deepEqual(services.keys, ['asker.maps=from-the-machine', 'mailer=other']);
  const started = await startTestSite({ plugins: ['posts'], config: { services } });
  const own = started.site.serviceKeys.ownedBy('asker');
  own.define('asker.maps', { label: 'Key', host: HOST });
  assert.equal(await own.get('asker.maps'), 'from-the-machine');
  await started.stop();
});

test('a plugin that declares a key has to ask for sending it, to one host by name', async () => {
  const manifest = (capabilities: string[], host: string) => () =>
    parseManifest(
      {
        name: 'x',
        version: '1.0.0',
        galley: { title: 'X', capabilities, contained: { keys: { a: { label: 'A', host } } } },
      },
      '/x',
    );
  assert.throws(manifest(['key:*.maps.example'], HOST), /capabilities/);
  assert.throws(manifest([`key:${HOST}`], '*.maps.example'), /host/);
  assert.equal(manifest([`key:${HOST}`], HOST)().contained?.keys['a']?.host, HOST);
  const folder = writePlugins([{ ...ASKER, name: 'greedy', capabilities: [`fetch:${HOST}`] }]);
  const { site, stop } = await startTestSite({ plugins: ['posts', 'greedy'], pluginFolders: [folder] });
  assert.match(site.plugins.get('greedy')?.reason ?? '', /does not ask for the capability "key:api\.maps\.example"/);
  await stop();
  rmSync(folder, { recursive: true, force: true });
});
