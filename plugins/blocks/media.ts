import {
  addToTag,
  type BlockDefinition,
  type BlockInstance,
  escapeHtml,
  type HtmlTag,
  isSafeUrl,
  type PresentedEntry,
  scanTags,
} from 'galley';
import { flag, isOn, number, numberOf, text, textOf } from './attributes.ts';
import { type EntryData, entryOf, loadEntries } from './entries.ts';
import { hostOf, link } from './html.ts';

/** `url()` of a style, where the address is safe; quotes and brackets are encoded away. */
function cssUrl(url: string): string {
  const encoded = url.replace(/["'()\\\s<>]/g, (character) =>
    encodeURIComponent(character).replace(/[()']/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`),
  );
  return `url(${encoded})`;
}

function positionOf(block: BlockInstance): string {
  const point = block.attrs['focalPoint'] as { x?: unknown; y?: unknown } | undefined;
  const percent = (value: unknown): string | undefined =>
    typeof value === 'number' && value >= 0 && value <= 1 ? `${Math.round(value * 100)}%` : undefined;
  const [x, y] = [percent(point?.x), percent(point?.y)];
  return x && y ? `${x} ${y}` : '';
}

/**
 * A fixed or repeated background is saved in a style that the sanitiser does not let authors write; it is made again
 * from the attribute, whose address is checked.
 */
function withBackground(block: BlockInstance, html: string): string {
  const url = textOf(block, 'url');
  const isBackground = isOn(block, 'hasParallax') || isOn(block, 'isRepeated') || block.name === 'core/cover-image';
  if (!isBackground || url === '' || !isSafeUrl(url)) return html;
  const image = 'wp-block-cover__image-background';
  const tags = scanTags(html).filter(({ kind }) => kind === 'start');
  const marked = tags.find((tag) => html.slice(tag.start, tag.end).includes(image));
  const target = marked ?? tags[0];
  if (!target || html.slice(target.start, target.end).includes('background-image')) return html;
  const position = positionOf(block);
  const style = `background-image:${cssUrl(url)}${position ? `;background-position:${position}` : ''}`;
  return addToTag(html, { style }, marked && image);
}

/** The first tag with this class. Found by a tokenizer: in attributes, text may look like tags. */
function tagNaming(html: string, className: string): HtmlTag | undefined {
  return scanTags(html).find((tag) => tag.kind === 'start' && html.slice(tag.start, tag.end).includes(className));
}

function withFeatured(html: string, { featured }: PresentedEntry): string {
  const inner = tagNaming(html, 'wp-block-cover__inner-container');
  if (!featured || !inner || html.slice(0, inner.start).includes('wp-block-cover__image-background')) return html;
  const image = `<img class="wp-block-cover__image-background" src="${escapeHtml(featured.src)}" srcset="${escapeHtml(featured.srcset)}" sizes="100vw" alt="${escapeHtml(featured.alt)}" data-object-fit="cover">`;
  return html.slice(0, inner.start) + image + html.slice(inner.start);
}

const cover: BlockDefinition<EntryData> = {
  title: 'Cover',
  category: 'media',
  attributes: { url: text(), hasParallax: flag(), isRepeated: flag(), useFeaturedImage: flag() },
  load: (blocks, context) =>
    loadEntries(
      blocks.filter((block) => isOn(block, 'useFeaturedImage')),
      context,
    ),
  render(block, data) {
    const classes = ['is-layout-flow', 'wp-block-cover-is-layout-flow'];
    const laidOut = addToTag(block.inner, { classes }, 'wp-block-cover__inner-container');
    const entry = isOn(block, 'useFeaturedImage') ? entryOf(block, data) : undefined;
    return withBackground(block, entry ? withFeatured(laidOut, entry) : laidOut);
  },
};

/** A link to what was embedded. Nothing is asked of anybody before the visitor clicks. */
export function embedLink(url: string): string {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return escapeHtml(url);
  const { pathname, search } = new URL(url);
  const path = `${pathname}${search}`.replace(/\/$/, '');
  const html = `<span class="wp-block-embed__host">${escapeHtml(hostOf(url))}</span><span class="wp-block-embed__path">${escapeHtml(path)}</span>`;
  return link(url, html, { className: 'wp-block-embed__link', rel: 'noopener noreferrer' });
}

const WRAPPER = /(<div class="wp-block-embed__wrapper">)\s*(https?:\/\/[^\s<>"']+)\s*(<\/div>)/;

export const embed: BlockDefinition = {
  title: 'Embed',
  category: 'embed',
  attributes: { url: text(), type: text(), providerNameSlug: text() },
  render(block) {
    const decode = (url: string): string => url.replaceAll('&amp;', '&');
    return block.inner.replace(
      WRAPPER,
      (_, open: string, url: string, close: string) => open + embedLink(decode(url)) + close,
    );
  },
};

/** The inline viewer of a PDF is left to browsers that have one; the link and the button are always there. */
const file: BlockDefinition = {
  title: 'File',
  category: 'media',
  attributes: { id: number(), href: text(), displayPreview: flag(), previewHeight: number(600) },
};

/** What the author or the editor decided stays; other pictures wait until they come into sight. */
function withLazyLoading(html: string): string {
  const tag = scanTags(html).find(({ kind, name }) => kind === 'start' && name === 'img');
  if (!tag || /\sloading=/i.test(html.slice(tag.start, tag.end))) return html;
  const after = tag.start + '<img'.length;
  return `${html.slice(0, after)} loading="lazy"${html.slice(after)}`;
}

const image: BlockDefinition = {
  title: 'Image',
  category: 'media',
  attributes: { id: number(), sizeSlug: text(), linkDestination: text() },
  render: ({ inner }) => withLazyLoading(inner),
};

/** The columns of a gallery from before 5.9, which WordPress reads from the class. */
const gallery: BlockDefinition = {
  title: 'Gallery',
  category: 'media',
  layout: { default: 'flex' },
  attributes: { columns: number(), imageCrop: flag(true), linkTo: text('none') },
};

const mediaText: BlockDefinition = {
  title: 'Media and text',
  category: 'media',
  attributes: { mediaPosition: text('left'), mediaWidth: number(50), isStackedOnMobile: flag(true) },
  render(block) {
    const width = numberOf(block, 'mediaWidth', { min: 10, max: 90, otherwise: 50 });
    if (width === 50 || block.inner.includes('grid-template-columns')) return block.inner;
    const columns = textOf(block, 'mediaPosition') === 'right' ? `auto ${width}%` : `${width}% auto`;
    return addToTag(block.inner, { style: `grid-template-columns:${columns}` });
  },
};

export const mediaBlocks: Record<string, BlockDefinition> = {
  'core/cover': cover as BlockDefinition,
  'core/cover-image': cover as BlockDefinition,
  'core/embed': embed,
  'core/file': file,
  'core/image': image,
  'core/gallery': gallery,
  'core/media-text': mediaText,
};
