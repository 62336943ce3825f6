// A picture as an image, as a cover and beside text: the three blocks that are one picture with words.
import { Fragment, type Node, type Schema } from '@tiptap/pm/model';
import type { BlockAttributes } from 'galley/blocks';
import { make } from '../model/make.ts';
import { blockAlign, COMMON, headOf } from '../model/settings.ts';
import { attributesOf, encodeAttribute, findTag } from '../model/tag.ts';

/** What all three have. */
export interface Picture {
  src: string;
  alt: string;
  id: number | undefined;
  size: string;
  align: string;
  anchor: string;
  classes: string;
  /** The caption, or the only line beside it or on it. */
  line: Fragment;
}

/** How one of the blocks is read: only where it has nothing that another of them could not keep. */
interface Form {
  /** Two groups: the first tag, the picture's tag. */
  head: RegExp;
  tail: RegExp;
  /** The members of its JSON, and what they may say; undefined: anything. */
  data: Record<string, readonly unknown[] | undefined>;
  /** Classes that it has of itself. */
  own: RegExp;
  /** Under what names the JSON has them. */
  names: { id: string; size: string };
}

const SHADE = '<span aria-hidden="true" class="wp-block-cover__background has-background-dim"></span>';
const ANY = undefined;

const FORMS: Record<string, Form> = {
  'core/image': {
    head: /^\s*(<figure(?:\s[^>]*)?>)\s*(<img\s[^>]*>)\s*$/,
    tail: /^\s*<\/figure>\s*$/,
    data: { id: ANY, sizeSlug: ANY, linkDestination: ['none'], align: ANY, className: ANY },
    own: /^(wp-block-image|size-[\w-]+|align(left|center|right|wide|full))$/,
    names: { id: 'id', size: 'sizeSlug' },
  },
  'core/cover': {
    head: new RegExp(
      `^\\s*(<div(?:\\s[^>]*)?>)\\s*(?:${SHADE})?\\s*(<img\\s[^>]*>)\\s*(?:${SHADE})?\\s*<div class="wp-block-cover__inner-container">\\s*$`,
    ),
    tail: /^\s*<\/div>\s*<\/div>\s*$/,
    data: { url: ANY, id: ANY, alt: ANY, dimRatio: [50], sizeSlug: ANY, align: ANY, className: ANY },
    own: /^(wp-block-cover|align(wide|full))$/,
    names: { id: 'id', size: 'sizeSlug' },
  },
  'core/media-text': {
    head: /^\s*(<div(?:\s[^>]*)?>)\s*<figure class="wp-block-media-text__media">\s*(<img\s[^>]*>)\s*<\/figure>\s*<div class="wp-block-media-text__content">\s*$/,
    tail: /^\s*<\/div>\s*<\/div>\s*$/,
    data: { mediaId: ANY, mediaLink: ANY, mediaType: ['image'], mediaSizeSlug: ANY, align: ANY, className: ANY },
    own: /^(wp-block-media-text|is-stacked-on-mobile|align(wide|full))$/,
    names: { id: 'mediaId', size: 'mediaSizeSlug' },
  },
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const words = (value: string): string[] => value.split(/\s+/).filter(Boolean);
const attributes = (tag: string): Map<string, string> => new Map(attributesOf(findTag(tag) ?? { inside: '' }));
const has = (names: Iterable<string>, allowed: readonly string[]): boolean =>
  [...names].every((name) => allowed.includes(name));

/** The words of a block with at most one plain line: a caption, or a paragraph that is nothing but words. */
function lineOf(node: Node): Fragment | undefined {
  if (node.type.name === 'image') return node.content;
  const [only, ...others] = node.children;
  if (!only) return Fragment.empty;
  const isPlain =
    only.type.name === 'paragraph' &&
    /^\s*<p>\s*$/.test(headOf(only).head) &&
    Object.keys(only.attrs['data'] as object).length === 0;
  return isPlain && others.length === 0 ? only.content : undefined;
}

/** The picture that a block is; undefined where it is none, or more than that. */
export function pictureOf(node: Node): Picture | undefined {
  const form = FORMS[text(node.attrs['block'])];
  const { head, tail } = headOf(node);
  const match = form?.head.exec(head);
  const line = lineOf(node);
  if (!form || !match || !line || !form.tail.test(tail)) return undefined;
  const data = node.attrs['data'] as BlockAttributes;
  const isKnown = Object.entries(data).every(
    ([name, value]) => name in form.data && (form.data[name]?.includes(value) ?? true),
  );
  const [outer, image] = [attributes(match[1] ?? ''), attributes(match[2] ?? '')];
  const classes = text(data['className']);
  const isOwn = words(outer.get('class') ?? '').every((name) => form.own.test(name) || words(classes).includes(name));
  const isPlain = words(image.get('class') ?? '').every((name) =>
    /^(wp-image-\d+|size-[\w-]+|wp-block-cover__image-background)$/.test(name),
  );
  const isBare =
    has(outer.keys(), ['class', 'id']) &&
    has(image.keys(), ['src', 'alt', 'class', 'data-object-fit']) &&
    (image.get('data-object-fit') ?? 'cover') === 'cover';
  const src = image.get('src') ?? '';
  if (!isKnown || !isOwn || !isPlain || !isBare || src === '') return undefined;
  const id = data[form.names.id];
  return {
    src,
    alt: image.get('alt') ?? '',
    id: typeof id === 'number' ? id : undefined,
    size: text(data[form.names.size]),
    align: text(data['align']),
    anchor: outer.get('id') ?? '',
    classes,
    line,
  };
}

/** A block that has what all have of the picture. */
function withCommon(node: Node, { align, anchor, classes }: Picture): Node {
  const [anchorSetting, classSetting] = COMMON;
  let made = node;
  for (const [setting, value] of [
    [blockAlign([]), align],
    [anchorSetting, anchor],
    [classSetting, classes],
  ] as const)
    if (setting && value !== '')
      made = made.type.create({ ...made.attrs, ...setting.write(made, value) }, made.content, made.marks);
  return made;
}

const classOf = (...names: readonly string[]): string => {
  const all = names.filter(Boolean).join(' ');
  return all === '' ? '' : ` class="${all}"`;
};
const sourceOf = ({ src, alt }: Picture): string => `src="${encodeAttribute(src)}" alt="${encodeAttribute(alt)}"`;
const numbered = ({ id }: Picture): string => (id === undefined ? '' : `wp-image-${id}`);
const sized = ({ size }: Picture): string => (size === '' ? '' : `size-${size}`);
const filled = (data: BlockAttributes): BlockAttributes =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined && value !== ''));

