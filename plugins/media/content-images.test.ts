import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuMs } from '../../test/support/cpu-time.ts';
import { completeImages, imageIds } from './content-images.ts';
import { imageOf } from './images.ts';
import type { MediaFacts } from './media-facts.ts';
import type { MediaFile } from './media-store.ts';

function file(variant: string, width: number, height: number, url_path = `/media/p-${width}w.webp`): MediaFile {
  return {
    entry_id: 12,
    user_id: null,
    url_path,
    storage_path: variant === 'alias' ? '/p.jpg' : url_path.replace('/media', ''),
    type: 'image/jpeg',
    variant,
    width,
    height,
    bytes: 1,
    sha256: '',
    created_at: 0,
    revision: 0,
    upload_sha256: null,
  };
}

const FACTS: MediaFacts = {
  id: 12,
  parentId: null,
  title: 'Harbour',
  alt: 'A harbour',
  caption: 'The <em>harbour</em>',
  type: 'image/jpeg',
  name: 'p.jpg',
  files: [
    file('original', 1000, 500, '/media/p.jpg'),
    file('w320', 320, 160),
    file('w640', 640, 320),
    file('thumbnail', 150, 150, '/media/p-150x150.webp'),
    file('alias', 1000, 500, '/wp-content/uploads/2012/p.jpg'),
  ],
};
const SRCSET = '/media/p-320w.webp 320w, /media/p-640w.webp 640w, /media/p.jpg 1000w';
const known = new Map([[12, FACTS]]);
const complete = (html: string, isSingle = false): string => completeImages([html], known, isSingle)[0] ?? '';

test('a picture has its sizes, and the copies of its shape only', () => {
  const image = imageOf(FACTS);
  assert.equal(image?.src, '/media/p.jpg');
  assert.equal(image?.srcset, SRCSET);
  assert.deepEqual([image?.width, image?.height, image?.alt], [1000, 500, 'A harbour']);
  assert.equal(image?.caption?.value, 'The <em>harbour</em>');
  const cut = imageOf(FACTS, { thumbnail: { width: 150, height: 150, crop: true } }, 'thumbnail');
  assert.deepEqual([cut?.src, cut?.srcset, cut?.width, cut?.height], ['/media/p-150x150.webp', '', 150, 150]);
  assert.equal(imageOf(FACTS, { medium: { width: 600 } }, 'medium')?.src, '/media/p-640w.webp');
  assert.equal(imageOf({ ...FACTS, type: 'application/pdf' }), undefined);
  assert.equal(imageOf({ ...FACTS, files: [] }), undefined);
});

test('pictures of a text get what they lack, and keep the bytes that were there', () => {
  const html = '<p>é &amp; x</p>\n<figure><img class="wp-image-12"  src="/media/p.jpg" alt=\'a > b\'/></figure>';
  assert.equal(
    complete(html),
    html.replace(
      '<img',
      `<img width="1000" height="500" srcset="${SRCSET}" sizes="(max-width: 1000px) 100vw, 1000px" loading="lazy" decoding="async"`,
    ),
  );
});

test('what the author wrote stays, and a width of his own counts', () => {
  const html =
    '<img src="/media/p.jpg" class="size-full wp-image-12" width="400" loading="eager" decoding="sync" alt="">';
  const result = complete(html);
  assert.match(result, /^<img height="200" srcset="/);
  assert.match(result, /sizes="\(max-width: 400px\) 100vw, 400px"/);
  assert.ok(result.endsWith(html.slice(4)));
  const full =
    '<img srcset="x 1w" sizes="1px" width="1" height="1" loading="lazy" decoding="async" src="/media/p.jpg" class="wp-image-12">';
  assert.equal(complete(full), full);
});

test('an address with a host, an entity or the former one leads to the same picture', () => {
  for (const src of ['https://example.org/media/p.jpg', '/media/p.jpg?x=1&amp;y=2', '/wp-content/uploads/2012/p.jpg'])
    assert.ok(complete(`<img class="wp-image-12" src="${src}">`).includes(SRCSET), src);
  const copy = complete('<img class="wp-image-12" src="/media/p-320w.webp">');
  assert.match(copy, /width="320" height="160"/);
});

test('a picture that is not the one its class says gets no sizes of another', () => {
  for (const html of [
    '<img class="wp-image-12" src="/media/other.jpg">',
    '<img class="wp-image-12" src="https://elsewhere.example/media/%E0%A4%A.jpg">',
    '<img class="wp-image-13" src="/media/p.jpg">',
    '<img class="wp-image-12">',
  ])
    assert.equal(complete(html), html.replace('<img', '<img loading="lazy" decoding="async"'));
  assert.ok(!complete('<img class="wp-image-12" src="/media/p-150x150.webp">').includes('srcset'));
});

test('only tags are touched: not text, attributes, comments, or pictures without the class', () => {
  for (const html of [
    'wp-image-12 <img class="my-wp-image-12" src="/media/p.jpg">',
    '<a title="<img class=&quot;wp-image-12&quot;>" data-x=\'<img class="wp-image-12" src="/media/p.jpg">\'>x</a>',
    '<!-- <img class="wp-image-12" src="/media/p.jpg"> -->',
    '<textarea><b class="wp-image-12"></textarea>',
    '<img class="wp-image-12" src="/media/p.jpg"',
    '<div class="wp-image-12">',
  ])
    assert.equal(complete(html), html);
});

test('an attribute that closes its quote does not get out', () => {
  const odd = {
    ...FACTS,
    files: [file('original', 10, 10, '/media/"><script>.jpg'), file('w5', 5, 5, '/media/q.webp')],
  };
  const [html = ''] = completeImages(
    ['<img class="wp-image-12" src="/media/%22%3E%3Cscript%3E.jpg">'],
    new Map([[12, odd]]),
    false,
  );
  assert.match(html, /srcset="\/media\/q\.webp 5w, \/media\/%22%3E%3Cscript%3E\.jpg 10w"/);
  assert.ok(!html.includes('<script>'));
});

test('the first picture of a page is not lazy, the others are', () => {
  const html =
    '<img loading="lazy" class="wp-image-12" src="/media/p.jpg"><img class="wp-image-12" src="/media/p.jpg">';
  const result = complete(html, true).split('<img');
  assert.ok(!result[1]?.includes('loading='));
  assert.ok(result[2]?.includes('loading="lazy"'));
});

test('ids are gathered from all texts once', () => {
  const texts = ['<img class="wp-image-3">', '<img class="a wp-image-12 b"><img class=wp-image-3>', 'wp-image-9'];
  assert.deepEqual(imageIds(texts), [3, 12]);
});

test('a text of a megabyte is done in the time that reading takes', () => {
  const html = '<img class="wp-image-12" src="/media/p.jpg">'.repeat(5000) + '<img '.repeat(100_000);
  const from = cpuMs();
  complete(html);
  assert.ok(cpuMs() - from < 3000);
});
