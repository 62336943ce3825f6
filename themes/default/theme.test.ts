import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { startTestSite, type TestSite } from 'galley/testing';

let running: TestSite;

before(async () => {
  running = await startTestSite({ plugins: [] });
});
after(() => running.stop());

async function sizeOf(name: string): Promise<number> {
  const { asset } = await running.site.themes.active();
  const reply = await running.inject({ url: asset(name) });
  assert.equal(reply.statusCode, 200, name);
  return gzipSync(reply.rawPayload, { level: 9 }).length;
}

test('the checker finds nothing wrong, not even a warning', async () => {
  assert.deepEqual(await running.site.themes.check('default'), []);
});

test('what the first paint needs is at most 14 KB compressed, with all scripts at most 60 KB', async () => {
  const critical = (await sizeOf('css/main.css')) + (await sizeOf('tokens.css'));
  assert.ok(critical <= 14 * 1024, `${critical} bytes`);
  const all = critical + (await sizeOf('js/main.js'));
  assert.ok(all <= 60 * 1024, `${all} bytes`);
});

test('every variation can be chosen, and its tokens are served', async () => {
  const { site, inject } = running;
  const { theme } = await site.themes.active();
  for (const variation of Object.keys(theme.manifest.variations)) {
    await site.themes.configure('default', { variation });
    const { asset } = await site.themes.active();
    const { body } = await inject({ url: asset('tokens.css') });
    const paper = theme.manifest.variations[variation]?.tokens?.['color']?.['paper'];
    assert.ok(typeof paper === 'object' && body.includes(paper.light) && body.includes(paper.dark), variation);
  }
});
