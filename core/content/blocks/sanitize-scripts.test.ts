import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeBlock } from './block.ts';
import { parseBlocks } from './parse.ts';
import { serializeBlock } from './serialize.ts';
import { assertHarmless, clean, MISSING, OWN_VECTORS, removed, shown, VECTORS } from './test-vectors.ts';

describe('sanitizeContent against scripts', () => {
  test('has the published vectors to work on', { skip: MISSING }, () => {
    assert.ok(VECTORS.length > 90, `${VECTORS.length} vectors`);
  });

  test('leaves nothing that runs, in classic content, in a block and in an attribute of a block', () => {
    for (const vector of [...VECTORS, ...OWN_VECTORS]) {
      const texts = [
        vector,
        `<!-- wp:paragraph -->\n<p>${vector}</p>\n<!-- /wp:paragraph -->`,
        `<!-- wp:html {"x":${JSON.stringify(vector)}} -->${vector}<!-- /wp:html -->`,
        serializeBlock(makeBlock({ blockName: 'a/b', attrs: { url: vector, deep: [{ content: vector }] } })),
      ];
      for (const text of texts) {
        const once = clean(text);
        assertHarmless(shown(once), text);
        assertHarmless(once, text);
        assert.equal(clean(once), once, `not a fixed point: ${text}`);
        for (const block of parseBlocks(once)) {
          const { url = '', deep } = block.attrs as { url?: string; deep?: { content: string }[] };
          assertHarmless(`<a href="${url.replaceAll('"', '&quot;')}">${url}</a>${deep?.[0]?.content ?? ''}`, text);
        }
      }
    }
  });

  test('leaves nothing that runs when a vector is spread over blocks', () => {
    for (const vector of [...VECTORS.filter((one) => one.length < 120), ...OWN_VECTORS]) {
      for (let at = 0; at <= vector.length; at++) {
        const [head, tail] = [vector.slice(0, at), vector.slice(at)];
        const texts = [
          `${head}<!-- wp:a -->${tail}<!-- /wp:a -->`,
          `<!-- wp:a -->${head}<!-- wp:b -->${tail}<!-- /wp:b -->" onload=alert(1) x="<!-- /wp:a -->`,
          `<!-- wp:a -->${head}<!-- wp:b /-->${tail}<!-- /wp:a -->`,
        ];
        for (const text of texts) {
          const once = clean(text);
          assertHarmless(shown(once), text);
          assert.equal(clean(once), once, `not a fixed point: ${text}`);
        }
      }
    }
  });

  test('closes what an attribute would swallow: a tag left open before an inner block', () => {
    const text = '<!-- wp:a --><b title="<!-- wp:b --><i title=" onclick=alert(1) "></i><!-- /wp:b -->"><!-- /wp:a -->';
    assertHarmless(shown(clean(text)), text);
    assert.match(removed(text).join(), /did not close its tags/);
  });

  test('leaves no comment that ends early where the text is shown unparsed', () => {
    for (const text of [
      '<!-- wp:a {"x":"--><script>alert(1)</script>"} -->b<!-- /wp:a -->',
      '<!-- wp:a {bad--><script>alert(1)</script>} /-->',
      '<!-- wp:a -->b<!-- /wp:a {"x":"--><script>alert(1)</script>"} -->',
      '<!-- /wp:a {"x":"--><script>alert(1)</script>"} --><!-- wp:b -->c',
    ]) {
      const once = clean(text);
      assertHarmless(once, text);
      assert.doesNotMatch(once, /<script/i);
      assert.equal(clean(once), once);
    }
  });

  test('is a fixed point on random mixtures of markup', () => {
    const scraps = [
      ...OWN_VECTORS,
      '<!-- wp:a -->',
      '<!-- /wp:a -->',
      '<!-- wp:b {"x":"<b>"} /-->',
      '<!--more-->',
      '<',
      '</',
      '<p',
      '"',
      '>',
      '--',
      '<!--',
      'wp:a -->',
      '<ul><li>x<li>y</ul>',
      '</div>',
    ];
    let state = 7;
    for (let round = 0; round < 2500; round++) {
      let text = '';
      for (let part = 0; part < 1 + (round % 7); part++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        text += scraps[state % scraps.length] ?? '';
      }
      const once = clean(text);
      assertHarmless(shown(once), text);
      assertHarmless(once, text);
      assert.equal(clean(once), once, `not a fixed point: ${text}`);
    }
  });
});
