import icon from 'icon:hand-index';
import { t } from 'galley/client';
import { blockNode, own, shownAttributes } from '../model/block-node.ts';
import type { BlockKind } from '../model/kinds.ts';
import { make } from '../model/make.ts';
import { blockAlign, headOf } from '../model/settings.ts';
import { classesOf, readAttribute, writeAttribute } from '../model/tag.ts';
import { framed, textKind } from '../model/text-kind.ts';
import { containerView } from '../parts/container-view.ts';
import { BUTTON_TOOLS, BUTTONS_TOOLS } from './inner-tools.ts';

const buttonsNode = blockNode('buttons', 'core/buttons', {
  content: 'button+',
  addNodeView: () => containerView,
  renderHTML: () => ['div', 0],
});

const buttonNode = blockNode('button', 'core/button', {
  content: 'inline*',
  isolating: true,
  addAttributes: () => ({ isOutline: own(false) }),
  renderHTML: ({ node }) => {
    const { class: classes = '', ...rest } = shownAttributes(node);
    return ['div', { ...rest, class: `ge-button ${classes}` }, ['span', { class: 'ge-button-face' }, 0]];
  },
});

const LINK = ['a', 'button'];

export const button = textKind({
  name: 'button',
  title: t('Button'),
  icon,
  blocks: ['core/button'],
  nodes: [buttonNode],
  pattern: /^(\s*<div(?:\s[^>]*)?>\s*<(?:a|button)(?:\s[^>]*)?>)([\s\S]*)(<\/(?:a|button)>\s*<\/div>\s*)$/,
  around: () => ({
    head: '\n<div class="wp-block-button"><a class="wp-block-button__link wp-element-button">',
    tail: '</a></div>\n',
  }),
  more: (_, head) => ({ isOutline: classesOf(head).includes('is-style-outline') }),
  tools: BUTTON_TOOLS,
  settings: [
    {
      label: t('Leads to'),
      kind: 'url',
      read: (node) => readAttribute(headOf(node).head, LINK, 'href') ?? '',
      write: (node, value) => {
        const { head, tail } = headOf(node);
        return { head: writeAttribute(head, LINK, 'href', value.trim() === '' ? undefined : value.trim()), tail };
      },
    },
  ],
});

export const buttons: BlockKind = {
  name: 'buttons',
  title: t('Buttons'),
  icon,
  blocks: ['core/buttons'],
  nodes: [buttonsNode],
  around: () => ({ head: '\n<div class="wp-block-buttons">', tail: '</div>\n' }),
  read: (block, reader) => {
    const frame = reader.frame(block);
    return frame && reader.make('buttons', { head: frame.head, tail: frame.tail }, reader.inner(frame, block));
  },
  write: (node, writer) => {
    const { head, tail } = framed(node, buttons.around ?? (() => ({ head: '', tail: '' })));
    return head + writer.blocks(node.children) + tail;
  },
  inserts: [
    {
      title: t('Buttons'),
      icon,
      keywords: 'link call to action',
      group: 'layout',
      make: (schema) => make(schema, 'buttons', {}, make(schema, 'button')),
    },
  ],
  tools: BUTTONS_TOOLS,
  settings: [blockAlign(['wide', 'full'])],
};
