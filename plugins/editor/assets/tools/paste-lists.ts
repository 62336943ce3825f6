// Lists as word processors write them, made into lists.
import { attributesIn } from '../parts/inert.ts';

const styleOf = (element: Element): string => attributesIn(element).find(([name]) => name === 'style')?.[1] ?? '';

interface WordItem {
  element: Element;
  level: number;
  isOrdered: boolean;
}

/** What Word writes for an item of a list: a paragraph with a level, and its sign as words in front. */
function wordItem(element: Element): WordItem | undefined {
  if (element.localName !== 'p') return undefined;
  const style = styleOf(element);
  const level = /mso-list:[^;]*level(\d+)/i.exec(style)?.[1];
  const isList = level !== undefined || /^MsoListParagraph/.test(element.className);
  if (!isList) return undefined;
  const sign = signOf(element);
  return { element, level: Number(level ?? 1), isOrdered: /^\(?(\d+|[a-z]{1,3}|[ivxlc]+)[.)]/i.test(sign) };
}

/** Takes the sign away that stands in front of the words, and tells it. */
function signOf(element: Element): string {
  const ignored = [...element.querySelectorAll('*')].find((child) => /mso-list:\s*ignore/i.test(styleOf(child)));
  if (ignored) {
    const sign = ignored.textContent ?? '';
    ignored.remove();
    return sign.trim();
  }
  const match = /^[\s\u00a0]*([•·o§▪–-]|\(?(?:\d+|[a-z]{1,3})[.)])[\s\u00a0]+/i.exec(element.textContent ?? '');
  if (!match) return '';
  removeFront(element, match[0].length);
  return match[1] ?? '';
}

function removeFront(node: Node, count: number): number {
  let left = count;
  for (const child of [...node.childNodes]) {
    if (left <= 0) break;
    if (child.nodeType === 3) {
      const text = child.nodeValue ?? '';
      child.nodeValue = text.slice(left);
      left -= Math.min(left, text.length);
    } else left = removeFront(child, left);
  }
  return left;
}

/** Makes lists of runs of Word's paragraphs. */
export function wordLists(root: Element): void {
  const stack: { list: Element; level: number }[] = [];
  let previous: Element | undefined;
  for (const element of [...root.querySelectorAll('p')]) {
    const item = wordItem(element);
    if (!item) {
      previous = undefined;
      continue;
    }
    if (!previous || nextElement(previous) !== element) stack.length = 0;
    previous = placeItem(item, stack, previous);
  }
}

/** The element after the list that the previous item went into. */
function nextElement(item: Element): Element | null {
  let top: Element = item;
  while (top.parentElement && /^(li|ul|ol)$/.test(top.parentElement.localName)) top = top.parentElement;
  return top.nextElementSibling;
}

function placeItem({ element, level, isOrdered }: WordItem, stack: { list: Element; level: number }[], last?: Element) {
  const document = element.ownerDocument;
  const item = document.createElement('li');
  while ((stack.at(-1)?.level ?? 0) > level) stack.pop();
  const top = stack.at(-1);
  if (!top || top.level < level) {
    const list = document.createElement(isOrdered ? 'ol' : 'ul');
    if (top && last) last.append(list);
    else element.before(list);
    stack.push({ list, level });
    list.append(item);
  } else top.list.append(item);
  item.append(...element.childNodes);
  element.remove();
  return item;
}

/** Puts a list that stands directly in a list, as Google Docs writes it, into the item before it. */
export function nestLists(root: Element): void {
  for (const list of [...root.querySelectorAll('ul > ul, ul > ol, ol > ul, ol > ol')]) {
    const before = list.previousElementSibling;
    if (before?.localName === 'li') before.append(list);
    else {
      const item = list.ownerDocument.createElement('li');
      list.before(item);
      item.append(list);
    }
  }
}
