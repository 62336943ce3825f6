// Embeds, files, sound and films: an address, and what the block writes around it.

import fileIcon from 'icon:file-earmark-arrow-down';
import videoIcon from 'icon:film';
import audioIcon from 'icon:music-note-beamed';
import embedIcon from 'icon:play-btn';
import { t } from 'galley/client';
import type { Setting } from '../model/kinds.ts';
import { dataOf, htmlOf, type Leaf } from '../model/leaf.ts';
import { withData } from '../model/settings.ts';
import { encodeAttribute, readAttribute, writeAttribute } from '../model/tag.ts';

const isAddress = (value: string): boolean => /^(https?:\/\/|\/)\S+$/.test(value);

const embedHtml = (url: string): string =>
  url === ''
    ? ''
    : `\n<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">\n${encodeAttribute(url)}\n</div></figure>\n`;

const embed: Leaf = {
  block: 'core/embed',
  title: t('Embed'),
  icon: embedIcon,
  keywords: 'youtube vimeo video url oembed',
  group: 'media',
  settings: [
    {
      label: t('Address'),
      kind: 'url',
      help: t('The address of the page that is to be shown, such as a film.'),
      read: (node) => String(dataOf(node)['url'] ?? ''),
      write: (node, value) => {
        const url = isAddress(value.trim()) ? value.trim() : '';
        return { data: withData(node, 'url', url), html: embedHtml(url) };
      },
    },
  ],
};

/** The address in an attribute of the HTML. */
const source = (tag: string): Setting => ({
  label: t('Address'),
  kind: 'url',
  read: (node) => readAttribute(htmlOf(node), [tag], 'src') ?? '',
  write: (node, value) => ({
    html: writeAttribute(htmlOf(node), [tag], 'src', isAddress(value.trim()) ? value.trim() : undefined),
  }),
});

const audio: Leaf = {
  block: 'core/audio',
  title: t('Audio'),
  icon: audioIcon,
  keywords: 'sound music podcast mp3',
  group: 'media',
  html: '\n<figure class="wp-block-audio"><audio controls></audio></figure>\n',
  settings: [source('audio')],
};

const video: Leaf = {
  block: 'core/video',
  title: t('Video'),
  icon: videoIcon,
  keywords: 'film movie mp4',
  group: 'media',
  html: '\n<figure class="wp-block-video"><video controls></video></figure>\n',
  settings: [source('video')],
};

const fileHtml = (href: string, name: string): string => {
  const address = encodeAttribute(href);
  return `\n<div class="wp-block-file"><a href="${address}">${encodeAttribute(name)}</a><a href="${address}" class="wp-block-file__button wp-element-button" download>${t('Download')}</a></div>\n`;
};

const file: Leaf = {
  block: 'core/file',
  title: t('File'),
  icon: fileIcon,
  keywords: 'download pdf document',
  group: 'media',
  html: fileHtml('', ''),
  settings: [
    {
      label: t('Address'),
      kind: 'url',
      read: (node) => String(dataOf(node)['href'] ?? ''),
      write: (node, value) => {
        const href = isAddress(value.trim()) ? value.trim() : '';
        return { data: withData(node, 'href', href), html: fileHtml(href, href.split('/').pop() ?? '') };
      },
    },
  ],
};

/** Blocks that bring something from elsewhere. */
export const files: readonly Leaf[] = [embed, audio, video, file];
