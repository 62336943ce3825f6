import icon from 'icon:caret-down-square';
import type { Node } from '@tiptap/pm/model';
import type { Block } from 'galley/blocks';
import { t } from 'galley/client';
import { blockNode, own, shownAttributes } from '../model/block-node.ts';
import { writeInline } from '../model/inline-html.ts';
import type { BlockKind } from '../model/kinds.ts';
import { make, paragraph } from '../model/make.ts';
import type { Reader } from '../model/reader.ts';
import { withData } from '../model/settings.ts';
import { writeAttribute } from '../model/tag.ts';
import { framed } from '../model/text-kind.ts';

const detailsNode = blockNode('details', 'core/details', {
  content: 'summary block*',
  isolating: true,
  addAttributes: () => ({ summary: own('<summary>') }),
  // Always open while one writes.
  renderHTML: ({ node }) => ['div', { ...shownAttributes(node), class: 'ge-details' }, 0],
});

const summaryNode = blockNode('summary', null, {
  group: '',
  content: 'inline*',
  renderHTML: () => ['p', { class: 'ge-summary', 'data-empty': t('What is folded away') }, 0],
});

const around = () => ({ head: '\n<details class="wp-block-details">', tail: '</details>\n' });

const HEAD = /^(\s*<details(?:\s[^>]*)?>)(<summary(?:\s[^>]*)?>)([\s\S]*?)<\/summary>(\s*)$/;

function read(block: Block, reader: Reader): Node | undefined {
  const frame = block.innerBlocks.length > 0 ? reader.frame(block) : undefined;
  const match = frame && HEAD.exec(frame.head);
  const line = match && reader.inline(match[3] ?? '');
  const summary = line && reader.make('summary', {}, line);
  if (!frame || !match || !summary) return undefined;
  const attrs = { head: match[1], summary: match[2], tail: frame.tail };
  return reader.make('details', attrs, [summary, ...reader.inner(frame, block)]);
}

export const details: BlockKind = {
  name: 'details',
  title: t('Details'),
  icon,
  blocks: ['core/details'],
  nodes: [detailsNode, summaryNode],
  around,
  read,
  write: (node, writer) => {
    const { head, tail } = framed(node, around);
    const [summary, ...inner] = node.children;
    const words = summary ? writeInline(summary.content) : '';
    return `${head}${String(node.attrs['summary'])}${words}</summary>${writer.blocks(inner)}${tail}`;
  },
  inserts: [
    {
      title: t('Details'),
      icon,
      keywords: 'accordion fold summary faq',
      group: 'text',
      make: (schema) => make(schema, 'details', {}, [make(schema, 'summary'), paragraph(schema)]),
    },
  ],
  settings: [
    {
      label: t('Open at first'),
      kind: 'boolean',
      read: (node) => (node.attrs['data'] as { showContent?: boolean }).showContent === true,
      write: (node, value) => {
        const { head, tail } = framed(node, around);
        const data = withData(node, 'showContent', value !== '');
        return { data, tail, head: writeAttribute(head, ['details'], 'open', value === '' ? undefined : '') };
      },
    },
  ],
};
