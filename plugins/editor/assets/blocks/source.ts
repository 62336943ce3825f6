// Blocks whose content is source: HTML as the author wrote it, and shortcodes. Nothing in them is escaped.

import shortcodeIcon from 'icon:braces';
import htmlIcon from 'icon:filetype-html';
import { Fragment, type Node } from '@tiptap/pm/model';
import { t } from 'galley/client';
import { blockNode } from '../model/block-node.ts';
import type { BlockKind } from '../model/kinds.ts';
import { make } from '../model/make.ts';
import { framed } from '../model/text-kind.ts';

const around = () => ({ head: '\n', tail: '\n' });

function sourceKind(
  name: string,
  block: string,
  parts: Pick<BlockKind, 'title' | 'icon'> & { keywords: string },
): BlockKind {
  const node = blockNode(name, block, {
    content: 'text*',
    marks: '',
    code: true,
    isolating: true,
    renderHTML: () => [
      'pre',
      { class: 'ge-code-source', 'data-block': block, 'data-title': parts.title, spellcheck: 'false' },
      0,
    ],
  });
  return {
    name,
    title: parts.title,
    icon: parts.icon,
    blocks: [block],
    nodes: [node],
    read: (read, reader) => {
      const match = /^(\s*)([\s\S]*?)(\s*)$/.exec(read.innerHTML);
      if (read.innerBlocks.length > 0 || !match) return undefined;
      const [, head = '', text = '', tail = ''] = match;
      return reader.make(name, { head, tail }, text === '' ? [] : [reader.schema.text(text)]);
    },
    write: (shown: Node) => {
      const { head, tail } = framed(shown, around);
      return head + shown.textContent + tail;
    },
    inserts: [
      {
        title: parts.title,
        icon: parts.icon,
        keywords: parts.keywords,
        group: 'more',
        make: (schema) => make(schema, name, {}, Fragment.empty),
      },
    ],
  };
}

export const html = sourceKind('htmlSource', 'core/html', {
  title: t('Custom HTML'),
  icon: htmlIcon,
  keywords: 'code embed markup',
});

export const shortcode = sourceKind('shortcode', 'core/shortcode', {
  title: t('Shortcode'),
  icon: shortcodeIcon,
  keywords: 'plugin [ ]',
});
