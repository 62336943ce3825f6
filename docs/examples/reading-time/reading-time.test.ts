import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Entry, SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';

describe('Reading time', () => {
  let current: TestSite;
  let entry: Entry;

  before(async () => {
    current = await startTestSite({
      plugins: ['posts', 'blocks', 'reading-time'],
      pluginFolders: [dirname(import.meta.dirname)],
    });
    const words = `<p>${'word '.repeat(460)}</p>`;
    const block = '<!-- wp:reading-time/minutes {"prefix":"Takes <b>"} /-->';
    entry = await current.site.entries.save(
      { type: 'post', status: 'publish', title: 'Long', slug: 'long', content: `${block}${words}` },
      { viewer: SYSTEM },
    );
  });
  after(() => current.stop());

  const minutes = async (): Promise<unknown> =>
    (await current.inject({ url: `/reading-time/${entry.id}` })).json().minutes;

  test('it is set up', () => {
    assert.equal(current.site.plugins.get('reading-time')?.state, 'active');
  });

  test('a page that is kept changes when the speed does', async () => {
    assert.equal(await minutes(), 2);
    await current.site.options.set('reading_speed', 100);
    assert.equal(await minutes(), 5);
    await current.site.options.set('reading_speed', 230);
    assert.equal(await minutes(), 2);
  });

  test('the block prints the time and escapes what an author wrote', async () => {
    const [presented] = await current.site.entries.present([entry], { content: true });
    assert.match(presented?.content.value ?? '', /Takes &lt;b&gt; 2 min/);
  });

  test('an entry that is not there is 404', async () => {
    assert.equal((await current.inject({ url: '/reading-time/999999' })).statusCode, 404);
  });
});
