import icon from 'icon:table';
import type { Node } from '@tiptap/pm/model';
import { TextSelection } from '@tiptap/pm/state';
import type { Block } from 'galley/blocks';
import { t } from 'galley/client';
import { blockNode, own, shownAttributes } from '../model/block-node.ts';
import { type HtmlAttributes, writeInline, writeTag } from '../model/inline-html.ts';
import type { BlockKind } from '../model/kinds.ts';
import { make } from '../model/make.ts';
import type { Reader } from '../model/reader.ts';
import { blockAlign } from '../model/settings.ts';
import { signature } from '../model/signature.ts';
import { framed } from '../model/text-kind.ts';
import { attributesIn, readHtml, writeInner } from '../parts/inert.ts';
import { TABLE_TOOLS } from './table-tools.ts';

const tableNode = blockNode('table', 'core/table', {
  content: 'tableSection+ tableCaption?',
  isolating: true,
  parseHTML: () => [{ tag: 'table' }],
  renderHTML: ({ node }) => ['figure', { ...shownAttributes(node), class: 'ge-table' }, ['table', 0]],
  addKeyboardShortcuts() {
    const go = (by: 1 | -1) => () => {
      const { state, view } = this.editor;
      const position = neighbourCell(state.selection.$from, by);
      if (position === undefined) return false;
      view.dispatch(state.tr.setSelection(TextSelection.near(state.doc.resolve(position))).scrollIntoView());
      return true;
    };
    return { Tab: go(1), 'Shift-Tab': go(-1) };
  },
});

const part = (name: string, config: Parameters<typeof blockNode>[2]) =>
  blockNode(name, null, { group: '', ...config, addAttributes: () => ({ tag: own(null), html: own([]) }) });

const sectionNode = part('tableSection', {
  content: 'tableRow+',
  parseHTML: () => ['thead', 'tbody', 'tfoot'].map((tag) => ({ tag, attrs: { tag } })),
  renderHTML: ({ node }) => [String(node.attrs['tag'] ?? 'tbody'), 0],
});
const rowNode = part('tableRow', {
  content: 'tableCell+',
  parseHTML: () => [{ tag: 'tr' }],
  renderHTML: () => ['tr', 0],
});
const cellNode = part('tableCell', {
  content: 'inline*',
  isolating: true,
  parseHTML: () => ['td', 'th'].map((tag) => ({ tag, attrs: { tag } })),
  renderHTML: ({ node }) => {
    const spans = (node.attrs['html'] as HtmlAttributes).filter(([name]) => /^(col|row)span$/.test(name));
    return [String(node.attrs['tag'] ?? 'td'), Object.fromEntries(spans), 0];
  },
});
const captionNode = blockNode('tableCaption', null, {
  group: '',
  content: 'inline*',
  addAttributes: () => ({ tag: own('<figcaption class="wp-element-caption">') }),
  renderHTML: () => ['caption', { 'data-empty': t('Caption') }, 0],
});

/** The position of the cell after the one with the cursor, or before it. */
function neighbourCell(
  $from: { depth: number; node(depth: number): Node; start(depth: number): number; pos: number },
  by: 1 | -1,
): number | undefined {
  let depth = $from.depth;
  while (depth > 0 && $from.node(depth).type.name !== 'table') depth--;
  if (depth === 0) return undefined;
  const cells: number[] = [];
  const start = $from.start(depth);
  $from.node(depth).descendants((node, position) => {
    if (node.isTextblock) cells.push(start + position + 1);
    return !node.isTextblock;
  });
  const current = cells.findLastIndex((position) => position <= $from.pos);
  return cells[current + by];
}

const FRAME =
  /^(\s*<figure(?:\s[^>]*)?>\s*<table(?:\s[^>]*)?>)([\s\S]*)(<\/table>)\s*(?:(<figcaption(?:\s[^>]*)?>)([\s\S]*)<\/figcaption>)?(\s*<\/figure>\s*)$/;

