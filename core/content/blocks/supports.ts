import { escapeHtml } from '../../lib/escape.ts';
import type { BlockAttributes } from './block.ts';
import { isSafeDeclaration } from './css-policy.ts';

/** The member `path` of nested attributes, where every step is an object. */
export function attributeAt(attrs: BlockAttributes, path: string): unknown {
  let value: unknown = attrs;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as BlockAttributes)[key];
  }
  return value;
}

/** Turns WordPress's reference to a preset, `var:preset|color|red`, into CSS; other text stays. */
export function presetToCss(value: string): string {
  return /^var:[\w|-]+$/.test(value) ? `var(--wp--${value.slice(4).replaceAll('|', '--')})` : value;
}

const DECLARATIONS: Record<string, string> = {
  'color.text': 'color',
  'color.background': 'background-color',
  'color.gradient': 'background',
  'typography.fontSize': 'font-size',
  'typography.fontStyle': 'font-style',
  'typography.fontWeight': 'font-weight',
  'typography.lineHeight': 'line-height',
  'typography.letterSpacing': 'letter-spacing',
  'typography.textDecoration': 'text-decoration',
  'typography.textTransform': 'text-transform',
  'typography.writingMode': 'writing-mode',
  'border.width': 'border-width',
  'border.style': 'border-style',
  'border.color': 'border-color',
  'border.radius': 'border-radius',
  'border.radius.topLeft': 'border-top-left-radius',
  'border.radius.topRight': 'border-top-right-radius',
  'border.radius.bottomLeft': 'border-bottom-left-radius',
  'border.radius.bottomRight': 'border-bottom-right-radius',
  'dimensions.minHeight': 'min-height',
  'dimensions.aspectRatio': 'aspect-ratio',
  shadow: 'box-shadow',
};
for (const side of ['top', 'right', 'bottom', 'left']) {
  DECLARATIONS[`spacing.padding.${side}`] = `padding-${side}`;
  DECLARATIONS[`spacing.margin.${side}`] = `margin-${side}`;
  for (const part of ['width', 'style', 'color']) DECLARATIONS[`border.${side}.${part}`] = `border-${side}-${part}`;
}
DECLARATIONS['spacing.padding'] = 'padding';
DECLARATIONS['spacing.margin'] = 'margin';

/** Colours of links, headings and buttons inside a block. They become custom properties that blocks.css reads. */
const ELEMENTS: Record<string, string> = {
  'elements.link.color.text': '--wp--element--link--color',
  'elements.link.:hover.color.text': '--wp--element--link--hover',
  'elements.heading.color.text': '--wp--element--heading--color',
  'elements.heading.color.background': '--wp--element--heading--background',
  'elements.button.color.text': '--wp--element--button--color',
  'elements.button.color.background': '--wp--element--button--background',
};

function declarationsOf(attrs: BlockAttributes, names: Record<string, string>): string[] {
  return Object.entries(names).flatMap(([path, property]) => {
    const value = attributeAt(attrs, `style.${path}`);
    if (typeof value !== 'string' && typeof value !== 'number') return [];
    const isLength = typeof value === 'number' && value !== 0 && /width|radius/.test(property);
    const css = presetToCss(isLength ? `${value}px` : String(value));
    return isSafeDeclaration(property, css) && css !== '' ? [`${property}:${css}`] : [];
  });
}

/** The custom properties for the colours of links, headings and buttons inside a block. */
export function elementStyles(attrs: BlockAttributes): string[] {
  return attributeAt(attrs, 'style.elements') ? declarationsOf(attrs, ELEMENTS) : [];
}

function slugOf(value: unknown): string {
  return typeof value === 'string' && /^[\w-]+$/.test(value) ? value : '';
}

function colorClasses(attrs: BlockAttributes): string[] {
  const text = slugOf(attrs['textColor']);
  const background = slugOf(attrs['backgroundColor']);
  const gradient = slugOf(attrs['gradient']);
  const border = slugOf(attrs['borderColor']);
  const own = (path: string): boolean => attributeAt(attrs, `style.${path}`) !== undefined;
  return [
    ...(text ? [`has-${text}-color`] : []),
    ...(text || own('color.text') ? ['has-text-color'] : []),
    ...(background ? [`has-${background}-background-color`] : []),
    ...(gradient ? [`has-${gradient}-gradient-background`] : []),
    ...(background || gradient || own('color.background') || own('color.gradient') ? ['has-background'] : []),
    ...(own('elements.link') ? ['has-link-color'] : []),
    ...(border ? [`has-${border}-border-color`] : []),
    ...(border || own('border.color') ? ['has-border-color'] : []),
  ];
}

/** The classes that a block's attributes ask for: alignment, colours, sizes and those that the author typed. */
export function supportClasses(attrs: BlockAttributes): string[] {
  const align = slugOf(attrs['align']);
  const textAlign = slugOf(attrs['textAlign']) || slugOf(attributeAt(attrs, 'style.typography.textAlign'));
  const size = slugOf(attrs['fontSize']);
  const family = slugOf(attrs['fontFamily']);
  const typed = typeof attrs['className'] === 'string' ? attrs['className'].split(/\s+/).filter(Boolean) : [];
  return [
    ...(align ? [`align${align}`] : []),
    ...(textAlign ? [`has-text-align-${textAlign}`] : []),
    ...colorClasses(attrs),
    ...(size ? [`has-${size}-font-size`] : []),
    ...(family ? [`has-${family}-font-family`] : []),
    ...typed,
  ];
}

/** The class of a block: `core/latest-posts` has `wp-block-latest-posts`, `acme/map` has `wp-block-acme-map`. */
export function blockClass(blockName: string): string {
  return `wp-block-${blockName.replace(/^core\//, '').replace('/', '-')}`;
}

/** What a block's wrapper has besides what its attributes ask for. */
export interface WrapperParts {
  classes?: readonly string[];
  /** Declarations; the caller answers for them. */
  style?: readonly string[];
  /** More attributes; values are escaped here. */
  attributes?: Record<string, string>;
}

/**
 * The attributes of a dynamic block's outer tag, beginning with a blank, all escaped: its class, what its attributes
 * ask for (colours, sizes, spacing, borders, alignment) and what is given.
 *
 * @example `<ul${wrapperAttributes('core/archives', attrs, { classes: ['wp-block-archives-list'] })}>`
 */
export function wrapperAttributes(blockName: string, attrs: BlockAttributes, parts: WrapperParts = {}): string {
  const classes = [blockClass(blockName), ...(parts.classes ?? []), ...supportClasses(attrs)];
  const style = [...declarationsOf(attrs, DECLARATIONS), ...elementStyles(attrs), ...(parts.style ?? [])];
  const anchor = typeof attrs['anchor'] === 'string' && attrs['anchor'] !== '' ? { id: attrs['anchor'] } : {};
  const all = {
    ...anchor,
    class: [...new Set(classes)].join(' '),
    ...(style.length > 0 ? { style: style.join(';') } : {}),
    ...parts.attributes,
  };
  return Object.entries(all)
    .map(([name, value]) => ` ${name}="${escapeHtml(value)}"`)
    .join('');
}
