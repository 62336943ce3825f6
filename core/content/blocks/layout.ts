import type { BlockAttributes } from './block.ts';
import { isSafeDeclaration } from './css-policy.ts';
import { addToTag } from './start-tag.ts';
import { attributeAt, blockClass, elementStyles, presetToCss } from './supports.ts';

/** How a block lays its inner blocks out where its attributes say nothing, and which of its tags holds them. */
export interface BlockLayout {
  default: 'flow' | 'constrained' | 'flex' | 'grid';
  /** A class of the tag that holds the inner blocks, where that is not the first tag. */
  target?: string;
  /** The direction of a flex layout. Default `horizontal`. */
  orientation?: 'horizontal' | 'vertical';
}

const TYPES: Record<string, string> = {
  default: 'flow',
  flow: 'flow',
  constrained: 'constrained',
  flex: 'flex',
  grid: 'grid',
};

function textAt(attrs: BlockAttributes, path: string): string {
  const value = attributeAt(attrs, path);
  return typeof value === 'string' && /^[\w-]+$/.test(value) ? value : '';
}

function typeOf(attrs: BlockAttributes, layout: BlockLayout): string {
  return TYPES[textAt(attrs, 'layout.type')] ?? layout.default;
}

/** The classes that WordPress adds when it renders a block with a layout. */
export function layoutClasses(blockName: string, attrs: BlockAttributes, layout: BlockLayout): string[] {
  const type = typeOf(attrs, layout);
  const justify = textAt(attrs, 'layout.justifyContent');
  const vertical = textAt(attrs, 'layout.verticalAlignment');
  const isVertical = (textAt(attrs, 'layout.orientation') || layout.orientation) === 'vertical';
  return [
    ...(isVertical ? ['is-vertical'] : []),
    ...(justify ? [`is-content-justification-${justify}`] : []),
    ...(type === 'flex' && vertical ? [`is-vertically-aligned-${vertical}`] : []),
    ...(textAt(attrs, 'layout.flexWrap') === 'nowrap' ? ['is-nowrap'] : []),
    `is-layout-${type}`,
    `${blockClass(blockName)}-is-layout-${type}`,
  ];
}

function gapOf(attrs: BlockAttributes): string {
  const gap = attributeAt(attrs, 'style.spacing.blockGap');
  if (typeof gap === 'string') return presetToCss(gap);
  if (typeof gap !== 'object' || gap === null) return '';
  const { top = '', left = '' } = gap as Record<string, unknown>;
  return [top, left].map((part) => (typeof part === 'string' && part !== '' ? presetToCss(part) : '0')).join(' ');
}

/** The declarations that WordPress would write into a style sheet for one block: gap, columns of a grid, widths. */
export function layoutStyles(attrs: BlockAttributes, layout: BlockLayout): string[] {
  const type = typeOf(attrs, layout);
  const gap = gapOf(attrs);
  const columns = attributeAt(attrs, 'layout.columnCount');
  const minimum = attributeAt(attrs, 'layout.minimumColumnWidth');
  const width = attributeAt(attrs, 'layout.contentSize');
  const grid =
    typeof columns === 'number' && columns > 0
      ? `repeat(${Math.min(Math.trunc(columns), 16)},minmax(0,1fr))`
      : typeof minimum === 'string'
        ? `repeat(auto-fill,minmax(min(${minimum},100%),1fr))`
        : '';
  const wanted: [string, string][] = [
    [type === 'flex' || type === 'grid' ? 'gap' : '--wp--style--block-gap', gap],
    ...(type === 'grid' ? [['grid-template-columns', grid] as [string, string]] : []),
    ...(type === 'constrained' && typeof width === 'string'
      ? [['--wp--style--content-size', width] as [string, string]]
      : []),
  ];
  return wanted.filter(([name, value]) => value !== '' && isSafeDeclaration(name, value)).map((pair) => pair.join(':'));
}

/** Adds to saved HTML what WordPress adds when it renders: layout classes, gaps, colours of inner elements. */
export function withRenderedSupports(
  html: string,
  blockName: string,
  attrs: BlockAttributes,
  layout?: BlockLayout,
): string {
  const elements = elementStyles(attrs);
  const styled = elements.length > 0 ? addToTag(html, { style: elements.join(';') }) : html;
  if (!layout) return styled;
  const additions = { classes: layoutClasses(blockName, attrs, layout), style: layoutStyles(attrs, layout).join(';') };
  return addToTag(styled, additions, layout.target);
}
