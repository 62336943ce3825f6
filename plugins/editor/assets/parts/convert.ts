// Classic text becomes blocks: each element its own block, what is none of the known ones a block of HTML. Nothing is lost.
import type { Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { announce, t } from 'galley/client';
import { readHtml, writeHtml, writeInner } from './inert.ts';
import { blockOf } from './moves.ts';
import { classicHtml } from './preview.ts';
import { sessionOf } from './session.ts';
import { replaceBlock } from './transforms.ts';

/** Whether a node is text between blocks, as it was before there were blocks. */
export const isClassic = (node: Node | undefined): boolean =>
  node?.type.name === 'island' && node.attrs['block'] === null;

const HEADING = /^h([1-6])$/;

function blockMarkup(element: Element): string {
  const html = writeHtml(element);
  const level = Number(HEADING.exec(element.localName)?.[1] ?? 0);
  const wrap = (name: string, inner: string, json = ''): string =>
    `<!-- wp:${name} ${json}-->\n${inner}\n<!-- /wp:${name} -->`;
  if (element.localName === 'p') return paragraphMarkup(element, html, wrap);
  if (level > 0) return wrap('heading', html, level === 2 ? '' : `{"level":${level}} `);
  if (element.localName === 'ul') return wrap('list', html);
  if (element.localName === 'ol') return wrap('list', html, '{"ordered":true} ');
  if (element.localName === 'blockquote') return wrap('quote', html);
  if (element.localName === 'pre') return wrap('preformatted', html);
  if (element.localName === 'hr')
    return wrap('separator', '<hr class="wp-block-separator has-alpha-channel-opacity"/>');
  if (element.localName === 'table') return wrap('table', `<figure class="wp-block-table">${html}</figure>`);
  return wrap('html', html);
}

/** A paragraph with nothing but a picture is a picture, one with nothing but a shortcode a shortcode. */
function paragraphMarkup(element: Element, html: string, wrap: (name: string, inner: string) => string): string {
  const words = element.textContent?.trim() ?? '';
  if (element.children.length === 0 && /^\[[\w-]+[^\]]*\](?:[\s\S]*\[\/[\w-]+\])?$/.test(words))
    return wrap('shortcode', words);
  const [only] = element.children;
  const isPicture = element.children.length === 1 && element.textContent?.trim() === '' && only?.localName === 'img';
  return isPicture
    ? wrap('image', `<figure class="wp-block-image">${writeInner(element).trim()}</figure>`)
    : wrap('paragraph', html);
}

/** HTML as block markup. */
export function asBlocks(html: string): string {
  const pieces: string[] = [];
  let loose = '';
  const flush = (): void => {
    if (loose.trim() !== '') pieces.push(`<!-- wp:html -->\n${loose.trim()}\n<!-- /wp:html -->`);
    loose = '';
  };
  for (const child of readHtml(html).childNodes) {
    if (child.nodeType === 1) {
      flush();
      pieces.push(blockMarkup(child as Element));
    } else if (child.nodeType === 8 && /^(more|nextpage)/.test(child.nodeValue?.trim() ?? '')) {
      flush();
      const name = child.nodeValue?.trim().startsWith('more') ? 'more' : 'nextpage';
      pieces.push(`<!-- wp:${name} -->\n<!--${child.nodeValue}-->\n<!-- /wp:${name} -->`);
    } else loose += child.nodeType === 8 ? `<!--${child.nodeValue}-->` : (child.nodeValue ?? '');
  }
  flush();
  return pieces.join('\n\n');
}

/** Puts blocks in the place of the classic text with the cursor. Shortcodes stay what they are. */
export async function convertClassic(editor: Editor): Promise<void> {
  const place = blockOf(editor.state);
  if (!place || !isClassic(place.node)) return;
  const html = await classicHtml(String(place.node.attrs['html'])).catch(() => undefined);
  if (html === undefined || editor.state.doc.nodeAt(place.position) !== place.node) {
    announce(t('Not converted. Try again when the connection is back.'));
    return;
  }
  replaceBlock(editor, place, sessionOf(editor).reader.text(asBlocks(html)));
  announce(t('Converted to blocks.'));
}