/** The picture as an image; what stood on it or beside it is its caption. */
export function imageOf(schema: Schema, picture: Picture): Node {
  const { id, size, line } = picture;
  const tag = `<img ${sourceOf(picture)}${classOf(numbered(picture))}/>`;
  const attrs = {
    data: filled({ id, sizeSlug: size, linkDestination: 'none' }),
    head: `\n<figure${classOf('wp-block-image', sized(picture))}>${tag}`,
    tail: '</figure>\n',
  };
  return withCommon(make(schema, 'image', attrs, line), picture);
}

const isWide = ({ align }: Picture): boolean => ['', 'wide', 'full'].includes(align);

/** The picture behind words: its caption. */
export function coverOf(schema: Schema, picture: Picture): Node | undefined {
  const { src, alt, id, size, line } = picture;
  if (!isWide(picture)) return undefined;
  const classes = classOf('wp-block-cover__image-background', numbered(picture), sized(picture));
  const tag = `<img${classes} ${sourceOf(picture)} data-object-fit="cover"/>`;
  const attrs = {
    block: 'core/cover',
    data: filled({ url: src, id, alt, dimRatio: 50, sizeSlug: size }),
    head: `\n<div class="wp-block-cover">${tag}${SHADE}<div class="wp-block-cover__inner-container">`,
    tail: '</div></div>\n',
  };
  return withCommon(make(schema, 'container', attrs, make(schema, 'paragraph', {}, line)), picture);
}

/** The picture beside words: its caption. */
export function mediaTextOf(schema: Schema, picture: Picture): Node | undefined {
  const { src, id, size, line } = picture;
  if (!isWide(picture)) return undefined;
  const tag = `<img ${sourceOf(picture)}${classOf(numbered(picture), sized(picture))}/>`;
  const figure = `<figure class="wp-block-media-text__media">${tag}</figure>`;
  const attrs = {
    block: 'core/media-text',
    data: filled({ mediaId: id, mediaLink: src, mediaType: 'image', mediaSizeSlug: size }),
    head: `\n<div class="wp-block-media-text is-stacked-on-mobile">${figure}<div class="wp-block-media-text__content">`,
    tail: '</div></div>\n',
  };
  return withCommon(make(schema, 'container', attrs, make(schema, 'paragraph', {}, line)), picture);
}
