// What of pasted words is more than words: marks, and where links lead.
import { attributesIn } from '../parts/inert.ts';

const MARKS: Record<string, string> = {
  b: 'strong',
  strong: 'strong',
  i: 'em',
  em: 'em',
  s: 's',
  strike: 's',
  del: 's',
  u: 'u',
  code: 'code',
  tt: 'code',
  kbd: 'kbd',
  sub: 'sub',
  sup: 'sup',
  mark: 'mark',
};
const SAFE = /^(https?:|mailto:|tel:|[/?])/i;

/** The value of an attribute, or nothing. */
export const attribute = (element: Element, name: string): string =>
  attributesIn(element).find(([key]) => key === name)?.[1] ?? '';

/** The marks that the style of an element stands for, and those that it takes back. */
function styleMarks(element: Element): { on: string[]; off: string[] } {
  // Word says besides how other scripts are set (`mso-bidi-font-weight`): these are no styles of these words.
  const style = attribute(element, 'style').toLowerCase();
  const weight = /(?:^|[;\s])font-weight:\s*(\w+)/.exec(style)?.[1] ?? '';
  const slant = /(?:^|[;\s])font-style:\s*(\w+)/.exec(style)?.[1] ?? '';
  const raised = /(?:^|[;\s])vertical-align:\s*(\w+)/.exec(style)?.[1] ?? '';
  const on: string[] = [];
  const off: string[] = [];
  if (/^(bold|[6-9]00)$/.test(weight)) on.push('strong');
  else if (weight !== '') off.push('strong');
  if (slant === 'italic') on.push('em');
  else if (slant !== '') off.push('em');
  if (/text-decoration[\w-]*:[^;]*line-through/.test(style)) on.push('s');
  if (raised === 'super') on.push('sup');
  if (raised === 'sub') on.push('sub');
  return { on, off };
}

/** The marks of an element, by its name and by its style. Links are underlined anyway. */
export function marksOf(element: Element): string[] {
  const { on, off } = styleMarks(element);
  const own = MARKS[element.localName];
  const isOfLink = own === 'u' && (element.closest('a') ?? element.querySelector('a')) !== null;
  return [...new Set([...(own && !isOfLink && !off.includes(own) ? [own] : []), ...on])];
}

/** Where a link leads, or nothing: an anchor of the text that it comes from is not in this one. */
export function addressOf(element: Element): string {
  const href = element.localName === 'a' ? attribute(element, 'href').trim() : '';
  if (!SAFE.test(href)) return '';
  return behindRedirect(href) ?? href;
}

/** Online documents lead over an address of their own, which counts who clicks. */
function behindRedirect(href: string): string | undefined {
  if (!/^https:\/\/www\.google\.com\/url\?/i.test(href)) return undefined;
  const target = new URL(href).searchParams.get('q') ?? '';
  return /^https?:/i.test(target) ? target : undefined;
}

const isRightToLeft = (element: Element): boolean => {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const direction = attribute(at, 'dir') || /(?:^|[;\s])direction:\s*(\w+)/i.exec(attribute(at, 'style'))?.[1];
    if (direction) return direction.toLowerCase() === 'rtl';
  }
  return false;
};

/** The side that a line is set to where that is not the usual one: `center`, `right`, or nothing. */
export function sideOf(element: Element): string {
  for (let at: Element | null = element; at && !/^(td|th|li)$/.test(at.localName); at = at.parentElement) {
    const styled = /(?:^|[;\s])text-align:\s*(?:-\w+-)?(\w+)/i.exec(attribute(at, 'style'))?.[1];
    const side = at.localName === 'center' ? 'center' : (styled ?? attribute(at, 'align')).toLowerCase();
    if (side === 'center' || side === 'middle') return 'center';
    if (side !== '') return side === 'right' && !isRightToLeft(at) ? side : '';
  }
  return '';
}
