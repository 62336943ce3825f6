// Blocks that hold others and bring something of their own: galleries, covers, media beside text. They share the node of
// groups; what differs is what can be set, and how a new one is written.

import coverIcon from 'icon:card-image';
import galleryIcon from 'icon:images';
import mediaIcon from 'icon:layout-text-window';
import socialIcon from 'icon:share';
import type { Node, Schema } from '@tiptap/pm/model';
import { t } from 'galley/client';
import type { Insert, Setting } from '../model/kinds.ts';
import { dataOf } from '../model/leaf.ts';
import { make, paragraph } from '../model/make.ts';
import { blockAlign, headOf, withClasses, withData } from '../model/settings.ts';
import { encodeAttribute, findTag, readAttribute, writeAttribute } from '../model/tag.ts';

const IMG = ['img'];
const isAddress = (value: string): boolean => /^(https?:\/\/|\/)\S+$/.test(value);

const columns: Setting = {
  label: t('Columns'),
  kind: 'select',
  choices: [['', t('As fits')], ...[1, 2, 3, 4, 5, 6, 7, 8].map((count) => [String(count), String(count)] as const)],
  read: (node) => String(dataOf(node)['columns'] ?? ''),
  write: (node, value) =>
    withClasses(
      node,
      { remove: (name) => /^columns-(\d|default)$/.test(name), add: [`columns-${value || 'default'}`] },
      withData(node, 'columns', value === '' ? undefined : Number(value)),
    ),
};

const cropped: Setting = {
  label: t('Crop to the same shape'),
  kind: 'boolean',
  read: (node) => dataOf(node)['imageCrop'] !== false,
  write: (node, value) => {
    const { imageCrop: _, ...rest } = dataOf(node);
    const isOn = value !== '';
    const data = isOn ? rest : { ...rest, imageCrop: false };
    return withClasses(node, { remove: (name) => name === 'is-cropped', add: isOn ? ['is-cropped'] : [] }, data);
  },
};

const alt: Setting = {
  label: t('Alternative text'),
  kind: 'textarea',
  help: t('Says what is to be seen. Empty for mere decoration.'),
  read: (node) => readAttribute(headOf(node).head, IMG, 'alt') ?? '',
  write: (node, value) => ({ ...headOf(node), head: writeAttribute(headOf(node).head, IMG, 'alt', value) }),
};

/** The address of the picture, in the JSON under `name` and in the HTML. */
const picture = (name: string, tag: (url: string) => string, before: RegExp): Setting => ({
  label: t('Address of the picture'),
  kind: 'url',
  read: (node) => readAttribute(headOf(node).head, IMG, 'src') ?? '',
  write: (node, value) => {
    const { head, tail } = headOf(node);
    const url = isAddress(value.trim()) ? value.trim() : '';
    const found = findTag(head, IMG);
    const changed = found
      ? url === ''
        ? head.slice(0, found.start) + head.slice(found.end)
        : writeAttribute(head, IMG, 'src', url)
      : url === ''
        ? head
        : head.replace(before, (place) => place + tag(encodeAttribute(url)));
    return { head: changed, tail, data: withData(node, name, url) };
  },
});

const right: Setting = {
  label: t('Picture on the other side'),
  kind: 'boolean',
  read: (node) => dataOf(node)['mediaPosition'] === 'right',
  write: (node, value) => {
    const isRight = value !== '';
    const name = 'has-media-on-the-right';
    const data = withData(node, 'mediaPosition', isRight ? 'right' : undefined);
    return withClasses(node, { remove: (one) => one === name, add: isRight ? [name] : [] }, data);
  },
};

const wide = blockAlign(['wide', 'full']);

const SETTINGS: Record<string, readonly Setting[]> = {
  'core/gallery': [columns, cropped, blockAlign(['left', 'center', 'right', 'wide', 'full'])],
  'core/cover': [
    picture(
      'url',
      (url) => `<img class="wp-block-cover__image-background" alt="" src="${url}" data-object-fit="cover"/>`,
      /<div class="wp-block-cover[^>]*>/,
    ),
    // A cover has it in its JSON besides.
    { ...alt, write: (node, value) => ({ ...alt.write(node, value), data: withData(node, 'alt', value) }) },
    wide,
  ],
  'core/social-links': [],
  'core/media-text': [
    picture('mediaLink', (url) => `<img src="${url}" alt=""/>`, /<figure class="wp-block-media-text__media"[^>]*>/),
    alt,
    right,
    wide,
  ],
};

/** What can be set of a block that holds others. */
export const frameSettings = (node: Node): readonly Setting[] => SETTINGS[String(node.attrs['block'])] ?? [wide];

const framedNode = (schema: Schema, block: string, head: string, tail: string, more: object, inner: Node): Node =>
  make(schema, 'container', { block, head, tail, ...more }, inner);

/** What the menu of blocks offers of them. */
export const FRAME_INSERTS: readonly Insert[] = [
  {
    title: t('Gallery'),
    icon: galleryIcon,
    keywords: 'pictures photos images grid',
    group: 'media',
    make: (schema) => {
      const head = '\n<figure class="wp-block-gallery has-nested-images columns-default is-cropped">';
      const data = { data: { linkTo: 'none' } };
      return framedNode(schema, 'core/gallery', head, '</figure>\n', data, make(schema, 'image'));
    },
  },
  {
    title: t('Cover'),
    icon: coverIcon,
    keywords: 'hero banner background',
    group: 'media',
    make: (schema) => {
      const shade = '<span aria-hidden="true" class="wp-block-cover__background has-background-dim"></span>';
      const head = `\n<div class="wp-block-cover">${shade}<div class="wp-block-cover__inner-container">`;
      return framedNode(schema, 'core/cover', head, '</div></div>\n', {}, paragraph(schema));
    },
  },
  {
    title: t('Media and text'),
    icon: mediaIcon,
    keywords: 'picture beside image',
    group: 'media',
    make: (schema) => {
      const figure = '<figure class="wp-block-media-text__media"></figure>';
      const head = `\n<div class="wp-block-media-text is-stacked-on-mobile">${figure}<div class="wp-block-media-text__content">`;
      return framedNode(schema, 'core/media-text', head, '</div></div>\n', {}, paragraph(schema));
    },
  },
  {
    title: t('Social icons'),
    icon: socialIcon,
    keywords: 'links mastodon instagram youtube follow',
    group: 'more',
    make: (schema) => {
      const icon = make(schema, 'island', { block: 'core/social-link', data: { service: 'chain' } });
      return framedNode(schema, 'core/social-links', '\n<ul class="wp-block-social-links">', '</ul>\n', {}, icon);
    },
  },
];
