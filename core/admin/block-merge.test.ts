import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareBlocks, joinParts, restoreBlock, splitBlocks, wordsOf } from './block-diff.ts';
import { mergeBlocks } from './block-merge.ts';

const p = (text: string): string => `<!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph -->`;
const doc = (...texts: string[]): string => texts.map(p).join('\n\n');
const plain = (base: string, theirs: string, mine: string): string =>
  joinParts(mergeBlocks(base, theirs, mine).map((part) => (part.kind === 'settled' ? part.text : '<<conflict>>')));

test('the parts of a text joined are the text, to the byte', () => {
  for (const text of ['', 'a', 'a\n\nb\r\n', doc('a', 'b'), `x\n${doc('a')}\n\ny\nz`, `\n\n${doc('a', 'b')}\n`])
    assert.equal(splitBlocks(text).join(''), text);
});

test('what only one side changed is taken, wherever it stands', () => {
  assert.equal(plain(doc('a', 'b', 'c'), doc('A', 'b', 'c'), doc('a', 'b', 'C')), doc('A', 'b', 'C'));
  assert.equal(plain(doc('a', 'b'), doc('a', 'b', 'new'), doc('mine', 'b')), doc('mine', 'b', 'new'));
  assert.equal(plain(doc('a', 'b', 'c'), doc('a', 'c'), doc('a', 'b', 'C')), doc('a', 'C'));
  assert.equal(plain(doc('a', 'b'), doc('a', 'b', 'T'), doc('a', 'B')), doc('a', 'B', 'T'));
  assert.equal(plain(doc('a', 'b', 'c', 'd'), doc('a', 'c', 'd'), doc('a', 'b', 'c', 'D')), doc('a', 'c', 'D'));
  assert.equal(plain('one\ntwo\nthree', 'ONE\ntwo\nthree', 'one\ntwo\nTHREE'), 'ONE\ntwo\nTHREE');
});

test('both changed the same way is no conflict, both changed differently is one for each block', () => {
  assert.equal(plain(doc('a', 'b'), doc('x', 'b'), doc('x', 'b')), doc('x', 'b'));
  const parts = mergeBlocks(doc('a', 'b', 'c'), doc('a1', 'b1', 'c'), doc('a2', 'b2', 'c'));
  assert.deepEqual(
    parts.map(({ kind }) => kind),
    ['conflict', 'conflict', 'settled'],
  );
});

test('every word of both sides is in the result or in a conflict, whatever they did', () => {
  const words = ['a', 'b', 'c', 'd'];
  const changes = (side: string): string[][] => [
    words,
    [`${side}1`, 'b', 'c', 'd'],
    ['a', 'b', 'c', `${side}4`],
    ['a', 'b', `${side}+`, 'c', 'd'],
    ['b', 'c', 'd'],
    ['a', 'd'],
    [`${side}1`, `${side}2`, `${side}3`, `${side}4`],
    [],
    ['a', 'b', 'c', 'd', `${side}5`, `${side}6`],
  ];
  for (const theirs of changes('t')) {
    for (const mine of changes('m')) {
      const parts = mergeBlocks(doc(...words), doc(...theirs), doc(...mine));
      const all = parts.map((part) => (part.kind === 'settled' ? part.text : part.theirs + part.mine)).join('\n');
      for (const word of [...theirs, ...mine].filter((text) => /^[tm]/.test(text)))
        assert.ok(all.includes(`<p>${word}</p>`), `${word} of ${theirs} and ${mine} is lost`);
    }
  }
});

test('a comparison tells which blocks changed, and their words', () => {
  const rows = compareBlocks(doc('old words here', 'same', 'gone'), doc('new words here', 'same', 'x', 'more'));
  assert.deepEqual(
    rows.map(({ kind, name }) => `${kind} ${name}`),
    ['changed paragraph', 'same paragraph', 'changed paragraph', 'added paragraph'],
  );
  assert.deepEqual(rows[0]?.before, [
    { kind: 'removed', text: 'old ' },
    { kind: 'same', text: 'words here' },
  ]);
  const [set] = compareBlocks(
    '<!-- wp:heading -->\n<h2>A</h2>\n<!-- /wp:heading -->',
    '<!-- wp:heading {"level":3} -->\n<h3>A</h3>\n<!-- /wp:heading -->',
  );
  assert.equal(set?.isSource, true);
  const [turned] = compareBlocks(doc('A line'), '<!-- wp:heading -->\n<h2>A line</h2>\n<!-- /wp:heading -->');
  const sides = [turned?.formerName, turned?.name, turned?.isSource];
  assert.deepEqual(sides, ['paragraph', 'heading', false], 'each side has the kind that it is');
  const cells = '<table><tbody><tr><td>1843</td><td>7</td></tr><tr><td>1844</td>\n<td>8</td></tr></tbody></table>';
  assert.match(wordsOf(cells), /^1843 · 7\s+1844 ·\s+8$/, 'cells do not run together');
});

test('one block comes back as it was, and nothing else changes', () => {
  const [before, after] = [doc('a', 'b', 'c'), doc('a', 'B', 'c', 'new')];
  const rows = compareBlocks(before, after);
  const of = (kind: string): number => rows.find((row) => row.kind === kind)?.index ?? -1;
  assert.equal(restoreBlock(before, after, of('changed')), doc('a', 'b', 'c', 'new'));
  assert.equal(restoreBlock(before, after, of('added')).trimEnd(), doc('a', 'B', 'c'));
  const shorter = compareBlocks(before, doc('a', 'c'));
  assert.equal(
    restoreBlock(before, doc('a', 'c'), shorter.find(({ kind }) => kind === 'removed')?.index ?? -1),
    before,
  );
  assert.equal(restoreBlock('one\n\ntwo\n\nthree', 'one\n\nTWO\n\nthree', 1), 'one\n\ntwo\n\nthree');
});
