// Classic text becomes blocks: each element its own block, what is none of the known ones a block of HTML. Nothing is lost.
import type { Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { Selection } from '@tiptap/pm/state';
import { writeClosing, writeOpening } from 'galley/blocks';
import { announce, t } from 'galley/client';
import { embedParts } from '../blocks/embed.ts';
import { readHtml, writeHtml, writeInner } from './inert.ts';
import { classicHtml } from './preview.ts';
import { sessionOf } from './session.ts';

/** Whether a node is text between blocks, as it was before there were blocks. */
export const isClassic = (node: Node | undefined): boolean =>
  node?.type.name === 'island' && node.attrs['block'] === null;

const HEADING = /^h([1-6])$/;
const SHORTCODE = /^\[[\w-]+[^\]]*\](?:[\s\S]*\[\/[\w-]+\])?$/;
const CAPTION = /^\s*\[caption([^\]]*)\]([\s\S]*)\[\/caption\]\s*$/;

function wrap(name: string, inner: string, data: object = {}): string {
  return `${writeOpening(`core/${name}`, { ...data }, false)}\n${inner}\n${writeClosing(`core/${name}`)}`;
}

/** The class by which styles know a block of its own kind. */
const CLASSES: Readonly<Record<string, string>> = {
  h1: 'wp-block-heading',
  h2: 'wp-block-heading',
  h3: 'wp-block-heading',
  h4: 'wp-block-heading',
  h5: 'wp-block-heading',
  h6: 'wp-block-heading',
  ul: 'wp-block-list',
  ol: 'wp-block-list',
  blockquote: 'wp-block-quote',
};

/** How a line is set, where that is all that its class says. */
const sideOf = ({ className }: Element): string => /^has-text-align-(left|center|right)$/.exec(className)?.[1] ?? '';

function blockMarkup(element: Element): string {
  const name = element.localName;
  const own = name === 'pre' ? `wp-block-${isCode(element) ? 'code' : 'preformatted'}` : CLASSES[name];
  const side = sideOf(element);
  if (own && (side !== '' || !element.hasAttribute('class'))) element.className = `${own} ${element.className}`.trim();
  const html = writeHtml(element);
  const level = Number(HEADING.exec(name)?.[1] ?? 0);
  if (name === 'p') return paragraphMarkup(element, html);
  if (level > 0)
    return wrap('heading', html, { ...(level === 2 ? {} : { level }), ...(side ? { textAlign: side } : {}) });
  if (name === 'ul') return wrap('list', html);
  if (name === 'ol') return wrap('list', html, { ordered: true, ...startOf(element) });
  if (name === 'blockquote') return wrap('quote', html);
  if (name === 'pre') return wrap(isCode(element) ? 'code' : 'preformatted', html);
  if (name === 'hr') return wrap('separator', '<hr class="wp-block-separator has-alpha-channel-opacity"/>');
  if (name === 'table') return wrap('table', `<figure class="wp-block-table">${html}</figure>`);
  if (name === 'figure' && element.attributes.length === 0) return figureMarkup(element) ?? wrap('html', html);
  return wrap('html', html);
}

/** Whether a preformatted text is all of a program. */
function isCode({ childNodes: [only, ...others] }: Element): boolean {
  return others.length === 0 && only?.nodeName.toLowerCase() === 'code';
}

/** A picture alone with what stands below it. */
function figureMarkup(figure: Element): string | undefined {
  const caption = figure.querySelector(':scope > figcaption:last-child');
  const words = caption ? writeInner(caption).trim() : '';
  caption?.remove();
  if (!isPicture(figure)) return undefined;
  const below = words === '' ? '' : `<figcaption class="wp-element-caption">${words}</figcaption>`;
  return pictureMarkup(writeInner(figure).trim(), below);
}

function startOf(list: Element): object {
  const start = Number(list.getAttribute('start') ?? 1);
  return Number.isInteger(start) && start !== 1 ? { start } : {};
}

/** A picture alone, in a link or not, is a picture, one with a caption too; an address alone is an embed. */
function paragraphMarkup(element: Element, html: string): string {
  const words = element.textContent?.trim() ?? '';
  const side = sideOf(element);
  const inner = writeInner(element).trim();
  const captioned = CAPTION.exec(inner);
  if (captioned) return captionMarkup(captioned[1] ?? '', captioned[2] ?? '') ?? wrap('shortcode', inner);
  if (element.children.length === 0 && SHORTCODE.test(words)) return wrap('shortcode', words);
  if (element.children.length === 0 && /^https?:\/\/\S+$/.test(words)) return embedMarkup(words);
  return isPicture(element) && element.attributes.length === 0
    ? pictureMarkup(inner)
    : wrap('paragraph', html, side ? { align: side } : {});
}

