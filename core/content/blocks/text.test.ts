import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cpuMs } from '../../../test/support/cpu-time.ts';
import { autop } from './autop.ts';
import { splitMore, splitPages } from './pages.ts';
import { parseShortcodeAttributes, splitShortcodes } from './shortcodes.ts';
import { excerptOf, textOf, wordCount } from './text.ts';

describe('autop', () => {
  test('makes paragraphs at blank lines and breaks at other line ends', () => {
    assert.equal(autop('One\r\n\r\nTwo  \nthree\n\n\n\nfour'), '<p>One</p>\n<p>Two<br />\nthree</p>\n<p>four</p>');
  });

  test('leaves block elements as they are and wraps what stands between them', () => {
    assert.equal(
      autop('a <b>x</b>\n<ul>\n<li>q</li>\n</ul>\nb'),
      '<p>a <b>x</b></p>\n<ul>\n<li>q</li>\n</ul>\n<p>b</p>',
    );
    assert.equal(autop('<h2>x</h2>\nfoo<br />\nbar'), '<h2>x</h2>\n<p>foo<br />\nbar</p>');
  });

  test('wraps text in a quotation, and in other containers only where it has several paragraphs', () => {
    assert.equal(autop('<blockquote>a</blockquote>'), '<blockquote><p>a</p></blockquote>');
    assert.equal(autop('<div>a\nb</div>'), '<div>a<br />\nb</div>');
    assert.equal(autop('<div>a\n\nb</div>'), '<div><p>a</p>\n<p>b</p></div>');
  });

  test('does not touch preformatted text, scripts and comments', () => {
    assert.equal(autop('<pre>a\n\n\n b  \n</pre>'), '<pre>a\n\n\n b  \n</pre>');
    assert.equal(autop('a\n\n<!--more-->\n\nb'), '<p>a</p>\n<!--more-->\n<p>b</p>');
    assert.equal(autop('<script>\na();\n\nb();</script>'), '<script>\na();\n\nb();</script>');
  });

  test('makes the same of its own result', () => {
    const texts = ['a\n\nb\nc', '<div>a\n\nb</div>', 'x <img src="a"> y\n\n<ul><li>z\nw</li></ul>'];
    for (const text of texts) assert.equal(autop(autop(text)), autop(text));
  });

  test('is empty for blanks', () => {
    assert.equal(autop(' \n\n '), '');
  });
});

describe('splitShortcodes', () => {
  const isKnown = (name: string): boolean => name === 'x' || name === 'y';

  test('finds known shortcodes with attributes and content, and leaves others as written', () => {
    const parts = splitShortcodes('a [x b="1" c=\'2\' d=3 "e"] [y]in [z][/y] [z] [/x]', isKnown);
    assert.deepEqual(JSON.parse(JSON.stringify(parts)), [
      'a ',
      { name: 'x', attrs: { b: '1', c: '2', d: '3', 0: 'e' }, content: ' [y]in [z][/y] [z] ' },
    ]);
  });

  test('takes a shortcode without an end as one without content', () => {
    assert.deepEqual(splitShortcodes('[x][x/]b', isKnown).length, 3);
    assert.deepEqual(splitShortcodes('[y]a[/x]', isKnown)[1], 'a[/x]');
  });

  test('shows doubled brackets as single ones', () => {
    assert.deepEqual(splitShortcodes('[[x a="1"]]', isKnown), ['[x a="1"]']);
  });

  test('does not look into tags and comments', () => {
    const html = '<a title="[x]">b</a><!-- [x] -->';
    assert.deepEqual(splitShortcodes(html, isKnown), [html]);
  });

  test('is not slowed down by hostile text', () => {
    for (const unit of ['[x]', '[', '[x ', '[/x]', '[[x]]', '[x a="', '<[x']) {
      const from = cpuMs();
      splitShortcodes(unit.repeat(Math.ceil(300_000 / unit.length)), isKnown);
      assert.ok(cpuMs() - from < 3000, unit);
    }
  });

  test('gives attributes no prototype to reach', () => {
    assert.equal(Object.getPrototypeOf(parseShortcodeAttributes('__proto__="x"')), null);
  });
});

describe('text of a body', () => {
  test('leaves out tags, comments, shortcodes and what is not read', () => {
    const text =
      '<!-- wp:paragraph {"a":"b"} --><p>He<b>llo</b></p><!-- /wp:paragraph --><p>you &amp; I</p><script>no</script>[gallery ids="1"]';
    assert.equal(textOf(text), 'Hello you & I');
  });

  test('counts words, and characters where there are no blanks', () => {
    assert.equal(wordCount('<p>It’s a well-known fact – 5 words.</p>'), 6);
    assert.equal(wordCount('日本語 text'), 4);
    assert.equal(wordCount(''), 0);
  });

  test('cuts excerpts at words and marks that something follows', () => {
    assert.equal(excerptOf('<p>One two, three</p>', 2), 'One two…');
    assert.equal(excerptOf('<p>One two</p>', 2), 'One two');
    assert.equal(excerptOf('<p>&lt;script&gt;</p>'), '<script>');
  });

  test('is not slowed down by hostile text', () => {
    for (const unit of ['<', '<!--', ' ', ',', '\n', 'a', '[a ', '&']) {
      const from = cpuMs();
      excerptOf(unit.repeat(300_000));
      autop(unit.repeat(300_000));
      assert.ok(cpuMs() - from < 3000, unit);
    }
  });
});

describe('page breaks', () => {
  test('split a body with and without blocks; there is always one part', () => {
    assert.deepEqual(splitPages('a<!--nextpage-->b'), ['a', 'b']);
    assert.deepEqual(splitPages('a\n<!-- wp:nextpage -->\n<!--nextpage-->\n<!-- /wp:nextpage -->\nb'), ['a', 'b']);
    assert.deepEqual(splitPages('<!--nextpage-->a<!--nextpage-->'), ['a']);
    assert.deepEqual(splitPages('<!--nextpage-->'), ['']);
    assert.deepEqual(splitPages(' a '), [' a ']);
  });

  test('more cuts a teaser off, with its label', () => {
    const text = 'a\n<!-- wp:more {"customText":"Go on"} -->\n<!--more Go on-->\n<!-- /wp:more -->\nb';
    assert.deepEqual(splitMore(text), { teaser: 'a', rest: 'b', hasMore: true, label: 'Go on', noTeaser: false });
    assert.equal(splitMore('a<!--more--><!--noteaser-->b').noTeaser, true);
    assert.deepEqual(splitMore('a').hasMore, false);
  });
});
