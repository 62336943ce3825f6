import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { after, before, test } from 'node:test';
import { SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';

let current: TestSite;
before(async () => {
  current = await startTestSite({
    plugins: ['posts', 'blocks', 'search', 'tag-search'],
    pluginFolders: [dirname(import.meta.dirname)],
  });
  const save = (title: string, tags: string[], status: 'publish' | 'draft' = 'publish') =>
    current.site.entries.save({ type: 'post', status, title, terms: { post_tag: tags } }, { viewer: SYSTEM });
  await save('Roses', ['garden']);
  await save('Secret roses', ['garden'], 'draft');
  await save('The garden of words', []);
});
after(() => current.stop());

const results = async (words: string): Promise<string> =>
  (await current.inject({ url: `/?s=${encodeURIComponent(words)}` })).body;

test('a tag finds what has it, and nothing that a visitor may not see', async () => {
  const html = await results('#garden');
  assert.match(html, /Roses/);
  assert.doesNotMatch(html, /Secret|of words/);
});

test('other words are searched as before', async () => {
  const html = await results('words');
  assert.match(html, /garden of/);
  assert.doesNotMatch(html, /Roses/);
});

test('a tag that nobody uses finds nothing', async () => {
  assert.doesNotMatch(await results('#nothing'), /Roses|of words/);
});
