// What the block of a file writes.
import type { Node, Schema } from '@tiptap/pm/model';
import { t } from 'galley/client';
import { encodeText } from './inline-html.ts';
import { make } from './make.ts';
import { encodeAttribute } from './tag.ts';

/** The button that downloads it. */
export const buttonHtml = (href: string, words: string): string =>
  `<a href="${encodeAttribute(href)}" class="wp-block-file__button wp-element-button" download>${encodeText(words)}</a>`;

/** What stands around the words of a new one. */
export const fileFrame = (href: string): { head: string; tail: string } => ({
  head: `\n<div class="wp-block-file"><a href="${encodeAttribute(href)}">`,
  tail: `</a>${buttonHtml(href, t('Download'))}</div>\n`,
});

/** The block that offers a file of the library. */
export function fileNode(schema: Schema, item: { id: number; url: string; title: string }, data: object = {}): Node {
  const words = item.title === '' ? [] : [schema.text(item.title)];
  return make(schema, 'file', { ...fileFrame(item.url), data: { ...data, id: item.id, href: item.url } }, words);
}
