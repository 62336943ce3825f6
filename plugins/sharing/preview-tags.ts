import { absolute, addressOf, descriptionOf, type SeenPage } from './seen-page.ts';

/** A tag of the head, as the kernel makes it. */
export interface HeadTag {
  tag: 'meta';
  attributes: Record<string, string | number>;
}

/** From this width on a picture is worth the whole card. */
const LARGE = 600;

const property = (name: string, content: string | number | undefined): HeadTag[] =>
  content === undefined || content === '' ? [] : [{ tag: 'meta', attributes: { property: name, content } }];
const named = (name: string, content: string): HeadTag[] =>
  content === '' ? [] : [{ tag: 'meta', attributes: { name, content } }];

/** Open Graph, and the few tags that others read in its place. */
export function previewTags(seen: SeenPage, account: string): HeadTag[] {
  const { page, site, entry } = seen;
  const image = entry?.image;
  const isArticle = entry?.type === 'post';
  return [
    ...property('og:type', isArticle ? 'article' : 'website'),
    ...property('og:site_name', site.title),
    ...property('og:title', entry?.title ?? page.title),
    ...property('og:description', descriptionOf(seen)),
    ...property('og:url', addressOf(seen)),
    ...property('og:locale', site.language.replace('-', '_')),
    ...(image ? pictureTags(absolute(image.src, seen), image) : []),
    ...(isArticle && entry ? articleTags(entry) : []),
    ...named('twitter:card', (image?.width ?? 0) >= LARGE ? 'summary_large_image' : 'summary'),
    ...named('fediverse:creator', account),
  ];
}

function pictureTags(src: string, { alt, width, height }: { alt: string; width: number; height: number }): HeadTag[] {
  const size = width > 0 && height > 0 ? { width, height } : undefined;
  return [
    ...property('og:image', src),
    ...property('og:image:width', size?.width),
    ...property('og:image:height', size?.height),
    ...property('og:image:alt', alt),
  ];
}

function articleTags({ published, modified, kicker, terms }: NonNullable<SeenPage['entry']>): HeadTag[] {
  return [
    ...property('article:published_time', published),
    ...property('article:modified_time', modified),
    ...property('article:section', kicker),
    ...(terms['post_tag'] ?? []).slice(0, 6).flatMap(({ name }) => property('article:tag', name)),
  ];
}
