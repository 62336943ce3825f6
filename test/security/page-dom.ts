// Reads a page as a browser would and names all in it that could run or load something.
import assert from 'node:assert/strict';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';

const URL_ATTRIBUTES = new Set([
  'href',
  'src',
  'action',
  'formaction',
  'cite',
  'poster',
  'background',
  'data',
  'xlink:href',
  'ping',
  'longdesc',
  'usemap',
  'manifest',
  'codebase',
]);
const DANGEROUS = new Set([
  'object',
  'embed',
  'applet',
  'base',
  'frame',
  'frameset',
  'portal',
  'template',
  'noembed',
  'xmp',
  'plaintext',
  'listing',
]);

/** What of a page could run: as lines, so that two pages can be compared. */
export interface Running {
  /** Scripts, style sheets and frames, by what they are. */
  loaded: string[];
  /** What must not be there at all. */
  forbidden: string[];
}

function read(element: DefaultTreeAdapterTypes.Element, running: Running): void {
  const { tagName, attrs } = element;
  const attribute = (name: string): string => attrs.find((item) => item.name === name)?.value ?? '';
  if (tagName === 'script' && attribute('type') !== 'application/json') {
    const text = element.childNodes.map((child) => ('value' in child ? child.value : '')).join('');
    running.loaded.push(`script ${attribute('src') || text}`);
  }
  if (tagName === 'style') running.loaded.push('style');
  if (tagName === 'iframe') running.loaded.push(`iframe ${attribute('src')} ${attribute('sandbox')}`);
  if (tagName === 'link')
    running.loaded.push(`link ${attribute('rel')} ${attribute('href').replace(/^https?:\/\/[^/]+/, '')}`);
  if (tagName === 'meta' && attribute('http-equiv') !== '') running.forbidden.push(`meta ${attribute('http-equiv')}`);
  if (DANGEROUS.has(tagName)) running.forbidden.push(`<${tagName}>`);
  for (const { name, value } of attrs) {
    if (/^on/i.test(name) || name === 'srcdoc') running.forbidden.push(`${tagName} ${name}="${value}"`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop these before they read the scheme.
    const url = value.replace(/[\u0000-\u0020]/g, '');
    if (
      URL_ATTRIBUTES.has(name) &&
      /^(javascript|vbscript|livescript|mocha|data(?!:image\/(png|jpeg|gif|webp)))/i.test(url)
    )
      running.forbidden.push(`${tagName} ${name}="${value}"`);
    if (name === 'style' && /url\(|expression|javascript|behaviou?r|-moz-binding|@import/i.test(value))
      running.forbidden.push(`${tagName} style="${value}"`);
  }
}

/** All that a page could run. */
export function runningOf(html: string): Running {
  const running: Running = { loaded: [], forbidden: [] };
  const visit = (node: DefaultTreeAdapterTypes.ChildNode | DefaultTreeAdapterTypes.Document): void => {
    if ('tagName' in node) read(node, running);
    if ('childNodes' in node) for (const child of node.childNodes) visit(child);
  };
  visit(parse(html));
  running.loaded.sort();
  return running;
}

/** Fails when a page could run or load anything that the page without foreign text does not. */
export function assertNothingRuns(html: string, harmless: string, what: string): void {
  const { loaded, forbidden } = runningOf(html);
  assert.deepEqual(forbidden, [], what);
  const usual = new Set(runningOf(harmless).loaded);
  // Feeds, canonical addresses and frames of known video hosts differ from page to page; scripts and styles do not.
  const strange = loaded.filter(
    (line) =>
      !usual.has(line) &&
      !/^link (canonical|alternate|prev|next) \//.test(line) &&
      !/^iframe https:\/\/[^ ]+ .*allow/.test(line),
  );
  assert.deepEqual(strange, [], what);
}
