import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absoluteContent } from './absolute-links.ts';
import { findIds, rewriteIds } from './id-rewriter.ts';
import { UrlRewriter } from './url-rewriter.ts';

const rewriter = new UrlRewriter(['www.old.example.org', 'files.example.net:8080']);
const mark = (text: string): string => rewriter.replace(text, ({ url }) => `<${url}>`);

test('addresses are found in attributes, JSON and plain text, with every scheme and spelling of the host', () => {
  assert.equal(mark('<a href="https://old.example.org/a/">'), '<a href="<https://old.example.org/a/>">');
  assert.equal(mark("src='//WWW.old.example.org/b.jpg'"), "src='<http://WWW.old.example.org/b.jpg>'");
  assert.equal(mark('{"url":"https:\\/\\/old.example.org\\/c"}'), '{"url":"<https:\\/\\/old.example.org\\/c>"}');
  assert.equal(mark('See http://old.example.org/d, now.'), 'See <http://old.example.org/d>, now.');
  assert.equal(mark('http://old.example.org.'), '<http://old.example.org>.');
  assert.equal(mark('(http://files.example.net:8080/e.png)'), '(<http://files.example.net:8080/e.png>)');
  assert.equal(mark('&quot;https://old.example.org/f&quot;'), '&quot;<https://old.example.org/f>&quot;');
  assert.equal(mark('"https://old.example.org/?a=1\\u0026b=2"'), '"<https://old.example.org/?a=1>\\u0026b=2"');
});

test('other hosts that look like it are left alone', () => {
  for (const text of [
    'https://old.example.org.evil.example/a',
    'https://notold.example.org/a',
    'https://evil.example/?u=old.example.org/a',
    'https://old.example.org:8443/a',
    'https://old.example.org-evil.example/',
    'ada@old.example.org',
  ])
    assert.equal(mark(text), text);
});

test('null leaves an address as it is, and no host finds nothing', () => {
  assert.equal(
    rewriter.replace('https://old.example.org/a', () => null),
    'https://old.example.org/a',
  );
  assert.deepEqual(new UrlRewriter([]).find('https://old.example.org/a'), []);
});

test('ids are found and replaced in blocks, galleries and pictures, and nowhere else', () => {
  const content = [
    '<!-- wp:image {"id":5,"width":5} --><img class="wp-image-5"/><!-- /wp:image -->',
    '<!-- wp:core/gallery {"ids":[5,6],"columns":5} --><li data-id="6"></li><!-- /wp:gallery -->',
    '<!-- wp:block {"ref":7} /-->',
    '<!-- wp:media-text {"mediaId":5,"mediaWidth":5} --><!-- /wp:media-text -->',
    '<!-- wp:navigation-link {"id":8,"kind":"post-type"} /--><!-- wp:navigation-link {"id":8,"kind":"taxonomy"} /-->',
    '[gallery columns="5" ids="5, 6"] [gallery exclude=6] [caption id="attachment_5"]x[/caption] [other id="5"]',
    '<!-- wp:vendor/thing {"id":5} /--> 5 apples',
  ].join('\n');
  assert.deepEqual(findIds(content).sort(), [5, 6, 7, 8]);
  const mapped = rewriteIds(content, (id) => (id === 6 ? undefined : id + 100));
  assert.equal(
    mapped,
    [
      '<!-- wp:image {"id":105,"width":5} --><img class="wp-image-105"/><!-- /wp:image -->',
      '<!-- wp:core/gallery {"ids":[105,6],"columns":5} --><li data-id="6"></li><!-- /wp:gallery -->',
      '<!-- wp:block {"ref":107} /-->',
      '<!-- wp:media-text {"mediaId":105,"mediaWidth":5} --><!-- /wp:media-text -->',
      '<!-- wp:navigation-link {"id":108,"kind":"post-type"} /--><!-- wp:navigation-link {"id":8,"kind":"taxonomy"} /-->',
      '[gallery columns="5" ids="105, 6"] [gallery exclude=6] [caption id="attachment_105"]x[/caption] [other id="5"]',
      '<!-- wp:vendor/thing {"id":5} /--> 5 apples',
    ].join('\n'),
  );
});

test('an export has full addresses where the site has paths', () => {
  const origin = 'https://new.example.org';
  const content =
    '<!-- wp:image {"url":"/a.jpg","href":"\\/b\\/","alt":"/no/"} --><a href="/b/"><img src="/a.jpg" srcset="/a.jpg 300w, /c.jpg 600w"></a><a href="//cdn.example.org/x">/plain/</a>';
  assert.equal(
    absoluteContent(content, origin),
    `<!-- wp:image {"url":"${origin}/a.jpg","href":"${origin}\\/b\\/","alt":"/no/"} --><a href="${origin}/b/"><img src="${origin}/a.jpg" srcset="${origin}/a.jpg 300w, ${origin}/c.jpg 600w"></a><a href="//cdn.example.org/x">/plain/</a>`,
  );
  for (const [inside, outside] of [
    [
      '<div style="color:red;background-image:url(/a.jpg)">url(/a.jpg)',
      `<div style="color:red;background-image:url(${origin}/a.jpg)">url(/a.jpg)`,
    ],
    [
      `<div style="background:url('/a.jpg'),url(&quot;/b.jpg&quot;)">`,
      `<div style="background:url('${origin}/a.jpg'),url(&quot;${origin}/b.jpg&quot;)">`,
    ],
    [
      '[audio /a.mp3] [video mp4="/a.mp4" ogv=/a.ogv] [audio a="x / y"] [other /a]',
      `[audio ${origin}/a.mp3] [video mp4="${origin}/a.mp4" ogv=${origin}/a.ogv] [audio a="x / y"] [other /a]`,
    ],
    [
      '[embed width="1"]/hello/[/embed] [embed]//cdn.example.org/[/embed]',
      `[embed width="1"]${origin}/hello/[/embed] [embed]//cdn.example.org/[/embed]`,
    ],
    [
      '<div class="wp-block-embed__wrapper">\n/hello/\n</div>',
      `<div class="wp-block-embed__wrapper">\n${origin}/hello/\n</div>`,
    ],
  ] as const)
    assert.equal(absoluteContent(inside, origin), outside);
});
