// Files of the library for the blocks that show one: pictures, galleries, sound, films, downloads.
import libraryIcon from 'icon:images';
import type { Editor } from '@tiptap/core';
import type { Node, Schema } from '@tiptap/pm/model';
import { NodeSelection } from '@tiptap/pm/state';
import type { BlockAttributes } from 'galley/blocks';
import { type MediaItem, openMediaPicker, t } from 'galley/client';
import { withAddress } from '../blocks/embed.ts';
import { fileNode } from '../model/file-html.ts';
import type { BlockTool } from '../model/kinds.ts';
import { make } from '../model/make.ts';
import { headOf, withClasses } from '../model/settings.ts';
import { encodeAttribute, findTag, readAttribute, writeAttribute } from '../model/tag.ts';
import { editorData } from '../parts/catalog.ts';

const IMG = ['img'];

/** What a block takes, by its name. */
const FAMILIES: Record<string, MediaItem['family'] | 'any'> = {
  'core/image': 'image',
  'core/gallery': 'image',
  'core/audio': 'audio',
  'core/video': 'video',
  'core/file': 'any',
};

const dataOf = (node: Node): BlockAttributes => node.attrs['data'] as BlockAttributes;

/** A new block with a picture of the library. */
export function pictureNode(schema: Schema, item: MediaItem): Node {
  const picture = `<img src="${encodeAttribute(item.url)}" alt="${encodeAttribute(item.alt)}" class="wp-image-${item.id}"/>`;
  return make(schema, 'image', {
    data: { id: item.id, sizeSlug: 'full', linkDestination: 'none' },
    head: `\n<figure class="wp-block-image size-full">${picture}`,
    tail: '</figure>\n',
  });
}

/** Another picture in the same frame: its width, link, alignment and caption stay. */
function withPicture(node: Node, item: MediaItem): Record<string, unknown> {
  const isSize = (name: string): boolean => name.startsWith('size-');
  const data = { linkDestination: 'none', ...dataOf(node), id: item.id, sizeSlug: 'full' };
  const changed = withClasses(node, { remove: isSize, add: ['size-full'] }, data);
  let head = String(changed['head']);
  const kept = (readAttribute(head, IMG, 'class') ?? '')
    .split(/\s+/)
    .filter((name) => name && !/^wp-image-/.test(name));
  const isToFile = dataOf(node)['linkDestination'] === 'media' && findTag(head, ['a']) !== undefined;
  const values: Record<string, string | undefined> = {
    src: item.url,
    alt: item.alt,
    class: [...kept, `wp-image-${item.id}`].join(' '),
    width: undefined,
    height: undefined,
    srcset: undefined,
    sizes: undefined,
  };
  for (const [name, value] of Object.entries(values)) head = writeAttribute(head, IMG, name, value);
  return { ...changed, head: isToFile ? writeAttribute(head, ['a'], 'href', item.url) : head };
}

/** Sound or a film of the library; all else in the block stays. */
const withSource = (node: Node, item: MediaItem): Record<string, unknown> => {
  const changed = withAddress(node, item.url);
  return { ...changed, data: { ...(changed['data'] as BlockAttributes), id: item.id } };
};

/** The pictures of a gallery: those it has, without empty places, and the new ones. */
function withPictures(node: Node, items: readonly MediaItem[]): Node {
  const isEmpty = (child: Node): boolean =>
    child.type.name === 'image' && (readAttribute(headOf(child).head, IMG, 'src') ?? '') === '';
  const before = node.children.filter((child) => !isEmpty(child));
  return node.type.create(node.attrs, [...before, ...items.map((item) => pictureNode(node.type.schema, item))]);
}

const CHANGES: Record<string, (node: Node, item: MediaItem) => Record<string, unknown>> = {
  'core/image': withPicture,
  'core/audio': withSource,
  'core/video': withSource,
};

const nameOf = (node: Node): string => String(node.attrs['block'] ?? (node.type.name === 'image' ? 'core/image' : ''));

/** Whether a block shows a file, and the writer may choose one. */
export const takesFile = (node: Node): boolean =>
  editorData().library && nameOf(node) in FAMILIES && node.type.name !== 'island';

/** Lets the writer choose what the block at a place shows. */
export async function chooseFile(editor: Editor, position: number): Promise<void> {
  const node = position < 0 ? null : editor.state.doc.nodeAt(position);
  if (!node || !takesFile(node)) return;
  const family = FAMILIES[nameOf(node)] ?? 'any';
  const isGallery = nameOf(node) === 'core/gallery';
  const parent = editorData().entry || null;
  const items = await openMediaPicker({ many: isGallery, parent, ...(family === 'any' ? {} : { accept: family }) });
  const [item] = items;
  // While the library was open, a picture that was on its way may have come in before it.
  if (item && editor.state.doc.nodeAt(position) === node) {
    const { tr } = editor.state;
    if (isGallery) tr.replaceWith(position, position + node.nodeSize, withPictures(node, items));
    else if (node.type.name === 'file')
      tr.replaceWith(position, position + node.nodeSize, fileNode(node.type.schema, item, dataOf(node)));
    else tr.setNodeMarkup(position, undefined, { ...node.attrs, ...CHANGES[nameOf(node)]?.(node, item) });
    editor.view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, position)));
  }
  editor.view.focus();
}

/** The button of the block's toolbar. */
export const libraryTool: BlockTool = {
  title: t('Choose from the library'),
  icon: libraryIcon,
  fits: takesFile,
  run: (editor, _, position) => void chooseFile(editor, position),
};
