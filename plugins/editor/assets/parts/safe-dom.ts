import { t } from 'galley/client';
import { shownStyle } from '../model/block-node.ts';
import { attributesIn, readHtml } from './inert.ts';

/** What may stand in a preview. Everything else is left out, its words stay. */
const SHOWN = new Set(
  `a abbr audio b blockquote br button caption cite code col colgroup dd del details dfn div dl dt em figcaption figure
  h1 h2 h3 h4 h5 h6 hr i img ins kbd label li mark nav ol p picture pre q s samp section small span strong sub summary
  sup table tbody td tfoot th thead time tr u ul var video`.split(/\s+/),
);
const DROPPED = new Set([
  'script',
  'style',
  'template',
  'noscript',
  'iframe',
  'object',
  'embed',
  'svg',
  'math',
  'link',
]);
const ATTRIBUTES = new Set([
  'alt',
  'class',
  'colspan',
  'rowspan',
  'dir',
  'lang',
  'width',
  'height',
  'start',
  'open',
  'datetime',
]);

/** The address of a picture that the page may load: our own, or what stands in the address itself. */
export function ownImage(address: string): string | undefined {
  if (/^(data:image\/(png|jpe?g|gif|webp|avif);|blob:)/i.test(address)) return address;
  try {
    const url = new URL(address, location.href);
    return url.origin === location.origin ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** A picture; where it stands on another site, its name: writing loads nothing from others. */
export function showImage(address: string, alt: string): HTMLElement {
  const own = ownImage(address);
  if (own) {
    const image = document.createElement('img');
    image.src = own;
    image.alt = alt;
    image.loading = 'lazy';
    return image;
  }
  const box = document.createElement('span');
  box.className = 'ge-foreign';
  const file = address.startsWith('data:') ? '' : decode(address.split(/[?#]/)[0]?.split('/').pop() ?? '');
  box.textContent = alt || file || t('Picture');
  box.title = address.slice(0, 300);
  return box;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function copyElement(element: Element): HTMLElement | undefined {
  if (element.localName === 'img')
    return showImage(element.getAttribute('src') ?? '', element.getAttribute('alt') ?? '');
  const made = document.createElement(
    element.localName === 'a' || element.localName === 'button' ? 'span' : element.localName,
  );
  if (element.localName === 'a') made.className = 'ge-link';
  for (const [name, value] of attributesIn(element)) {
    if (name === 'style') made.style.cssText = shownStyle(value);
    else if (name === 'class') made.className = `${made.className} ${value}`.trim();
    else if (ATTRIBUTES.has(name)) made.setAttribute(name, value);
  }
  return made;
}

function copyChildren(from: Node, to: Node): void {
  for (const child of from.childNodes) {
    if (child.nodeType === 3) to.appendChild(document.createTextNode(child.nodeValue ?? ''));
    if (child.nodeType !== 1 || DROPPED.has((child as Element).localName)) continue;
    const element = child as Element;
    const made = SHOWN.has(element.localName) ? copyElement(element) : undefined;
    if (made) to.appendChild(made);
    copyChildren(element, made ?? to);
  }
}

/** HTML as nodes of the page, made anew of what is allowed: no script, no link to follow, nothing from other sites. */
export function safeDom(html: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  copyChildren(readHtml(html), fragment);
  return fragment;
}
