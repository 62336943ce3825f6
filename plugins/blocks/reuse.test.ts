import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SYSTEM } from 'galley';
import { parseFragment } from 'parse5';
import { block, POISON, paragraph, type SamplePage, startSamplePage } from './test-page.ts';

const WXR = join(import.meta.dirname, '../../../shared/data/wxr/64-block-test-data.xml');
const MISSING = existsSync(WXR) ? false : `no sample data: ${WXR}`;

let page: SamplePage;

before(async () => {
  page = await startSamplePage();
});

after(() => page.stop());

describe('reuse', () => {
  test('a synced pattern shows the entry it refers to, and itself not again', async () => {
    const { site } = page;
    const pattern = await site.entries.save(
      { type: 'wp_block', status: 'publish', title: 'P', content: paragraph('Shared') },
      { viewer: SYSTEM },
    );
    assert.equal(await page.show(block('block', { ref: pattern.id })), '<p>Shared</p>');
    assert.ok(page.tags.has(`entry:${pattern.id}`));
    await site.entries.save(
      { id: pattern.id, content: `${paragraph('Again')}${block('block', { ref: pattern.id })}` },
      { viewer: SYSTEM },
    );
    assert.equal(await page.show(block('block', { ref: pattern.id })), '<p>Again</p>');
    await site.entries.save({ id: pattern.id, status: 'draft' }, { viewer: SYSTEM });
    assert.equal(await page.show(block('block', { ref: pattern.id })), '');
  });

  test('a synced pattern shows no entry of another type', async () => {
    assert.equal(await page.show(block('block', { ref: page.posts[0]?.id })), '');
  });

  test('a pattern is asked for by its slug', async () => {
    const remove = page.site.hooks.addResponder('blocks:pattern', ({ slug }) =>
      slug === 'a/b' ? paragraph('Made') : undefined,
    );
    assert.equal(await page.show(block('pattern', { slug: 'a/b' })), '<p>Made</p>');
    assert.equal(await page.show(block('pattern', { slug: 'a/c' })), '');
    remove();
  });
});

describe('media', () => {
  test('embeds are links: nobody else is asked before a click', async () => {
    const html = await page.show(
      '<!-- wp:core-embed/youtube {"url":"https://www.youtube.com/watch?v=1"} --><figure class="wp-block-embed"><div class="wp-block-embed__wrapper">\nhttps://www.youtube.com/watch?v=1&amp;t=2\n</div></figure><!-- /wp:core-embed/youtube -->',
    );
    assert.match(
      html,
      /<div class="wp-block-embed__wrapper"><a class="wp-block-embed__link" href="https:\/\/www.youtube.com\/watch\?v=1&amp;t=2" rel="noopener noreferrer">/,
    );
    assert.doesNotMatch(html, /<iframe/);
  });

  test('a cover gets the background back that the sanitiser takes, from its checked attribute', async () => {
    const markup = (url: string): string =>
      `<!-- wp:cover {"url":"${url}","hasParallax":true} --><div class="wp-block-cover"><div class="wp-block-cover__image-background has-parallax"></div><div class="wp-block-cover__inner-container">${paragraph('x')}</div></div><!-- /wp:cover -->`;
    assert.match(
      await page.show(markup("https://a.test/b'(c).jpg")),
      /<div style="background-image:url\(https:\/\/a\.test\/b%27%28c%29\.jpg\)" class="wp-block-cover__image-background has-parallax">/,
    );
    assert.match(
      await page.show(markup('https://a.test/b.jpg')),
      /class="wp-block-cover__inner-container is-layout-flow/,
    );
    assert.doesNotMatch(await page.show(markup('javascript:x')), /background-image/);
  });

  test('pictures load when they come into sight, and an attribute that looks like one stays', async () => {
    const html = await page.show(
      '<!-- wp:image --><figure title="<img onerror=alert(1) x>"><img src="a.png"></figure><!-- /wp:image -->',
    );
    assert.equal(html, '<figure title="<img onerror=alert(1) x>"><img loading="lazy" src="a.png"></figure>');
  });

  test('shortcodes of WordPress: caption, gallery, embed, audio, video', async () => {
    const remove = page.site.hooks.addResponder(
      'blocks:images',
      ({ ids }) =>
        new Map(
          ids
            .filter((id) => id < 3)
            .map((id) => [
              id,
              { src: `/u/${id}.jpg`, srcset: '', sizes: '', width: 10, height: 10, alt: POISON, caption: null },
            ]),
        ),
    );
    const text =
      '[caption width="300" align="alignleft"]<img src="a.png" alt="b > c"> Words[/caption]\n\n[gallery ids="1,2,3" columns="2" link="none"]\n\n[embed]https://example.org/a[/embed] [audio mp3="a.mp3"] [video src="javascript:x"]';
    const html = await page.show(text);
    remove();
    assert.match(
      html,
      /^<figure class="wp-caption alignleft" style="width:300px"><img src="a.png" alt="b > c"><figcaption class="wp-caption-text">Words<\/figcaption><\/figure>/,
    );
    assert.equal(html.match(/<figure class="wp-block-image"><img src="\/u\//g)?.length, 2);
    assert.match(html, /columns-2 is-cropped/);
    assert.match(html, /href="https:\/\/example.org\/a"/);
    assert.match(html, /<audio controls preload="none" src="a.mp3">/);
    assert.doesNotMatch(html, /<video|onerror=alert\(1\)>/);
  });
});

describe('all blocks', () => {
  test('more becomes an anchor and page breaks nothing', async () => {
    assert.equal(
      await page.show('<!-- wp:more -->\n<!--more-->\n<!-- /wp:more -->'),
      `<span id="more-${page.posts[4]?.id}"></span>`,
    );
    assert.equal(await page.show('<!-- wp:nextpage --><!--nextpage--><!-- /wp:nextpage -->'), '');
  });

  test('escape a poison in every attribute', async () => {
    const { blocks } = page.site;
    for (const { name, value } of blocks.list()) {
      const names = [
        ...Object.keys(value.attributes ?? {}),
        'className',
        'anchor',
        'align',
        'textColor',
        'fontSize',
        'style',
      ];
      const attrs = Object.fromEntries(names.map((key) => [key, POISON]));
      const html = await page.show(block(name.replace(/^core\//, ''), attrs));
      const hasImage = (node: object): boolean =>
        ('attrs' in node && JSON.stringify(node.attrs).includes('"onerror"')) ||
        ('childNodes' in node && (node.childNodes as object[]).some(hasImage));
      assert.equal(hasImage(parseFragment(html)), false, `${name}: ${html}`);
    }
  });

  test('render every body of the block test data, with a bounded number of queries and no fault', {
    skip: MISSING,
  }, async () => {
    const { site } = page;
    const bodies = [...readFileSync(WXR, 'utf8').matchAll(/<content:encoded><!\[CDATA\[([\s\S]*?)\]\]>/g)].map(
      (match) => match[1] ?? '',
    );
    assert.ok(bodies.length > 60);
    const known = new Set<string>();
    for (const body of bodies) {
      for (const match of body.matchAll(/<!-- wp:([a-z][a-z0-9-]*)[ \n]/g)) known.add(`core/${match[1]}`);
      const { result, queries } = await site.database.countQueries(() => page.show(body));
      assert.doesNotMatch(result, /<!-- \/?wp:/);
      assert.ok(queries.length <= 20, `${queries.length} queries`);
    }
    assert.deepEqual(
      [...known].filter((name) => !site.blocks.has(name)),
      [],
    );
    assert.deepEqual(site.plugins.need('blocks').faults, []);
  });
});
