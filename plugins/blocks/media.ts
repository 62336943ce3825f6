import { addToTag, type BlockDefinition, type BlockInstance, escapeHtml, isSafeUrl, type PresentedEntry } from 'galley';
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
  if (!isBackground || url === '' || !isSafeUrl(url) || html.includes('background-image')) return html;
  const position = positionOf(block);
  const style = `background-image:${cssUrl(url)}${position ? `;background-position:${position}` : ''}`;
  const target = html.includes('wp-block-cover__image-background') ? 'wp-block-cover__image-background' : undefined;
  return addToTag(html, { style }, target);
}

function withFeatured(html: string, { featured }: PresentedEntry): string {
  if (!featured || html.includes('wp-block-cover__image-background')) return html;
  const image = `<img class="wp-block-cover__image-background" src="${escapeHtml(featured.src)}" srcset="${escapeHtml(featured.srcset)}" sizes="100vw" alt="${escapeHtml(featured.alt)}" data-object-fit="cover">`;
  const inner = html.indexOf('<div class="wp-block-cover__inner-container');
  return inner === -1 ? html : html.slice(0, inner) + image + html.slice(inner);
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
    const target = block.inner.includes('wp-block-cover__inner-container') ? 'wp-block-cover__inner-container' : '';
    const laidOut =
      target && !block.inner.includes('is-layout-')
        ? addToTag(block.inner, { classes: ['is-layout-flow', 'wp-block-cover-is-layout-flow'] }, target)
        : block.inner;
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

const image: BlockDefinition = {
  title: 'Image',
  category: 'media',
  attributes: { id: number(), sizeSlug: text(), linkDestination: text() },
  // What the author or the editor decided stays; other pictures wait until they come into sight.
  render: (block) => block.inner.replace(/<img(?![^>]*\sloading=)(?=[\s/>])/, '<img loading="lazy"'),
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
