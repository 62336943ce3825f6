import { escapeHtml, scanTags } from 'galley';
import { ofShape, sizedFiles, sizesOf, srcsetOf } from './images.ts';
import type { MediaFacts } from './media-facts.ts';

/** A picture in a text: where its tag stands and what the tag says. */
interface FoundImage {
  start: number;
  end: number;
  id: number;
  attributes: Map<string, string>;
}

const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?/g;
const CLASS = /(?:^|\s)wp-image-(\d{1,15})(?=\s|$)/;

function readAttributes(tag: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of tag.slice('<img'.length, -1).matchAll(ATTRIBUTE)) {
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), value.replace(/^(["'])([\s\S]*)\1$/, '$2'));
  }
  return found;
}

/** The pictures of the library in a text. Tags are found by a tokenizer: in attributes, text may look like tags. */
function findImages(html: string): FoundImage[] {
  if (!html.includes('wp-image-')) return [];
  return scanTags(html)
    .filter(({ kind, name }) => kind === 'start' && name === 'img')
    .flatMap(({ start, end }) => {
      const attributes = readAttributes(html.slice(start, end));
      const id = Number(CLASS.exec(attributes.get('class') ?? '')?.[1] ?? 0);
      return id > 0 && Number.isSafeInteger(id) ? [{ start, end, id, attributes }] : [];
    });
}

/** The ids of the pictures of the library in texts. */
export function imageIds(texts: readonly string[]): number[] {
  return [...new Set(texts.flatMap((text) => findImages(text).map(({ id }) => id)))];
}

function numberOf(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,5}$/.test(value) && value !== '0' ? Number(value) : undefined;
}

/** The path of an address on this site, decoded; undefined for others. */
function pathOf(src: string): string | undefined {
  const url = URL.parse(src.replaceAll('&amp;', '&'), 'http://site.invalid');
  if (!url) return undefined;
  try {
    return decodeURIComponent(url.pathname).normalize('NFC');
  } catch {
    return undefined;
  }
}

/** The attributes that a picture lacks. Nothing is added to one that shows another file than its class says. */
function missingAttributes({ attributes }: FoundImage, facts: MediaFacts): Map<string, string> {
  const added = new Map<string, string>();
  const path = pathOf(attributes.get('src') ?? '');
  const file = facts.files.find(({ url_path }) => url_path === path);
  const shape = sizedFiles(facts).find((item) => item.storage_path === file?.storage_path);
  if (!file || !shape) return added;
  const [width, height] = [numberOf(attributes.get('width')), numberOf(attributes.get('height'))];
  const shown = width ?? (height ? Math.round((height * shape.width) / shape.height) : shape.width);
  // Without both, the text jumps when the picture comes; a single one is the author's wish for the other.
  if (!attributes.has('width') && !attributes.has('height')) {
    added.set('width', String(shape.width));
    added.set('height', String(shape.height));
  } else if (width && !attributes.has('height')) {
    added.set('height', String(Math.round((width * shape.height) / shape.width)));
  }
  const srcset = srcsetOf(ofShape(sizedFiles(facts), shape));
  if (srcset && !attributes.has('srcset')) {
    added.set('srcset', srcset);
    if (!attributes.has('sizes')) added.set('sizes', sizesOf(shown));
  }
  return added;
}

/** The tag with what it lacks; the bytes that were there stay. */
function complete(tag: string, image: FoundImage, facts: MediaFacts | undefined, isFirst: boolean): string {
  const added = facts ? missingAttributes(image, facts) : new Map<string, string>();
  if (!isFirst && !image.attributes.has('loading')) added.set('loading', 'lazy');
  if (!image.attributes.has('decoding')) added.set('decoding', 'async');
  const text = [...added].map(([name, value]) => ` ${name}="${escapeHtml(value)}"`).join('');
  const own = isFirst ? tag.replace(/\sloading=(?:"lazy"|'lazy'|lazy(?=[\s>]))/i, '') : tag;
  return own.slice(0, '<img'.length) + text + own.slice('<img'.length);
}

/**
 * Gives the pictures of texts their sizes. Only tags of pictures whose class names them (`wp-image-12`) are touched.
 *
 * @param isSingle one text that is the page: its first picture is seen at once and loaded at once
 */
export function completeImages(
  texts: readonly string[],
  facts: ReadonlyMap<number, MediaFacts>,
  isSingle: boolean,
): string[] {
  return texts.map((text) => {
    const pieces: string[] = [];
    let done = 0;
    for (const [index, image] of findImages(text).entries()) {
      const tag = text.slice(image.start, image.end);
      pieces.push(text.slice(done, image.start), complete(tag, image, facts.get(image.id), isSingle && index === 0));
      done = image.end;
    }
    return done === 0 ? text : pieces.join('') + text.slice(done);
  });
}
