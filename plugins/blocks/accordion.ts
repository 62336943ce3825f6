import type { BlockDefinition, BlockInstance } from 'galley';
import { flag, isOn, number } from './attributes.ts';

const HEADING = /^(\s*)<(h[1-6])([^>]*)>\s*<button([^>]*)>([\s\S]*)<\/button>\s*<\/h[1-6]>(\s*)$/;
const ITEM = /^(\s*)<div([^>]*)>([\s\S]*)<\/div>(\s*)$/;
/** The sign that a script would turn. Browsers draw one of their own. */
const SIGN = /<span[^>]*wp-block-accordion-heading__toggle-icon[^>]*>[^<]*<\/span>/g;

/** What is seen without a word. */
const SEEN = /<(?:img|video|audio|iframe|math|svg|hr|input)\b/i;

const isEmpty = (html: string): boolean => !SEEN.test(html) && html.replace(/<[^>]*>|&nbsp;/g, '').trim() === '';

/** What an accordion tells its parts. */
interface Around {
  /** The name that parts share of which only one is open at a time. */
  group: string | undefined;
  /** The part that may be open at first, where only one may. */
  first: unknown;
  /** The level of headings that say none themselves. */
  level: number | undefined;
}

const around = (block: BlockInstance): Partial<Around> => (block.scope['accordion'] as Around | undefined) ?? {};

const isLevel = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 6;

const accordion: BlockDefinition = {
  title: 'Accordion',
  category: 'design',
  attributes: { autoclose: flag(), headingLevel: number() },
  expand(block, _, { unique }) {
    const { innerBlocks } = block.block;
    const told: Around = {
      group: isOn(block, 'autoclose') ? unique('accordion') : undefined,
      first: innerBlocks.find(({ attrs }) => attrs['openByDefault'] === true),
      level: isLevel(block.attrs['headingLevel']) ? block.attrs['headingLevel'] : undefined,
    };
    return [{ scope: { accordion: told } }];
  },
};

/** The heading opens its part: a button would need a script, this does not. */
const heading: BlockDefinition = {
  title: 'Accordion heading',
  category: 'design',
  parent: ['core/accordion-item'],
  attributes: { level: number() },
  render(block) {
    const { inner } = block;
    const [, before = '', written, attributes = '', , words = '', after = ''] = HEADING.exec(inner) ?? [];
    if (written === undefined) return inner;
    // Nothing to press: what it would open is shown.
    if (isEmpty(words.replace(SIGN, ''))) return '';
    const { level } = around(block);
    const tag = level && !isLevel(block.attrs['level']) ? `h${level}` : written;
    const line = `<${tag}${attributes}>${words.replace(SIGN, '')}</${tag}>`;
    return `${before}<summary class="wp-block-accordion-summary">${line}</summary>${after}`;
  },
};

const item: BlockDefinition = {
  title: 'Accordion item',
  category: 'design',
  parent: ['core/accordion'],
  attributes: { openByDefault: flag() },
  render(block) {
    const { inner } = block;
    const [, before = '', attributes = '', body = '', after = ''] = ITEM.exec(inner) ?? [];
    // A part that nobody wrote is nothing to readers.
    if (!/^\s*<summary /.test(body)) return isEmpty(body) ? '' : inner;
    const { group, first } = around(block);
    const name = group === undefined ? '' : ` name="${group}"`;
    const isOpen = isOn(block, 'openByDefault') && (group === undefined || block.block === first);
    return `${before}<details${attributes}${name}${isOpen ? ' open' : ''}>${body}</details>${after}`;
  },
};

/** Parts that are folded away below their headings. */
export const accordionBlocks: Record<string, BlockDefinition> = {
  'core/accordion': accordion,
  'core/accordion-item': item,
  'core/accordion-heading': heading,
  'core/accordion-panel': { title: 'Accordion panel', category: 'design', parent: ['core/accordion-item'] },
};