/** Whether there is nothing but a picture, or a link around one. */
function isPicture(element: Element): boolean {
  const [only] = element.children;
  if (element.children.length !== 1 || !only || element.textContent?.trim() !== '') return false;
  return only.localName === 'img' || (only.localName === 'a' && isPicture(only));
}

/** A picture keeps its classes; how it is aligned belongs to the block. */
function pictureMarkup(inner: string, more = '', aligned = ''): string {
  const align = aligned || (/class="[^"]*\balign(left|center|right)\b/.exec(inner)?.[1] ?? '');
  const link = /^<a\s/.test(inner) ? { linkDestination: 'custom' } : {};
  const figure = `<figure class="wp-block-image${align ? ` align${align}` : ''}">${inner}${more}</figure>`;
  return wrap('image', figure, { ...(align ? { align } : {}), ...link });
}

function captionMarkup(attributes: string, inner: string): string | undefined {
  const match = /^\s*((?:<a\s[^>]*>\s*)?<img\s[^>]*>(?:\s*<\/a>)?)([\s\S]*)$/.exec(inner);
  if (!match) return undefined;
  const align = /align(left|center|right)/.exec(attributes)?.[1] ?? '';
  const words = (match[2] ?? '').trim();
  const caption = words === '' ? '' : `<figcaption class="wp-element-caption">${words}</figcaption>`;
  return pictureMarkup(match[1] ?? '', caption, align);
}

const embedMarkup = (url: string): string => {
  const { data, html } = embedParts(url);
  return wrap('embed', html, data);
};

/** HTML as block markup. */
export function asBlocks(html: string): string {
  const pieces: string[] = [];
  let loose = '';
  const flush = (): void => {
    if (loose.trim() !== '') pieces.push(wrap('html', loose.trim()));
    loose = '';
  };
  for (const child of readHtml(html).childNodes) {
    if (child.nodeType === 1) {
      flush();
      pieces.push(blockMarkup(child as Element));
    } else if (child.nodeType === 8 && /^(more|nextpage)/.test(child.nodeValue?.trim() ?? '')) {
      flush();
      const name = child.nodeValue?.trim().startsWith('more') ? 'more' : 'nextpage';
      pieces.push(wrap(name, `<!--${child.nodeValue}-->`));
    } else loose += child.nodeType === 8 ? `<!--${child.nodeValue}-->` : (child.nodeValue ?? '');
  }
  flush();
  return pieces.join('\n\n');
}

/** Pieces of classic text side by side. */
interface Run {
  from: number;
  to: number;
  nodes: Node[];
}

/** Whether a piece of the text is no block yet. */
const isPiece = (node: Node): boolean => node.attrs['block'] === null;

/** The pieces of classic text, as far as they stand side by side. */
function runsOf(doc: Node): Run[] {
  const runs: Run[] = [];
  let isOpen = false;
  doc.forEach((node, position) => {
    const last = runs.at(-1);
    if (isPiece(node) && last && isOpen) {
      last.nodes.push(node);
      last.to = position + node.nodeSize;
    } else if (isPiece(node)) runs.push({ from: position, to: position + node.nodeSize, nodes: [node] });
    isOpen = isPiece(node);
  });
  return runs;
}

/** Whether there is classic text. */
export const hasClassic = (doc: Node): boolean => doc.children.some(isPiece);

/** Makes blocks of all classic text, as one step that can be undone. Shortcodes stay what they are. */
export async function convertClassic(editor: Editor): Promise<void> {
  const { doc } = editor.state;
  const { reader, writer } = sessionOf(editor);
  const runs = runsOf(doc);
  const made = await Promise.all(runs.map(({ nodes }) => classicHtml(writer.copied(nodes)))).catch(() => undefined);
  if (!made || editor.state.doc !== doc) {
    announce(t('Not converted. Try again when the connection is back.'));
    return;
  }
  const { tr } = editor.state;
  for (const [index, { from, to }] of [...runs.entries()].reverse())
    tr.replaceWith(from, to, reader.text(asBlocks(made[index] ?? '')));
  editor.view.dispatch(tr.setSelection(Selection.atStart(tr.doc)).scrollIntoView());
  editor.view.focus();
  announce(t('Converted to blocks.'));
}
