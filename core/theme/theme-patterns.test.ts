import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPattern, readPatterns } from './theme-patterns.ts';

const BLOCK = '<!-- wp:paragraph -->\n<p>Words</p>\n<!-- /wp:paragraph -->';

test('a pattern says in its first comment what it is called and where it belongs', () => {
  const source = `<!--\nTitle: Three facts\nCategory: Text\nKeywords: numbers\n-->\n${BLOCK}\n`;
  assert.deepEqual(readPattern('default/facts', source), {
    name: 'default/facts',
    title: 'Three facts',
    category: 'Text',
    keywords: 'numbers',
    content: BLOCK,
  });
});

test('a pattern without such a comment is called by its file, and its first block is no comment of that kind', () => {
  assert.deepEqual(readPattern('default/more-words', BLOCK), {
    name: 'default/more-words',
    title: 'more words',
    content: BLOCK,
  });
});

test('a pattern of the child stands for its parent’s of that name', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'galley-patterns-'));
  t.after(() => rm(root, { recursive: true }));
  const folders = ['child', 'parent'].map((name) => ({ name, directory: join(root, name) }));
  for (const { directory } of folders) await mkdir(join(directory, 'patterns'), { recursive: true });
  await writeFile(join(root, 'child/patterns/one.html'), 'child');
  await writeFile(join(root, 'parent/patterns/one.html'), 'parent');
  await writeFile(join(root, 'parent/patterns/two.html'), 'two');
  const found = await readPatterns(folders);
  assert.deepEqual(
    found.map(({ name, content }) => [name, content]),
    [
      ['child/one', 'child'],
      ['parent/two', 'two'],
    ],
  );
  assert.deepEqual(await readPatterns([{ name: 'none', directory: join(root, 'none') }]), []);
});
