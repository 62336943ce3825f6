import pullIcon from 'icon:blockquote-left';
import icon from 'icon:quote';
import { wrappingInputRule } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import type { Block } from 'galley/blocks';
import { t } from 'galley/client';
import { blockNode, own, shownAttributes } from '../model/block-node.ts';
import { writeInline } from '../model/inline-html.ts';
import type { BlockKind } from '../model/kinds.ts';
import { make, paragraph } from '../model/make.ts';
import type { Reader } from '../model/reader.ts';
import { textAlign } from '../model/settings.ts';
import { signature } from '../model/signature.ts';
import { framed } from '../model/text-kind.ts';
import type { Writer } from '../model/writer.ts';
import { readHtml, writeInner } from '../parts/inert.ts';

const quoteNode = blockNode('quote', 'core/quote', {
  content: 'block+ citation?',
  parseHTML: () => [{ tag: 'blockquote' }],
  renderHTML: ({ node }) => ['blockquote', shownAttributes(node), 0],
  addInputRules() {
    return [wrappingInputRule({ find: /^\s*>\s$/, type: this.type })];
  },
});

const pullNode = blockNode('pullquote', 'core/pullquote', {
  content: 'paragraph+ citation?',
  isolating: true,
  renderHTML: ({ node }) => ['figure', shownAttributes(node), ['blockquote', 0]],
});

const citation = blockNode('citation', null, {
  group: '',
  content: 'inline*',
  addAttributes: () => ({ tag: own('<cite>') }),
  parseHTML: () => [{ tag: 'cite', context: 'quote/' }],
  renderHTML: () => ['cite', { 'data-empty': t('Who said it') }, 0],
});

const CITE = /(<cite(?:\s[^>]*)?>)([\s\S]*?)<\/cite>/;

/** The citation in the HTML after a quote, what stands before and after it. */
function readCitation(html: string, reader: Reader): { before: string; node: Node; after: string } | undefined {
  const match = CITE.exec(html);
  const line = match && reader.inline(match[2] ?? '');
  const node = line && reader.make('citation', { tag: match[1] }, line);
  if (!match || !node) return undefined;
  return { before: html.slice(0, match.index), node, after: html.slice(match.index + match[0].length) };
}

const writeCitation = (node: Node | undefined): string =>
  node?.type.name === 'citation' && node.content.size > 0
    ? `${String(node.attrs['tag'])}${writeInline(node.content)}</cite>`
    : '';

const around = () => ({ head: '\n<blockquote class="wp-block-quote">', tail: '</blockquote>\n' });
const aroundPull = () => ({
  head: '\n<figure class="wp-block-pullquote"><blockquote>',
  tail: '</blockquote></figure>\n',
});

function readQuote(block: Block, reader: Reader): Node | undefined {
  if (block.innerBlocks.length === 0) return readLines(block, reader, 'quote');
  const frame = reader.frame(block);
  if (!frame || !/^\s*<blockquote[^>]*>\s*$/.test(frame.head)) return undefined;
  const cited = frame.tail.includes('<cite') ? readCitation(frame.tail, reader) : undefined;
  if (frame.tail.includes('<cite') && cited?.before.trim() !== '') return undefined;
  const inner = reader.inner(frame, block);
  const tail = cited ? cited.after : frame.tail;
  return reader.make('quote', { head: frame.head, tail }, cited ? [...inner, cited.node] : inner);
}

/** A quote whose paragraphs are no blocks: pull quotes, and quotes as they were before. */
function readLines(block: Block, reader: Reader, name: 'quote' | 'pullquote'): Node | undefined {
  const match = /^(\s*(?:<figure[^>]*>\s*)?<blockquote[^>]*>)([\s\S]*)(<\/blockquote>\s*(?:<\/figure>\s*)?)$/.exec(
    block.innerHTML,
  );
  if (!match) return undefined;
  const [, head = '', html = '', tail = ''] = match;
  const cited = html.includes('<cite') ? readCitation(html, reader) : undefined;
  if (html.includes('<cite') && cited?.after.trim() !== '') return undefined;
  const holder = readHtml(cited ? cited.before : html);
  const lines = [...holder.children].map((element) => {
    const line = element.localName === 'p' && element.attributes.length === 0 && reader.inline(writeInner(element));
    return line ? reader.make('paragraph', {}, line) : undefined;
  });
  const nodes = lines.filter((line) => line !== undefined);
  const plain = nodes.map((line) => `<p>${writeInline(line.content)}</p>`).join('');
  if (nodes.length === 0 || signature(holder) !== signature(readHtml(plain))) return undefined;
  return reader.make(name, { head: head.trimEnd(), tail }, cited ? [...nodes, cited.node] : nodes);
}

const body = (node: Node): Node[] => node.children.filter((child) => child.type.name !== 'citation');

/** Paragraphs that are no blocks. */
const plainLines = (node: Node, writer: Writer): string =>
  body(node)
    .map((line) => (line.type.name === 'paragraph' ? `<p>${writeInline(line.content)}</p>` : writer.blocks([line])))
    .join('');

export const quote: BlockKind = {
  name: 'quote',
  title: t('Quote'),
  icon,
  blocks: ['core/quote'],
  nodes: [quoteNode, citation],
  around,
  read: readQuote,
  write: (node, writer) => {
    const { head, tail } = framed(node, around);
    const inner = node.attrs['block'] === null ? plainLines(node, writer) : writer.blocks(body(node));
    return head + inner + writeCitation(node.lastChild ?? undefined) + tail;
  },
  inserts: [
    {
      title: t('Quote'),
      icon,
      keywords: 'citation blockquote',
      group: 'text',
      make: (schema) => make(schema, 'quote', {}, [paragraph(schema), make(schema, 'citation')]),
    },
  ],
  settings: [textAlign('textAlign')],
};

export const pullquote: BlockKind = {
  name: 'pullquote',
  title: t('Pull quote'),
  icon: pullIcon,
  blocks: ['core/pullquote'],
  nodes: [pullNode],
  around: aroundPull,
  read: (block, reader) => (block.innerBlocks.length === 0 ? readLines(block, reader, 'pullquote') : undefined),
  write: (node) => {
    const { head, tail } = framed(node, aroundPull);
    const lines = body(node).map((line) => `<p>${writeInline(line.content)}</p>`);
    return head + lines.join('') + writeCitation(node.lastChild ?? undefined) + tail;
  },
  inserts: [
    {
      title: t('Pull quote'),
      icon: pullIcon,
      keywords: 'highlight',
      group: 'text',
      make: (schema) => make(schema, 'pullquote', {}, [paragraph(schema), make(schema, 'citation')]),
    },
  ],
  settings: [textAlign('textAlign')],
};
