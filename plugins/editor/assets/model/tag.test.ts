import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuMs } from '../../../../test/support/cpu-time.ts';
import {
  attributesOf,
  changeClasses,
  findTag,
  readAttribute,
  renameAttributes,
  renameTag,
  writeAttribute,
} from './tag.ts';

test('an attribute is set, changed and taken away, and the others keep their bytes', () => {
  const html = `\n<p  class='a'\tdata-x=1 hidden>`;
  assert.equal(writeAttribute(html, undefined, 'id', 'top'), `\n<p  class='a'\tdata-x=1 hidden id="top">`);
  assert.equal(writeAttribute(html, undefined, 'data-x', '2'), `\n<p  class='a' data-x="2" hidden>`);
  assert.equal(writeAttribute(html, undefined, 'class', undefined), '\n<p\tdata-x=1 hidden>');
  assert.equal(
    writeAttribute('<img src="a"/>', ['img'], 'alt', 'x > "y"'),
    '<img src="a" alt="x &gt; &quot;y&quot;"/>',
  );
});

test('a value may hold what looks like a tag or like an attribute', () => {
  const html = '<img alt="a > b class=no" src="x">';
  assert.deepEqual(attributesOf(findTag(html) ?? { inside: '' }), [
    ['alt', 'a > b class=no'],
    ['src', 'x'],
  ]);
  assert.equal(readAttribute(html, ['img'], 'class'), undefined);
});

test('classes change in place, and a tag without classes has no such attribute', () => {
  const remove = (name: string): boolean => name === 'a';
  assert.equal(changeClasses('<p class="a b">', { remove, add: ['c'] }), '<p class="b c">');
  assert.equal(changeClasses('<p class="a">', { remove }), '<p>');
  assert.equal(changeClasses('<p>', { add: ['x'] }), '<p class="x">');
  assert.equal(changeClasses('<p  class = "b">', { add: ['b'] }), '<p  class = "b">');
});

test('an element gets another name at both ends', () => {
  assert.deepEqual(renameTag('\n<h2 id="x">', '</h2>\n', 'h3'), { head: '\n<h3 id="x">', tail: '</h3>\n' });
});

test('an attribute is renamed in tags only: not in words, not in values', () => {
  const html = 'style="1" <p style="a" title="style=b" STYLE=c> style <b>style</b>';
  const renamed = 'style="1" <p data-s="a" title="style=b" data-s=c> style <b>style</b>';
  assert.equal(renameAttributes(html, 'style', 'data-s'), renamed);
});

test('tags of any shape are read in time that grows with their length', () => {
  const from = cpuMs();
  for (const text of ['<p '.repeat(20_000), `<p ${'a="'.repeat(20_000)}`, `<p${' x'.repeat(50_000)}`]) findTag(text);
  assert.ok(cpuMs() - from < 2000);
});
