import groupIcon from 'icon:collection';
import columnIcon from 'icon:layout-sidebar';
import columnsIcon from 'icon:layout-three-columns';
import type { Node } from '@tiptap/pm/model';
import type { Block } from 'galley/blocks';
import { t } from 'galley/client';
import { blockNode } from '../model/block-node.ts';
import type { BlockKind } from '../model/kinds.ts';
import { make, paragraph } from '../model/make.ts';
import type { Reader } from '../model/reader.ts';
import { blockAlign, withData } from '../model/settings.ts';
import { readAttribute, writeAttribute } from '../model/tag.ts';
import { framed } from '../model/text-kind.ts';
import type { Writer } from '../model/writer.ts';
import { containerView } from '../parts/container-view.ts';
import { FRAME_INSERTS, frameSettings } from './frames.ts';
import { COLUMN_TOOLS, COLUMNS_TOOLS, FRAME_TOOLS } from './inner-tools.ts';

const shown = { addNodeView: () => containerView, renderHTML: (): ['div', 0] => ['div', 0] };

const containerNode = blockNode('container', 'core/group', { content: 'block*', ...shown });
const columnsNode = blockNode('columns', 'core/columns', { content: 'column+', isolating: true, ...shown });
const columnNode = blockNode('column', 'core/column', { content: 'block*', isolating: true, ...shown });

function reading(name: string): (block: Block, reader: Reader) => Node | undefined {
  return (block, reader) => {
    const frame = reader.frame(block);
    return frame && reader.make(name, { head: frame.head, tail: frame.tail }, reader.inner(frame, block));
  };
}

const writing =
  (kind: () => BlockKind) =>
  (node: Node, writer: Writer): string => {
    const { head, tail } = framed(node, kind().around ?? (() => ({ head: '', tail: '' })));
    return head + writer.blocks(node.children) + tail;
  };

export const container: BlockKind = {
  name: 'container',
  title: t('Group'),
  icon: groupIcon,
  blocks: ['core/group'],
  nodes: [containerNode],
  around: () => ({ head: '\n<div class="wp-block-group">', tail: '</div>\n' }),
  read: reading('container'),
  write: writing(() => container),
  inserts: [
    {
      title: t('Group'),
      icon: groupIcon,
      keywords: 'section box wrap',
      group: 'layout',
      make: (schema) => make(schema, 'container', { data: { layout: { type: 'constrained' } } }, paragraph(schema)),
    },
    ...FRAME_INSERTS,
  ],
  settings: frameSettings,
  tools: FRAME_TOOLS,
};

export const columns: BlockKind = {
  name: 'columns',
  title: t('Columns'),
  icon: columnsIcon,
  blocks: ['core/columns'],
  nodes: [columnsNode],
  around: () => ({ head: '\n<div class="wp-block-columns">', tail: '</div>\n' }),
  read: reading('columns'),
  write: writing(() => columns),
  inserts: [2, 3].map((count) => ({
    title: count === 2 ? t('Two columns') : t('Three columns'),
    icon: columnsIcon,
    keywords: 'side by side grid',
    group: 'layout',
    make: (schema) =>
      make(
        schema,
        'columns',
        {},
        Array.from({ length: count }, () => make(schema, 'column', {}, paragraph(schema))),
      ),
  })),
  settings: [blockAlign(['wide', 'full'])],
  tools: COLUMNS_TOOLS,
};

export const column: BlockKind = {
  name: 'column',
  title: t('Column'),
  icon: columnIcon,
  blocks: ['core/column'],
  nodes: [columnNode],
  around: () => ({ head: '\n<div class="wp-block-column">', tail: '</div>\n' }),
  read: reading('column'),
  write: writing(() => column),
  tools: COLUMN_TOOLS,
  settings: [
    {
      label: t('Width'),
      kind: 'text',
      help: t('Such as 33% or 200px; empty: as wide as the others.'),
      read: (node) => String((node.attrs['data'] as { width?: string }).width ?? ''),
      write: (node, value) => {
        const width = /^\d+(\.\d+)?(%|px|rem|em|vw)$/.test(value.trim()) ? value.trim() : '';
        const { head, tail } = framed(node, column.around ?? (() => ({ head: '', tail: '' })));
        const rest = (readAttribute(head, undefined, 'style') ?? '').replace(/(^|;)\s*flex-basis\s*:[^;]*/i, '$1');
        const style = [rest.replace(/^;+|;+$/g, ''), ...(width ? [`flex-basis:${width}`] : [])]
          .filter(Boolean)
          .join(';');
        return {
          data: withData(node, 'width', width),
          head: writeAttribute(head, undefined, 'style', style === '' ? undefined : style),
          tail,
        };
      },
    },
  ],
};
