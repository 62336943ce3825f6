import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Messages } from '../lib/i18n.ts';
import { patternTexts, translateBlocks } from './pattern-texts.ts';
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

test('the texts between the tags of a pattern are translated, and nothing else changes', () => {
  const content =
    '<!-- wp:list {"a":"Words"} -->\n<ul class="Words"><li>\n  Words &amp; signs <b>here</b></li></ul>\n<!-- /wp:list -->';
  const pattern = { title: 'A list', keywords: 'words', content };
  assert.deepEqual(patternTexts(pattern), ['A list', 'words', 'Words & signs', 'here']);
  const german = new Messages('de', [{ 'Words & signs': 'Wörter & <Zeichen>', Words: 'falsch' }]);
  assert.equal(translateBlocks(content, german), content.replace('Words &amp; signs', 'Wörter &amp; &lt;Zeichen&gt;'));
  assert.equal(translateBlocks(content, new Messages('en', [])), content);
});
