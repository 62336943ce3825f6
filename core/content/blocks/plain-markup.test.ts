import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readPlainMarkup } from './plain-markup.ts';
import { textOf } from './text.ts';

const isPlain = (html: string): boolean =>
  readPlainMarkup(html, (name) => name === 'script', { text: () => undefined, tag: () => undefined });

const PIECES = [
  ...['<p>', '</p>', '<p class="a" id="b">', '<P>', '<br/>', '<br />', '<h2 class="x y">', '</h2>', '<em>', '</em >'],
  ...['<!-- wp:paragraph {"a":1} -->', '<!---->', '<!-->', '<!--->', '<!-- a --!> b -->', '<!-- a > b -->', '<!-- '],
  ...[
    'word',
    ' ',
    '\n',
    '\r\n',
    '\0',
    'é',
    '\u00a0',
    '&',
    '& ',
    '&amp;',
    '&amp',
    '&lt;b&gt;',
    '&nbsp;',
    '&#8217;',
    '&notin;',
  ],
  ...[
    '<',
    '>',
    '< p>',
    '<3',
    '</3>',
    '<p',
    '<p a=b>',
    "<p a='b'>",
    '<p\u00a0a="b">',
    '<p a="b"c="d">',
    '<p a="<">',
    '"',
  ],
  ...[
    '<script>a</script>',
    '<style>b</style>',
    '<svg><text>c</text></svg>',
    '<iframe>',
    '<title>d</title>',
    '<![CDATA[e]]>',
  ],
  ...['<x-y>', '<a:b>', '<p =">', '<p/a="b">', '<p a="b" a="c">', '[gallery]', '<?php ?>', '<!doctype html>', '</>'],
];

describe('markup that leaves no choice', () => {
  test('is read as the tokenizer of the standard reads it, and anything else is left to that', () => {
    let state = 7;
    const below = (limit: number): number => {
      state = (state * 16_807) % 2_147_483_647;
      return state % limit;
    };
    let plain = 0;
    for (let round = 0; round < 6000; round++) {
      const html = Array.from({ length: 1 + below(6) }, () => PIECES[below(PIECES.length)]).join('');
      if (!isPlain(html)) continue;
      plain++;
      // A declaration at its end is no text, and only the tokenizer reads it.
      assert.equal(isPlain(`${html}<!x>`), false);
      assert.equal(textOf(html), textOf(`${html}<!x>`), JSON.stringify(html));
    }
    assert.ok(plain > 500, `only ${plain} of the texts were plain`);
  });

  test('is what the block editor writes', () => {
    assert.ok(
      isPlain(
        '<!-- wp:image {"id":3} -->\n<figure class="wp-block-image"><img src="/a.jpg" alt=""/></figure>\n<!-- /wp:image -->',
      ),
    );
    assert.ok(isPlain('<!-- wp:paragraph -->\n<p>Fish &amp; chips, <strong>hot</strong>.</p>\n<!-- /wp:paragraph -->'));
  });

  test('has nothing whose content is no markup', () => {
    assert.equal(isPlain('<p>a</p><script>b</script>'), false);
  });
});
