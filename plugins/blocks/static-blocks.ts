import { addToTag, type BlockDefinition, type BlockLayout } from 'galley';
import { accordionBlocks } from './accordion.ts';
import { flag, number, text } from './attributes.ts';
import { math } from './math.ts';

type Saved = Omit<BlockDefinition, 'category'>;

const saved = (category: string, definition: Saved): BlockDefinition => ({ category, ...definition });

const laidOut = (layout: BlockLayout['default'], definition: Saved): BlockDefinition =>
  saved('design', { layout: { default: layout }, ...definition });

const heading: BlockDefinition = saved('text', {
  title: 'Heading',
  attributes: { level: number(2) },
  render: ({ inner }) => addToTag(inner, { classes: ['wp-block-heading'] }),
});

const more: BlockDefinition = saved('design', {
  title: 'More',
  attributes: { customText: text(), noTeaser: flag() },
  render: ({ scope }) => (scope.entry ? `<span id="more-${scope.entry.id}"></span>` : ''),
});

/** Blocks whose saved HTML is what is shown. */
export const staticBlocks: Record<string, BlockDefinition> = {
  'core/paragraph': saved('text', { title: 'Paragraph', attributes: { dropCap: flag() } }),
  'core/heading': heading,
  'core/list': saved('text', { title: 'List', attributes: { ordered: flag() } }),
  'core/list-item': saved('text', { title: 'List item', parent: ['core/list'] }),
  'core/quote': saved('text', { title: 'Quote', layout: { default: 'flow' } }),
  'core/pullquote': saved('text', { title: 'Pullquote' }),
  'core/code': saved('text', { title: 'Code', content: 'verbatim' }),
  'core/preformatted': saved('text', { title: 'Preformatted', content: 'verbatim' }),
  'core/verse': saved('text', { title: 'Verse', content: 'verbatim' }),
  'core/math': math,
  'core/table': saved('text', { title: 'Table', attributes: { hasFixedLayout: flag() } }),
  'core/details': saved('text', { title: 'Details', attributes: { showContent: flag() } }),
  'core/html': saved('widgets', { title: 'Custom HTML', content: 'verbatim' }),
  'core/shortcode': saved('widgets', { title: 'Shortcode', content: 'classic' }),
  'core/freeform': saved('text', { title: 'Classic', content: 'classic' }),
  'core/missing': saved('text', { title: 'Unknown' }),
  'core/audio': saved('media', { title: 'Audio' }),
  'core/video': saved('media', { title: 'Video' }),
  'core/separator': saved('design', { title: 'Separator' }),
  'core/spacer': saved('design', { title: 'Spacer', attributes: { height: text('100px') } }),
  'core/button': saved('design', { title: 'Button', parent: ['core/buttons'] }),
  'core/buttons': laidOut('flex', { title: 'Buttons' }),
  'core/columns': laidOut('flex', { title: 'Columns' }),
  'core/column': laidOut('flow', { title: 'Column' }),
  'core/group': laidOut('flow', { title: 'Group' }),
  ...accordionBlocks,
  'core/more': more,
  'core/nextpage': saved('design', { title: 'Page break', render: () => '' }),
  'core/text-columns': saved('design', { title: 'Text columns (old)' }),
  'core/subhead': saved('text', { title: 'Subheading (old)' }),
};
