// Separators, spacers, breaks: blocks without text of their own.

import spacerIcon from 'icon:arrows-expand';
import pageIcon from 'icon:file-break';
import separatorIcon from 'icon:hr';
import moreIcon from 'icon:three-dots';
import { t } from 'galley/client';
import { dataOf, htmlOf, type Leaf } from '../model/leaf.ts';
import { withData } from '../model/settings.ts';
import { changeClasses, classesOf, writeAttribute } from '../model/tag.ts';

const styleOf = (html: string): string => classesOf(html).find((name) => name.startsWith('is-style-')) ?? '';

const separator: Leaf = {
  block: 'core/separator',
  title: t('Separator'),
  icon: separatorIcon,
  keywords: 'line rule hr ---',
  group: 'layout',
  html: '\n<hr class="wp-block-separator has-alpha-channel-opacity"/>\n',
  settings: [
    {
      label: t('Style'),
      kind: 'select',
      choices: [
        ['', t('Short line')],
        ['is-style-wide', t('Wide line')],
        ['is-style-dots', t('Dots')],
      ],
      read: (node) => styleOf(htmlOf(node)),
      write: (node, value) => {
        const others = String(dataOf(node)['className'] ?? '')
          .split(/\s+/)
          .filter((name) => name !== '' && !name.startsWith('is-style-'));
        const className = [...others, ...(value === '' ? [] : [value])].join(' ');
        const isOld = (name: string): boolean => name.startsWith('is-style-');
        return {
          data: withData(node, 'className', className),
          html: changeClasses(htmlOf(node), { remove: isOld, add: value === '' ? [] : [value] }),
        };
      },
    },
  ],
};

const spacer: Leaf = {
  block: 'core/spacer',
  title: t('Spacer'),
  icon: spacerIcon,
  keywords: 'gap space',
  group: 'layout',
  html: '\n<div style="height:100px" aria-hidden="true" class="wp-block-spacer"></div>\n',
  settings: [
    {
      label: t('Height'),
      kind: 'text',
      help: t('Such as 80px or 5rem.'),
      read: (node) => String(dataOf(node)['height'] ?? '100px'),
      write: (node, value) => {
        const height = /^\d+(\.\d+)?(px|rem|em|vh)$/.test(value.trim()) ? value.trim() : '100px';
        return {
          data: withData(node, 'height', height === '100px' ? undefined : height),
          html: writeAttribute(htmlOf(node), ['div'], 'style', `height:${height}`),
        };
      },
    },
  ],
};

const moreHtml = (words: string, isBare: boolean): string =>
  `\n<!--more${words === '' ? '' : ` ${words.replaceAll('--', '–').replaceAll('>', '')}`}-->${isBare ? '\n<!--noteaser-->' : ''}\n`;

const more: Leaf = {
  block: 'core/more',
  title: t('Read more'),
  icon: moreIcon,
  keywords: 'teaser break',
  group: 'layout',
  html: moreHtml('', false),
  settings: [
    {
      label: t('Words of the link'),
      kind: 'text',
      read: (node) => String(dataOf(node)['customText'] ?? ''),
      write: (node, value) => ({
        data: withData(node, 'customText', value),
        html: moreHtml(value, dataOf(node)['noTeaser'] === true),
      }),
    },
    {
      label: t('Leave the beginning out on the page itself'),
      kind: 'boolean',
      read: (node) => dataOf(node)['noTeaser'] === true,
      write: (node, value) => ({
        data: withData(node, 'noTeaser', value !== ''),
        html: moreHtml(String(dataOf(node)['customText'] ?? ''), value !== ''),
      }),
    },
  ],
};

const nextPage: Leaf = {
  block: 'core/nextpage',
  title: t('Page break'),
  icon: pageIcon,
  keywords: 'pagination next page',
  group: 'layout',
  html: '\n<!--nextpage-->\n',
};

/** Blocks that part a text. */
export const leaves: readonly Leaf[] = [separator, spacer, more, nextPage];
