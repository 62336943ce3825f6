// Embeds, sound and films: what is shown, with a caption to be written below.

import videoIcon from 'icon:film';
import posterIcon from 'icon:image';
import audioIcon from 'icon:music-note-beamed';
import embedIcon from 'icon:play-btn';
import type { Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { NodeSelection } from '@tiptap/pm/state';
import type { Block } from 'galley/blocks';
import { openMediaPicker, t } from 'galley/client';
import { blockNode, own } from '../model/block-node.ts';
import { writeInline } from '../model/inline-html.ts';
import type { BlockKind, BlockTool, Insert, Setting } from '../model/kinds.ts';
import { make } from '../model/make.ts';
import { isAddress } from '../model/providers.ts';
import type { Reader } from '../model/reader.ts';
import { blockAlign, headOf } from '../model/settings.ts';
import { readAttribute, writeAttribute } from '../model/tag.ts';
import { type Around, framed } from '../model/text-kind.ts';
import { editorData } from '../parts/catalog.ts';
import { mediaView } from '../parts/media-view.ts';
import { chooseFile, libraryTool } from '../tools/library.ts';
import { addressOf, withAddress } from './embed.ts';

const CAPTION = /^([\s\S]*?)(?:(<figcaption(?:\s[^>]*)?>)([\s\S]*?)<\/figcaption>)?(\s*<\/figure>\s*)$/;
const PLAYER = /^\s*<figure(?:\s[^>]*)?>\s*<(audio|video)(?:\s[^>]*)?>[\s\S]*<\/\1>\s*$/;
const EMBED = /^\s*<figure(?:\s[^>]*)?>\s*<div(?:\s[^>]*)?>\s*https?:\/\/[^\s<>]+\s*<\/div>\s*$/;
const DEFAULT_CAPTION = '<figcaption class="wp-element-caption">';

const NEW: Record<string, Around> = {
  'core/audio': { head: '\n<figure class="wp-block-audio"><audio controls></audio>', tail: '</figure>\n' },
  'core/video': { head: '\n<figure class="wp-block-video"><video controls></video>', tail: '</figure>\n' },
  'core/embed': { head: '', tail: '' },
};
const around = (node: Node): Around => NEW[String(node.attrs['block'])] ?? { head: '', tail: '' };

function read(block: Block, reader: Reader): Node | undefined {
  if (block.innerBlocks.length > 0) return undefined;
  // An embed that nobody has given an address yet.
  if (block.blockName === 'core/embed' && block.innerHTML.trim() === '')
    return reader.make('media', { head: block.innerHTML, tail: '', caption: null }, []);
  const match = CAPTION.exec(block.innerHTML);
  if (!match) return undefined;
  const [, head = '', caption, html = '', tail = ''] = match;
  const isKnown = block.blockName === 'core/embed' ? EMBED.test(head) : PLAYER.test(head);
  const line = isKnown ? reader.inline(html) : undefined;
  return line && reader.make('media', { head, tail, caption: caption ?? null }, line);
}

const node = blockNode('media', 'core/video', {
  content: 'inline*',
  isolating: true,
  draggable: true,
  addAttributes: () => ({ caption: own(null) }),
  renderHTML: () => ['figure', 0],
  addNodeView: () => mediaView,
});

const isBlock = (name: string) => (one: Node) => one.attrs['block'] === name;
const tagOf = (one: Node): string[] => [isBlock('core/audio')(one) ? 'audio' : 'video'];

/** An attribute of the player that is there or not. */
const flag = (name: string, label: string, help?: string): Setting => ({
  label,
  kind: 'boolean',
  ...(help ? { help } : {}),
  read: (one) => readAttribute(headOf(one).head, tagOf(one), name) !== undefined,
  write: (one, value) => {
    const { head, tail } = headOf(one);
    return { tail, head: writeAttribute(head, tagOf(one), name, value === '' ? undefined : '') };
  },
});

const address: Setting = {
  label: t('Address'),
  kind: 'url',
  read: addressOf,
  write: (one, value) => withAddress(one, isAddress(value.trim()) ? value.trim() : ''),
};

const poster: Setting = {
  label: t('Picture until it plays'),
  kind: 'url',
  help: t('The address of a picture. It can also be chosen from the library, in the bar above the text.'),
  read: (one) => readAttribute(headOf(one).head, ['video'], 'poster') ?? '',
  write: (one, value) => withPoster(one, isAddress(value.trim()) ? value.trim() : undefined),
};

function withPoster(one: Node, url: string | undefined): Record<string, unknown> {
  const { head, tail } = headOf(one);
  return { tail, head: writeAttribute(head, ['video'], 'poster', url) };
}

async function choosePoster(editor: Editor, position: number): Promise<void> {
  const before = editor.state.doc.nodeAt(position);
  const [item] = await openMediaPicker({ many: false, parent: editorData().entry || null, accept: 'image' });
  if (item && before && editor.state.doc.nodeAt(position) === before) {
    const { tr } = editor.state;
    tr.setNodeMarkup(position, undefined, { ...before.attrs, ...withPoster(before, item.url) });
    editor.view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, position)));
  }
  editor.view.focus();
}

const posterTool: BlockTool = {
  title: t('Choose the picture until it plays'),
  icon: posterIcon,
  fits: (one) => editorData().library && isBlock('core/video')(one),
  run: (editor, _, position) => void choosePoster(editor, position),
};

const PLAYING = [
  flag('loop', t('Begin again at the end')),
  flag('autoplay', t('Play at once'), t('Most browsers do so without sound only, and many readers dislike it.')),
];
const SETTINGS: Record<string, readonly Setting[]> = {
  'core/embed': [address, blockAlign(['left', 'center', 'right', 'wide', 'full'])],
  'core/audio': [address, ...PLAYING],
  'core/video': [
    address,
    poster,
    flag('controls', t('Show the controls')),
    flag('muted', t('Without sound')),
    ...PLAYING,
    blockAlign(['left', 'center', 'right', 'wide', 'full']),
  ],
};

const insert = (block: string, parts: Pick<Insert, 'title' | 'icon' | 'keywords'>): Insert => ({
  ...parts,
  group: 'media',
  make: (schema) => make(schema, 'media', { block }),
  ...(block === 'core/embed' ? {} : { after: (editor, position) => void chooseFile(editor, position) }),
});

export const media: BlockKind = {
  name: 'media',
  title: t('Media'),
  icon: videoIcon,
  blocks: ['core/video', 'core/audio', 'core/embed'],
  nodes: [node],
  around,
  read,
  write: (one) => {
    const { head, tail } = framed(one, around);
    if (one.content.size === 0 || head.trim() === '') return head + tail;
    return `${head}${String(one.attrs['caption'] ?? DEFAULT_CAPTION)}${writeInline(one.content)}</figcaption>${tail}`;
  },
  inserts: [
    insert('core/embed', { title: t('Embed'), icon: embedIcon, keywords: 'youtube vimeo video url oembed' }),
    insert('core/audio', { title: t('Audio'), icon: audioIcon, keywords: 'sound music podcast mp3' }),
    insert('core/video', { title: t('Video'), icon: videoIcon, keywords: 'film movie mp4' }),
  ],
  tools: [libraryTool, posterTool],
  settings: (one) => SETTINGS[String(one.attrs['block'])] ?? [],
};
