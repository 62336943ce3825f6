import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { writePlugins } from '../../test/support/contained-plugins.ts';
import { startTestSite, type TestSite } from '../testing.ts';

let current: TestSite;
const folder = writePlugins([
  {
    name: 'drawer',
    capabilities: ['frames'],
    contained: {
      frames: { map: { script: 'map.js', style: 'map.css' } },
      panels: { map: { title: 'Map', capability: 'edit_others_posts' } },
    },
    handlers: `panels: { map: () => ({ blocks: [
      { kind: 'tabs', tabs: [{ label: 'A', blocks: [
        { kind: 'frame', name: 'map', title: 'A <map>', text: 'Where all is.', data: { text: '</script><b>' } }] }] },
      { kind: 'frame', name: 'other', title: 'Not there' },
      { kind: 'frame', name: 'map' },
    ] }) }`,
    files: { 'map.js': 'galley.onData(() => {});\r\n', 'map.css': 'p { color: red }' },
  },
]);

before(async () => {
  current = await startTestSite({ plugins: ['posts', 'dashboard', 'drawer'], pluginFolders: [folder] });
});
after(async () => {
  await current.stop();
  rmSync(folder, { recursive: true, force: true });
});

const get = async (url: string, role: string) =>
  current.inject({ url, headers: { cookie: (await current.loginAs(role)).cookie } });

test('a panel shows its frames in a sandbox, and lets no other document stand there', async () => {
  const { body, headers } = await get('/admin/plugin/drawer/map', 'editor');
  const [frame = ''] = /<iframe[^>]*>/.exec(body) ?? [];
  assert.match(frame, /sandbox="allow-scripts" src="\/admin\/plugin-frames\/drawer\/map" title="A &lt;map&gt;"/);
  assert.equal(body.match(/<iframe/g)?.length, 1, 'neither one that is not declared nor one without a title');
  assert.match(body, /Where all is\./);
  assert.match(body, /id="data-frames">\[\{"id":"panel-0-0-0","data":\{"text":"\\u003c/);
  assert.match(
    String(headers['content-security-policy']),
    /frame-src https?:\/\/[^ ]+\/admin\/plugin-frames\/drawer\/$/,
  );
  const [fault] = current.site.plugins.get('drawer')?.faults ?? [];
  assert.match(fault?.message ?? '', /declares no frame "other"/);
});

test('its document runs its own script alone, without a network, in an origin of its own', async () => {
  const { statusCode, headers, body } = await get('/admin/plugin-frames/drawer/map', 'editor');
  assert.equal(statusCode, 200);
  const policy = String(headers['content-security-policy']);
  assert.match(policy, /^default-src 'none'; script-src 'sha256-\S+'; style-src 'sha256-\S+';/);
  assert.match(policy, /frame-ancestors 'self';.* sandbox allow-scripts$/);
  assert.doesNotMatch(policy, /unsafe|https?:/);
  assert.equal(headers['x-frame-options'], 'SAMEORIGIN');
  assert.match(body, /\ngalley\.onData\(\(\) => \{\}\);\n<\/script>/);
  assert.match(body, /p \{ color: red \}<\/style>/);
});

test('who may open no panel of the plugin gets no frame of it', async () => {
  assert.equal((await get('/admin/plugin-frames/drawer/map', 'author')).statusCode, 403);
  assert.equal((await get('/admin/plugin-frames/drawer/none', 'editor')).statusCode, 404);
  assert.equal((await current.inject({ url: '/admin/plugin-frames/drawer/map' })).statusCode, 303);
});
