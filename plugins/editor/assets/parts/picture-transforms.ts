// What pictures can become: several of them a gallery, one a cover or a picture beside text, and back. What would lose
// something is not offered.

import coverIcon from 'icon:card-image';
import imageIcon from 'icon:image';
import galleryIcon from 'icon:images';
import besideIcon from 'icon:layout-text-window';
import type { Editor } from '@tiptap/core';
import type { Node, Schema } from '@tiptap/pm/model';
import { t } from 'galley/client';
import { coverOf, imageOf, mediaTextOf, type Picture, pictureOf } from '../blocks/picture.ts';
import { make } from '../model/make.ts';
import { blockAlign, headOf } from '../model/settings.ts';
import { attributesOf, findTag, readAttribute } from '../model/tag.ts';
import { type BlockRange, blocksOf, parentOf, rangeOf } from './block-range.ts';
import type { MenuItem } from './menu.ts';
import { replaceBlocks } from './replace.ts';

const ALIGN = blockAlign(['left', 'center', 'right', 'wide', 'full']);
const isGallery = (node: Node | undefined): boolean => node?.attrs['block'] === 'core/gallery';
const alignOf = (node: Node): string => String(ALIGN.read(node) ?? '');
const aligned = (node: Node, value: string): Node =>
  alignOf(node) === value
    ? node
    : node.type.create({ ...node.attrs, ...ALIGN.write(node, value) }, node.content, node.marks);

/** Pictures as they stand, in one gallery; where all are aligned alike, that is the gallery's. */
function galleryOf(schema: Schema, images: readonly Node[]): Node {
  const [align, ...others] = new Set(images.map(alignOf));
  const isAlike = align !== undefined && others.length === 0;
  const gallery = make(
    schema,
    'container',
    {
      block: 'core/gallery',
      data: { linkTo: 'none' },
      head: '\n<figure class="wp-block-gallery has-nested-images columns-default is-cropped">',
      tail: '</figure>\n',
    },
    isAlike ? images.map((image) => aligned(image, '')) : images,
  );
  return isAlike ? aligned(gallery, align) : gallery;
}

/** What says how the pictures of a gallery stand together: alone, they have no use for it. */
const TOGETHER = new Set(['linkTo', 'columns', 'imageCrop', 'sizeSlug', 'ids', 'align', 'allowResize']);

/** The pictures of a gallery, unless it has more than pictures. */
function imagesOf(gallery: Node): readonly Node[] | undefined {
  const { head, tail } = headOf(gallery);
  const tag = findTag(head);
  const isBare =
    /^\s*<figure[^>]*>\s*$/.test(head) &&
    /^\s*<\/figure>\s*$/.test(tail) &&
    tag !== undefined &&
    attributesOf(tag).every(([name]) => name === 'class') &&
    Object.keys(gallery.attrs['data'] as object).every((name) => TOGETHER.has(name));
  const images = gallery.children.filter((child) => (readAttribute(headOf(child).head, ['img'], 'src') ?? '') !== '');
  if (!isBare || images.length === 0 || !gallery.children.every(({ type }) => type.name === 'image')) return undefined;
  const align = alignOf(gallery);
  return images.map((image) => (align !== '' && alignOf(image) === '' ? aligned(image, align) : image));
}

/** Pictures in a gallery stand for it where all are selected; one alone stays what it is. */
function rangeOfPictures(editor: Editor): BlockRange | undefined {
  const range = blocksOf(editor.state);
  const around = range && parentOf(editor.state, range.from);
  if (!around || !isGallery(around.node)) return range;
  return around.node.childCount === range.nodes.length ? rangeOf(around) : undefined;
}

/** What the selected pictures, or what holds one, can become. */
export function pictureTransforms(editor: Editor): MenuItem[] {
  const range = rangeOfPictures(editor);
  if (!range) return [];
  const { schema } = editor;
  const item = (label: string, icon: string, nodes: readonly Node[] | undefined): MenuItem[] =>
    nodes ? [{ label, icon, run: () => void replaceBlocks(editor, range, nodes, true) }] : [];
  const [only, ...others] = range.nodes;
  if (only && others.length === 0 && isGallery(only)) {
    return item(t('Image'), imageIcon, imagesOf(only));
  }
  const isImages = range.nodes.every(({ type }) => type.name === 'image');
  const gallery = isImages ? item(t('Gallery'), galleryIcon, [galleryOf(schema, range.nodes)]) : [];
  const picture = only && others.length === 0 ? pictureOf(only) : undefined;
  if (!only || !picture) return gallery;
  const made = (build: (schema: Schema, picture: Picture) => Node | undefined): Node[] | undefined => {
    const node = build(schema, picture);
    return node && [node];
  };
  const name = String(only.attrs['block']);
  return [
    ...(isImages ? [] : item(t('Image'), imageIcon, made(imageOf))),
    ...gallery,
    ...(name === 'core/cover' ? [] : item(t('Cover'), coverIcon, made(coverOf))),
    ...(name === 'core/media-text' ? [] : item(t('Media and text'), besideIcon, made(mediaTextOf))),
  ];
}
