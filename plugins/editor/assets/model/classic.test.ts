import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classicPieces, readPiece, writeLoose } from './classic.ts';

const pieces = (text: string): string[] => classicPieces(text).map((piece) => piece.text);

test('a text is parted at blank lines and at elements that stand between paragraphs', () => {
  assert.deepEqual(
    pieces('\nOne <b>bold</b>\nline\n \n\nTwo\n<h2>Three</h2>Four\n<hr />\n<ul>\n<li>a\n\nb</li>\n</ul>\n'),
    ['One <b>bold</b>\nline', 'Two', '<h2>Three</h2>', 'Four', '<hr />', '<ul>\n<li>a\n\nb</li>\n</ul>'],
  );
});

test('nothing but blanks lies between the pieces', () => {
  const text = ' a </p>\n\n<div>b\n\n<p>c</div> d <!-- x\n\ny --> <pre>\n\n<p></pre> <ul><li>e';
  let from = 0;
  for (const { text: own, start, end } of classicPieces(text)) {
    assert.equal(text.slice(from, start).trim(), '');
    assert.equal(text.slice(start, end), own);
    from = end;
  }
  assert.equal(text.slice(from).trim(), '');
});

test('an element or a comment that reaches over a blank line keeps its lines together', () => {
  assert.deepEqual(pieces('One <b>two\n\nthree</b> four\n\nfive'), ['One <b>two\n\nthree</b> four\n\nfive']);
  assert.deepEqual(pieces('<!-- a\n\nb -->'), ['<!-- a\n\nb -->']);
});

test('a piece is read as readers see it: line ends break lines, blank lines in a quote part paragraphs', () => {
  assert.deepEqual(readPiece('a\nb<br />\nc', true), {
    block: 'core/paragraph',
    html: '<p>a<br>b<br />c</p>',
    isLoose: true,
  });
  assert.equal(readPiece('<blockquote>a\n\nb</blockquote>', true)?.html, '<blockquote><p>a</p><p>b</p></blockquote>');
  assert.equal(readPiece('<ul>\n<li>a\nb</li>\n</ul>', true)?.html, '<ul>\n<li>a<br>b</li>\n</ul>');
  assert.equal(readPiece('<p>a\nb</p>', false)?.html, '<p>a\nb</p>');
});

test('what no view could show in the same way is not read: shortcodes, addresses, forms, unfinished elements', () => {
  for (const text of ['[gallery ids="1"]', 'https://example.org/x', '<!--more-->', '<form></form>', '<p>a', 'a</b>'])
    assert.equal(readPiece(text, true), undefined, text);
  assert.equal(readPiece('<ul><li>a\n\nb</li></ul>', true), undefined);
  assert.equal(readPiece('loose among blocks', false), undefined);
});

test('a single break is written as the end of a line, several as breaks that no paragraph comes of', () => {
  assert.equal(writeLoose('a<br>b<br><br>c'), 'a\nb<br />\n<br />\nc');
});
