import { addToTag, type BlockDefinition, type BlockLayout } from 'galley';
import { flag, number, text } from './attributes.ts';

function saved(title: string, category: string, more: Partial<BlockDefinition> = {}): BlockDefinition {
  return { title, category, ...more };
}

function laidOut(title: string, layout: BlockLayout['default']): BlockDefinition {
  return saved(title, 'design', { layout: { default: layout } });
}

const heading: BlockDefinition = saved('Heading', 'text', {
  attributes: { level: number(2) },
  render: ({ inner }) => addToTag(inner, { classes: ['wp-block-heading'] }),
});

const more: BlockDefinition = saved('More', 'design', {
  attributes: { customText: text(), noTeaser: flag() },
  render: ({ scope }) => (scope.entry ? `<span id="more-${scope.entry.id}"></span>` : ''),
});

/** Blocks whose saved HTML is what is shown. */
export const staticBlocks: Record<string, BlockDefinition> = {
  'core/paragraph': saved('Paragraph', 'text', { attributes: { dropCap: flag() } }),
  'core/heading': heading,
  'core/list': saved('List', 'text', { attributes: { ordered: flag() } }),
  'core/list-item': saved('List item', 'text', { parent: ['core/list'] }),
  'core/quote': saved('Quote', 'text', { layout: { default: 'flow' } }),
  'core/pullquote': saved('Pullquote', 'text'),
  'core/code': saved('Code', 'text', { content: 'verbatim' }),
  'core/preformatted': saved('Preformatted', 'text', { content: 'verbatim' }),
  'core/verse': saved('Verse', 'text', { content: 'verbatim' }),
  'core/math': saved('Math', 'text', { content: 'verbatim' }),
  'core/table': saved('Table', 'text', { attributes: { hasFixedLayout: flag() } }),
  'core/details': saved('Details', 'text', { attributes: { showContent: flag() } }),
  'core/html': saved('Custom HTML', 'widgets', { content: 'verbatim' }),
  'core/shortcode': saved('Shortcode', 'widgets', { content: 'classic' }),
  'core/freeform': saved('Classic', 'text', { content: 'classic' }),
  'core/missing': saved('Unknown', 'text'),
  'core/audio': saved('Audio', 'media'),
  'core/video': saved('Video', 'media'),
  'core/separator': saved('Separator', 'design'),
  'core/spacer': saved('Spacer', 'design', { attributes: { height: text('100px') } }),
  'core/button': saved('Button', 'design', { parent: ['core/buttons'] }),
  'core/buttons': laidOut('Buttons', 'flex'),
  'core/columns': laidOut('Columns', 'flex'),
  'core/column': laidOut('Column', 'flow'),
  'core/group': laidOut('Group', 'flow'),
  'core/accordion': saved('Accordion', 'design'),
  'core/accordion-item': saved('Accordion item', 'design'),
  'core/accordion-heading': saved('Accordion heading', 'design'),
  'core/accordion-panel': saved('Accordion panel', 'design'),
  'core/more': more,
  'core/nextpage': saved('Page break', 'design', { render: () => '' }),
  'core/text-columns': saved('Text columns (old)', 'design'),
  'core/subhead': saved('Subheading (old)', 'text'),
};
