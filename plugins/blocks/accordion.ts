import type { BlockDefinition } from 'galley';
import { flag, isOn, number } from './attributes.ts';

const HEADING = /^(\s*)<(h[1-6])([^>]*)>\s*<button([^>]*)>([\s\S]*)<\/button>\s*<\/h[1-6]>(\s*)$/;
const ITEM = /^(\s*)<div([^>]*)>([\s\S]*)<\/div>(\s*)$/;
/** The sign that a script would turn. Browsers draw one of their own. */
const SIGN = /<span[^>]*wp-block-accordion-heading__toggle-icon[^>]*>[^<]*<\/span>/g;

/** What is seen without a word. */
const SEEN = /<(?:img|video|audio|iframe|math|svg|hr|input)\b/i;

const isEmpty = (html: string): boolean => !SEEN.test(html) && html.replace(/<[^>]*>|&nbsp;/g, '').trim() === '';

/** The heading opens its part: a button would need a script, this does not. */
const heading: BlockDefinition = {
  title: 'Accordion heading',
  category: 'design',
  parent: ['core/accordion-item'],
  attributes: { level: number(3) },
  render({ inner }) {
    const [, before = '', tag, attributes = '', , words = '', after = ''] = HEADING.exec(inner) ?? [];
    if (tag === undefined) return inner;
    // Nothing to press: what it would open is shown.
    if (isEmpty(words.replace(SIGN, ''))) return '';
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
    return `${before}<details${attributes}${isOn(block, 'openByDefault') ? ' open' : ''}>${body}</details>${after}`;
  },
};

/** Parts that are folded away below their headings. */
export const accordionBlocks: Record<string, BlockDefinition> = {
  'core/accordion': { title: 'Accordion', category: 'design' },
  'core/accordion-item': item,
  'core/accordion-heading': heading,
  'core/accordion-panel': { title: 'Accordion panel', category: 'design', parent: ['core/accordion-item'] },
};
