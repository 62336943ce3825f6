// Writes inline content as HTML, without a document: the same in tests as in the browser.
import type { Fragment, Mark, Node } from '@tiptap/pm/model';
import { encodeAttribute } from './tag.ts';

/** The attributes of an inline element, in the order of its source. */
export type HtmlAttributes = readonly (readonly [name: string, value: string])[];

/** Text between tags, as block editors write it. */
export function encodeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\u00a0', '&nbsp;');
}

/** The start tag of an element. */
export function writeTag(name: string, attributes: HtmlAttributes): string {
  return `<${name}${attributes.map(([key, value]) => ` ${key}="${encodeAttribute(value)}"`).join('')}>`;
}

function writeMark(mark: Mark): string {
  return writeTag(String(mark.attrs['tag']), mark.attrs['html'] as HtmlAttributes);
}

function writeLeaf(node: Node): string {
  if (node.isText) return encodeText(node.text ?? '');
  if (node.type.name === 'hardBreak') return '<br>';
  return String(node.attrs['html'] ?? '');
}

/** The HTML of inline content. Elements that neighbours share are opened once. */
export function writeInline(content: Fragment): string {
  const open: Mark[] = [];
  const pieces: string[] = [];
  const closeTo = (depth: number): void => {
    while (open.length > depth) pieces.push(`</${String(open.pop()?.attrs['tag'])}>`);
  };
  content.forEach((node) => {
    let shared = 0;
    while (shared < open.length && shared < node.marks.length && open[shared]?.eq(node.marks[shared] as Mark)) shared++;
    closeTo(shared);
    for (const mark of node.marks.slice(shared)) {
      open.push(mark);
      pieces.push(writeMark(mark));
    }
    pieces.push(writeLeaf(node));
  });
  closeTo(0);
  return pieces.join('');
}
