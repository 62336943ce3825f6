import icon from 'icon:calculator';
import { mathOfLatex } from 'galley/blocks';
import { t } from 'galley/client';
import { blockNode } from '../model/block-node.ts';
import type { BlockKind } from '../model/kinds.ts';
import { make } from '../model/make.ts';
import { withData } from '../model/settings.ts';
import { framed } from '../model/text-kind.ts';
import { mathView } from '../parts/math-view.ts';

const around = () => ({ head: '\n<div class="wp-block-math">', tail: '</div>\n' });

const mathNode = blockNode('math', 'core/math', {
  content: 'text*',
  marks: '',
  code: true,
  isolating: true,
  renderHTML: () => ['pre', { class: 'ge-math-source' }, 0],
  addNodeView: () => mathView,
});

/** A formula: one writes LaTeX, and sees beside it what readers will. */
export const math: BlockKind = {
  name: 'math',
  title: t('Formula'),
  icon,
  blocks: ['core/math'],
  nodes: [mathNode],
  around,
  read: (block, reader) => {
    const { latex } = block.attrs;
    const match = /^(\s*<div(?:\s[^>]*)?>)(?:\s*<math[\s\S]*<\/math>\s*)?(<\/div>\s*)$/.exec(block.innerHTML);
    // A formula of which only the drawing was saved cannot be typed on.
    if (typeof latex !== 'string' || block.innerBlocks.length > 0 || !match) return undefined;
    const [, head = '', tail = ''] = match;
    return reader.make('math', { head, tail }, latex === '' ? [] : [reader.schema.text(latex)]);
  },
  write: (node) => {
    const { head, tail } = framed(node, around);
    return node.textContent.trim() === '' ? head + tail : head + mathOfLatex(node.textContent) + tail;
  },
  data: (node) => withData(node, 'latex', node.textContent),
  inserts: [
    {
      title: t('Formula'),
      icon,
      keywords: 'math latex tex equation',
      group: 'text',
      make: (schema) => make(schema, 'math'),
    },
  ],
};
