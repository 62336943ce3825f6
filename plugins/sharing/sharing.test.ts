import assert from 'node:assert/strict';
import { test } from 'node:test';
import { previewTags } from './preview-tags.ts';
import type { SeenEntry, SeenPage } from './seen-page.ts';
import { structuredData } from './structured-data.ts';

const ENTRY: SeenEntry = {
  type: 'post',
  url: '/2026/tea/',
  title: 'Tea',
  excerpt: 'How to make it.',
  published: '2026-01-01T00:00:00.000Z',
  modified: '2026-01-02T00:00:00.000Z',
  author: { name: 'Ann', url: '/author/ann/' },
  terms: { category: [{ name: 'Drinks', url: '/category/drinks/' }] },
  image: { src: '/media/tea.webp', alt: 'A cup', width: 1200, height: 630 },
  kicker: 'Drinks',
};
const seen = (entry?: Partial<SeenEntry>, page: object = {}): SeenPage => ({
  page: { title: 'Tea – Galley', kind: entry ? 'single' : 'home', number: 1, ...page },
  site: { title: 'Galley', tagline: '', url: 'https://example.org', language: 'de-AT' },
  ...(entry ? { entry: { ...ENTRY, ...entry } } : {}),
});
const contents = (of: SeenPage): Record<string, unknown> =>
  Object.fromEntries(
    previewTags(of, '').map(({ attributes }) => [attributes['property'] ?? attributes['name'], attributes['content']]),
  );

test('a post has its picture with size and words, absolute addresses and no empty tag', () => {
  const tags = contents(seen({}));
  assert.equal(tags['og:image'], 'https://example.org/media/tea.webp');
  assert.equal(tags['og:image:alt'], 'A cup');
  assert.equal(tags['og:image:width'], 1200);
  assert.equal(tags['og:url'], 'https://example.org/2026/tea/');
  assert.equal(tags['og:locale'], 'de_AT');
  assert.equal(tags['twitter:card'], 'summary_large_image');
  assert.ok(!('fediverse:creator' in tags));
  assert.ok(!('og:image' in contents(seen({ image: null }))));
  assert.ok(!('og:description' in contents(seen())));
});

test('a page is no article, and a long description ends with an ellipsis', () => {
  const tags = contents(seen({ type: 'page', excerpt: 'word '.repeat(200) }));
  assert.equal(tags['og:type'], 'website');
  assert.ok(!('article:published_time' in tags));
  assert.match(String(tags['og:description']), /^.{250,300}…$/);
});

test('search engines get the text and the path to it; of the site only where it begins', () => {
  const [text, path] = structuredData(seen({}));
  assert.deepEqual(text?.['author'], { '@type': 'Person', name: 'Ann', url: 'https://example.org/author/ann/' });
  const steps = path?.['itemListElement'] as { item: string }[];
  assert.deepEqual(
    steps.map(({ item }) => item),
    ['https://example.org/', 'https://example.org/category/drinks/', 'https://example.org/2026/tea/'],
  );
  assert.equal(structuredData(seen())[0]?.['@type'], 'WebSite');
  assert.deepEqual(structuredData(seen(undefined, { number: 2 })), []);
});
