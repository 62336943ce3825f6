// Lists as block editors wrote them before items were blocks: one block with the HTML of the whole list.
import type { Node } from '@tiptap/pm/model';
import type { Block } from 'galley/blocks';
import { writeInline } from '../model/inline-html.ts';
import type { Reader } from '../model/reader.ts';
import { signature } from '../model/signature.ts';
import { readHtml, writeInner } from '../parts/inert.ts';

const isList = (node: ChildNode): boolean => node.nodeName === 'UL' || node.nodeName === 'OL';

function readItem(item: Element, reader: Reader): Node | undefined {
  const holder = item.ownerDocument.createElement('div');
  const lists: Node[] = [];
  for (const child of [...item.childNodes]) {
    if (isList(child)) {
      const list = readElement(child as Element, reader);
      if (!list) return undefined;
      lists.push(list);
    } else if (lists.length > 0 && child.nodeValue?.trim() !== '') return undefined;
    else if (lists.length === 0) holder.append(child.cloneNode(true));
  }
  const line = item.attributes.length === 0 ? reader.inline(writeInner(holder)) : undefined;
  const text = line && reader.make('paragraph', {}, line);
  return text && reader.make('listItem', {}, [text, ...lists]);
}

function readElement(list: Element, reader: Reader, head?: string): Node | undefined {
  const items: Node[] = [];
  for (const child of list.childNodes) {
    if (child.nodeName === 'LI') {
      const item = readItem(child as Element, reader);
      if (!item) return undefined;
      items.push(item);
    } else if (child.nodeValue?.trim() !== '') return undefined;
  }
  const ordered = list.localName === 'ol';
  if (head === undefined && list.attributes.length > 0) return undefined;
  const around = head === undefined ? {} : { head, tail: `</${list.localName}>\n` };
  const data = ordered && head === undefined ? { ordered: true } : {};
  return reader.make('list', { ...around, ordered, data }, items);
}

/** The items of a list whose items are no blocks. */
export function plainItems(list: Node): string {
  const items = list.children.map((item) => {
    const [line, ...lists] = item.children;
    const below = lists.map((one) => plain(one, one.attrs['ordered'] ? 'ol' : 'ul')).join('');
    return `<li>${line ? writeInline(line.content) : ''}${below}</li>`;
  });
  return items.join('');
}

const plain = (list: Node, tag: string): string => `<${tag}>${plainItems(list)}</${tag}>`;

/** The node of such a list. When it is edited, its items become blocks. */
export function readOldList(block: Block, reader: Reader): Node | undefined {
  const head = /^\s*<[uo]l(?:\s[^>]*)?>/.exec(block.innerHTML)?.[0];
  const holder = readHtml(block.innerHTML);
  const list = holder.firstElementChild;
  if (head === undefined || !list || holder.childElementCount !== 1) return undefined;
  const node = readElement(list, reader, head);
  if (!node) return undefined;
  for (const { name } of [...list.attributes]) list.removeAttribute(name);
  return signature(holder) === signature(readHtml(plain(node, list.localName))) ? node : undefined;
}
