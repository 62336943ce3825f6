// Takes pasted HTML to its bare meaning: words, structure, links. What a word processor adds for its own sake is left out.
import { markHtml } from '../model/footnote-mark.ts';
import { readHtml, writeInner } from '../parts/inert.ts';
import { replaceFrames } from './paste-frames.ts';
import { nestLists, wordLists } from './paste-lists.ts';
import { addressOf, attribute, marksOf, sideOf } from './paste-marks.ts';
import { takeNotes } from './paste-notes.ts';
import { fragmentOf, withoutActs } from './paste-source.ts';

const DROPPED = new Set(
  'script style meta link title head template noscript iframe object embed svg math form'.split(' '),
);
const BLOCKS = new Set(
  'p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre hr table thead tbody tfoot tr td th caption figure figcaption dl dt dd div section article main header footer aside nav center address'.split(
    ' ',
  ),
);

const isElement = (node: Node): node is Element => node.nodeType === 1;
const hasBlock = (element: Element): boolean =>
  [...element.children].some((child) => BLOCKS.has(child.localName) || hasBlock(child));

/** Builds the clean tree beside the pasted one. */
class Cleaner {
  readonly #document: Document;

  constructor(document: Document) {
    this.#document = document;
  }

  /** The content of an element as blocks: loose words become paragraphs. */
  blocks(from: Element, to: Element): void {
    let line: Element | undefined;
    const flush = (): void => {
      if (line && !isEmpty(line)) to.append(line);
      line = undefined;
    };
    for (const child of from.childNodes) {
      if (isElement(child) && DROPPED.has(child.localName)) continue;
      if (isElement(child) && (BLOCKS.has(child.localName) || hasBlock(child))) {
        flush();
        this.#block(child, to);
      } else {
        if (isElement(child) && child.localName === 'br') {
          flush();
          continue;
        }
        line ??= this.#make('p');
        this.#inline(child, line);
      }
    }
    flush();
  }

  #block(element: Element, to: Element): void {
    const name = element.localName;
    if (/^h[1-6]$/.test(name)) this.#line(element, to, name);
    else if (name === 'pre') this.#pre(element, to);
    else if (name === 'hr') to.append(this.#make('hr'));
    else if (name === 'ul' || name === 'ol') this.#list(element, to);
    else if (name === 'table') this.#table(element, to);
    else if (name === 'blockquote') this.#nested(element, to, name);
    else if (name === 'figure') this.#figure(element, to);
    else if (hasBlock(element) || !BLOCKS.has(name)) this.blocks(element, to);
    else this.#line(element, to, 'p');
  }