function readCell(cell: Element, reader: Reader): Node | undefined {
  if (cell.localName !== 'td' && cell.localName !== 'th') return undefined;
  const line = reader.inline(writeInner(cell));
  return line && reader.make('tableCell', { tag: cell.localName, html: attributesIn(cell) }, line);
}

function readPart(
  element: Element,
  name: string,
  readChild: (child: Element) => Node | undefined,
  reader: Reader,
): Node | undefined {
  const children = [...element.children].map(readChild);
  if (!children.every((child) => child !== undefined)) return undefined;
  return reader.make(name, { tag: element.localName, html: attributesIn(element) }, children);
}

function readSection(section: Element, reader: Reader): Node | undefined {
  if (!['thead', 'tbody', 'tfoot'].includes(section.localName)) return undefined;
  const row = (child: Element): Node | undefined =>
    child.localName === 'tr' ? readPart(child, 'tableRow', (cell) => readCell(cell, reader), reader) : undefined;
  return readPart(section, 'tableSection', row, reader);
}

function read(block: Block, reader: Reader): Node | undefined {
  const match = block.innerBlocks.length === 0 ? FRAME.exec(block.innerHTML) : null;
  if (!match) return undefined;
  const [, head = '', html = '', close = '', captionTag, captionHtml = '', end = ''] = match;
  const holder = readHtml(`<table>${html}</table>`);
  const table = holder.firstElementChild;
  const sections = [...(table?.children ?? [])].map((section) => readSection(section, reader));
  if (!table || !sections.every((section) => section !== undefined)) return undefined;
  const line = captionTag === undefined ? undefined : reader.inline(captionHtml);
  const caption = line && reader.make('tableCaption', { tag: captionTag }, line);
  if (captionTag !== undefined && !caption) return undefined;
  const node = reader.make('table', { head, tail: close + end }, caption ? [...sections, caption] : sections);
  return node && signature(holder) === signature(readHtml(`<table>${writeSections(node)}</table>`)) ? node : undefined;
}

function writeElement(node: Node, fallback: string, inner: string): string {
  const name = String(node.attrs['tag'] ?? fallback);
  return `${writeTag(name, node.attrs['html'] as HtmlAttributes)}${inner}</${name}>`;
}

const writeSections = (table: Node): string =>
  table.children
    .filter((child) => child.type.name === 'tableSection')
    .map((section) => {
      const rows = section.children.map((row) =>
        writeElement(
          row,
          'tr',
          row.children.map((cell) => writeElement(cell, 'td', writeInline(cell.content))).join(''),
        ),
      );
      return writeElement(section, 'tbody', rows.join(''));
    })
    .join('');

const around = () => ({
  head: '\n<figure class="wp-block-table"><table class="has-fixed-layout">',
  tail: '</table></figure>\n',
});

export const table: BlockKind = {
  name: 'table',
  title: t('Table'),
  icon,
  blocks: ['core/table'],
  nodes: [tableNode, sectionNode, rowNode, cellNode, captionNode],
  around,
  read,
  write: (node) => {
    const { head, tail } = framed(node, around);
    const last = node.lastChild;
    const hasCaption = last?.type.name === 'tableCaption' && last.content.size > 0;
    const caption = hasCaption ? `${String(last.attrs['tag'])}${writeInline(last.content)}</figcaption>` : '';
    return head + writeSections(node) + tail.replace(/^(<\/table>)?/, (close) => `${close}${caption}`);
  },
  inserts: [
    {
      title: t('Table'),
      icon,
      keywords: 'rows columns cells',
      group: 'text',
      make: (schema) => {
        const row = () => make(schema, 'tableRow', {}, [make(schema, 'tableCell'), make(schema, 'tableCell')]);
        return make(schema, 'table', {}, make(schema, 'tableSection', { tag: 'tbody' }, [row(), row()]));
      },
    },
  ],
  settings: [blockAlign(['left', 'center', 'right', 'wide', 'full'])],
  tools: TABLE_TOOLS,
};
