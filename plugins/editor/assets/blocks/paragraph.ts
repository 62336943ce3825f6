import icon from 'icon:text-paragraph';
import { t } from 'galley/client';
import { blockNode, shownAttributes } from '../model/block-node.ts';
import { paragraph as empty } from '../model/make.ts';
import { textAlign } from '../model/settings.ts';
import { textKind } from '../model/text-kind.ts';

const node = blockNode('paragraph', 'core/paragraph', {
  content: 'inline*',
  priority: 1000,
  parseHTML: () => [{ tag: 'p' }],
  renderHTML: ({ node: own }) => ['p', shownAttributes(own), 0],
});

export const paragraph = textKind({
  name: 'paragraph',
  title: t('Paragraph'),
  icon,
  blocks: ['core/paragraph'],
  nodes: [node],
  pattern: /^(\s*<p(?:\s[^>]*)?>)([\s\S]*)(<\/p>\s*)$/,
  around: () => ({ head: '\n<p>', tail: '</p>\n' }),
  inserts: [{ title: t('Paragraph'), icon, keywords: 'text p', group: 'text', make: empty }],
  settings: [textAlign('align')],
});