  /** A line of its own; one without words or pictures is left out. */
  #line(element: Element, to: Element, name: string): void {
    if (hasBlock(element)) {
      this.blocks(element, to);
      return;
    }
    const line = this.#make(name);
    for (const child of element.childNodes) this.#inline(child, line);
    // Whatever a heading is, it is not bold besides.
    if (name !== 'p') for (const strong of line.querySelectorAll('strong')) strong.replaceWith(...strong.childNodes);
    trimBreaks(line);
    const side = sideOf(element);
    if (side !== '' && !isEmptyOfWords(line)) line.className = `has-text-align-${side}`;
    if (!isEmpty(line)) to.append(line);
  }

  /** What a footnote says, as one line. */
  note(source: Element): string {
    const [lines, made] = [this.#make('div'), this.#make('div')];
    this.blocks(source, lines);
    for (const [index, line] of [...lines.children].entries()) {
      if (index > 0) made.append(this.#make('br'));
      if (line.localName === 'p') made.append(...line.childNodes);
      else made.append(line.textContent ?? '');
    }
    return writeInner(made).trim();
  }

  #nested(element: Element, to: Element, name: string): void {
    const made = this.#make(name);
    this.blocks(element, made);
    if (!isEmpty(made)) to.append(made);
  }

  #pre(element: Element, to: Element): void {
    const made = this.#make('pre');
    const words = element.querySelector('code') ? made.appendChild(this.#make('code')) : made;
    words.textContent = (element.textContent ?? '').replace(/\n$/, '');
    if (!isEmpty(made)) to.append(made);
  }

  /** A picture keeps its caption; whatever else is framed stands without its frame. */
  #figure(element: Element, to: Element): void {
    const caption = [...element.children].find(({ localName }) => localName === 'figcaption');
    const parts = this.#make('div');
    this.blocks(element, parts);
    const [picture, words, more] = parts.children;
    if (!caption || more || !picture?.querySelector('img') || !isEmptyOfWords(picture)) {
      to.append(...parts.childNodes);
      return;
    }
    const made = this.#make('figure');
    made.append(...picture.childNodes);
    if (words) made.appendChild(this.#make('figcaption')).append(...words.childNodes);
    to.append(made);
  }

  #list(element: Element, to: Element): void {
    const made = this.#make(element.localName);
    const start = attribute(element, 'start');
    if (element.localName === 'ol' && /^\d{1,6}$/.test(start) && start !== '1') made.setAttribute('start', start);
    for (const item of element.children) if (item.localName === 'li') this.#item(item, made);
    if (made.childElementCount > 0) to.append(made);
  }

  /** An item is a line and the lists below it; several paragraphs in it are parted by line breaks. */
  #item(item: Element, list: Element): void {
    const made = this.#make('li');
    const below: Element[] = [];
    for (const child of item.childNodes) {
      if (isElement(child) && (child.localName === 'ul' || child.localName === 'ol')) {
        const holder = this.#make('div');
        this.#list(child, holder);
        below.push(...holder.children);
      } else if (isElement(child) && BLOCKS.has(child.localName)) {
        if (made.childNodes.length > 0) made.append(this.#make('br'));
        for (const inner of child.childNodes) this.#inline(inner, made);
      } else this.#inline(child, made);
    }
    trimBreaks(made);
    made.append(...below);
    if (!isEmpty(made)) list.append(made);
  }

  #table(element: Element, to: Element): void {
    const made = this.#make('table');
    const rows = [...element.querySelectorAll('tr')].filter((row) => row.closest('table') === element);
    const heads = rows.filter((row, index) => row.closest('thead') || (index === 0 && isHead(row)));
    const parts: [string, Element[]][] = [
      ['thead', heads],
      ['tbody', rows.filter((row) => !heads.includes(row))],
    ];
    for (const [name, own] of parts) {
      if (own.length === 0) continue;
      const part = this.#make(name);
      for (const row of own) part.append(this.#row(row));
      made.append(part);
    }
    if (made.querySelector('td, th')) to.append(made);
  }

  #row(row: Element): Element {
    const made = this.#make('tr');
    for (const cell of row.children) {
      if (cell.localName !== 'td' && cell.localName !== 'th') continue;
      const own = this.#make(cell.localName);
      for (const name of ['colspan', 'rowspan']) {
        const value = attribute(cell, name);
        if (/^\d{1,3}$/.test(value) && value !== '1') own.setAttribute(name, value);
      }
      const lines = this.#make('div');
      this.blocks(cell, lines);
      for (const [index, line] of [...lines.children].entries()) {
        if (index > 0) own.append(this.#make('br'));
        own.append(...line.childNodes);
      }
      made.append(own);
    }
    return made;
  }

  #inline(node: Node, to: Element): void {
    if (node.nodeType === 3) {
      to.append((node.nodeValue ?? '').replace(/[\t\r\n ]+/g, ' '));
      return;
    }
    if (!isElement(node) || DROPPED.has(node.localName)) return;
    if (node.localName === 'br') {
      to.append(this.#make('br'));
      return;
    }
    if (node.localName === 'img') {
      this.#picture(node, to);
      return;
    }
    const note = attribute(node, 'data-fn');
    if (note !== '') {
      to.append(...readHtml(markHtml(note, 1)).childNodes);
      return;
    }
    let inner = to;
    for (const name of marksOf(node)) {
      if (inner.closest(name)) continue;
      const mark = this.#make(name);
      inner.append(mark);
      inner = mark;
    }
    const href = addressOf(node);
    if (href !== '' && !inner.closest('a')) {
      const link = this.#make('a');
      link.setAttribute('href', href);
      inner.append(link);
      inner = link;
    }
    for (const child of node.childNodes) this.#inline(child, inner);
    for (let empty = inner; empty !== to && isEmpty(empty); ) {
      const { parentElement } = empty;
      empty.remove();
      if (!parentElement) break;
      empty = parentElement;
    }
  }

  #picture(element: Element, to: Element): void {
    const src = attribute(element, 'src');
    if (!/^https?:/i.test(src)) return;
    const made = this.#make('img');
    made.setAttribute('src', src);
    made.setAttribute('alt', attribute(element, 'alt'));
    to.append(made);
  }

  #make(name: string): Element {
    return this.#document.createElement(name);
  }
}

/** Whether a first row is a head: all its cells are heads, or all its words are bold. */
function isHead(row: Element): boolean {
  return row.children.length > 0 && [...row.children].every(({ localName }) => localName === 'th');
}

function isEmpty(element: Element): boolean {
  if (element.querySelector('img, hr')) return false;
  return isEmptyOfWords(element);
}

const isEmptyOfWords = (element: Element): boolean =>
  (element.textContent ?? '').replace(/[\s\u00a0\u200b\ufeff]+/g, '') === '';

function trimBreaks(line: Element): void {
  for (const end of ['firstChild', 'lastChild'] as const) {
    for (let node = line[end]; node && isBlankEnd(node); node = line[end]) node.remove();
  }
}

const isBlankEnd = (node: Node): boolean =>
  (isElement(node) && node.localName === 'br') || (node.nodeType === 3 && (node.nodeValue ?? '').trim() === '');

/**
 * Pasted HTML without what belongs to where it comes from: only paragraphs, headings, lists, quotes, tables, preformatted
 * text, lines, links, pictures, players as their addresses and simple marks are left, none with a style, and with no other
 * class than that of centred lines.
 *
 * @param keepNote is told what each footnote says, by the id that its mark has; without it notes are text like others
 * @example cleanPaste('<p class="MsoNormal"><span style="font-weight:700">Ink</span></p>') // '<p><strong>Ink</strong></p>'
 */
export function cleanPaste(html: string, keepNote?: (id: string, html: string) => void): string {
  const root = readHtml(withoutActs(fragmentOf(html)));
  for (const element of [...root.querySelectorAll('*')]) if (element.localName.includes(':')) unwrap(element);
  for (const element of root.querySelectorAll('b[id^="docs-internal-guid"], google-sheets-html-origin'))
    unwrap(element);
  wordLists(root);
  nestLists(root);
  replaceFrames(root);
  for (const mark of root.querySelectorAll('[data-fn]')) mark.removeAttribute('data-fn');
  const made = root.ownerDocument.createElement('div');
  const cleaner = new Cleaner(root.ownerDocument);
  if (keepNote) for (const { id, source } of takeNotes(root)) keepNote(id, cleaner.note(source));
  cleaner.blocks(root, made);
  return writeInner(made);
}

/** Word's own elements stand for nothing that a text needs. */
function unwrap(element: Element): void {
  if (element.localName === 'o:p' && (element.textContent ?? '').trim() === '') element.remove();
  else element.replaceWith(...element.childNodes);
}
