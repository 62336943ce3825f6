import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HtmlContext } from './html-context.ts';
import type { HtmlTag } from './html-place.ts';

function read(html: string): HtmlContext {
  const context = new HtmlContext();
  context.feed(html);
  return context;
}

test('the place in the document is known after any piece of HTML', () => {
  const cases: [string, string][] = [
    ['', 'text'],
    ['a < b', 'text'],
    ['<', 'tag-open'],
    ['<a', 'tag-name'],
    ['<a ', 'tag'],
    ['<a hr', 'attribute-name'],
    ['<a href ', 'after-name'],
    ['<a href=', 'before-value'],
    ['<a href= "', 'value-double'],
    ["<a href='", 'value-single'],
    ['<a href=x', 'value-unquoted'],
    ['<a href="x"', 'tag'],
    ['<a href="x">', 'text'],
    ['</a', 'tag-name'],
    ['</a>', 'text'],
    ['<!doctype html>', 'text'],
    ['<!-- <a href="', 'comment'],
    ['<!-- x -->', 'text'],
    ['<?php ', 'bogus'],
    ['</ x', 'bogus'],
    ['<title>', 'rcdata'],
    ['<title>a</title>', 'text'],
    ['<script>', 'raw'],
    ['<script>a</b>', 'raw'],
    ['<script>if(a<b)</script >', 'text'],
    ['<style>a{}</STYLE>', 'text'],
    ['<script></scripty>', 'raw'],
    ['<br/>', 'text'],
    ['<img alt>', 'text'],
    ['<a b=c/d', 'value-unquoted'],
    ['<script><</script>', 'text'],
    ['<plaintext></plaintext>', 'raw'],
  ];
  for (const [html, mode] of cases) assert.equal(read(html).mode, mode, html);
});

test('the same text in pieces gives the same place', () => {
  const html =
    '<!doctype html><a href="x" title=\'y\' hidden>t</a><!-- c --><script type="application/json">{"a":1}</script><p';
  const whole = read(html);
  const pieces = new HtmlContext();
  for (const character of html) pieces.feed(character);
  assert.deepEqual([pieces.mode, pieces.element], [whole.mode, whole.element]);
});

test('tags are told with their attributes', () => {
  const tags: HtmlTag[] = [];
  new HtmlContext((tag) => tags.push(tag)).feed('<IMG SRC=a.png alt="" hidden><p class=\'a b\'>');
  assert.deepEqual(
    tags.map((tag) => [tag.element, Object.fromEntries(tag.attributes)]),
    [
      ['img', { src: 'a.png', alt: '', hidden: '' }],
      ['p', { class: 'a b' }],
    ],
  );
});

test('the start of a URL is decided once nothing can change where it leads', () => {
  const cases: [string, string][] = [
    ['', 'start'],
    ['java', 'open'],
    ['/', 'open'],
    ['//', 'open'],
    ['//evil', 'open'],
    ['/a', 'fixed'],
    ['#', 'fixed'],
    ['?', 'fixed'],
    ['https:', 'open'],
    ['https://x', 'open'],
    ['https://x.org/', 'fixed'],
    ['./', 'fixed'],
    ['mailto:', 'fixed'],
    ['/\\', 'open'],
    ['javascript:', 'open'],
  ];
  for (const [text, state] of cases) assert.equal(read(`<a href="${text}`).url, state, text);
});

test('two ways that end at different places cannot be joined', () => {
  assert.equal(read('<a href="').join(read('<a ')), false);
  assert.equal(read('<a href="').join(read('<a title="')), false);
  assert.equal(read('<a>').join(read('<b>')), true, 'which tag was last does not matter in text');
  const joined = read('<a hidden');
  assert.equal(joined.join(read('<a ')), true);
  assert.throws(() => joined.feed('x="'), /blank/);
});

test('CDATA and tags in text-only elements are refused, because parsers disagree on them', () => {
  assert.throws(() => read('<svg><![CDATA[>'), /CDATA/);
  assert.throws(() => read('<title><a href="'), /text only/);
});
