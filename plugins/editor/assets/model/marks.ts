import { Mark, type MarkConfig, markInputRule, Node as TiptapNode } from '@tiptap/core';
import type { DOMOutputSpec } from '@tiptap/pm/model';
import { ownImage } from '../parts/safe-dom.ts';
import { own, shownStyle } from './block-node.ts';
import type { HtmlAttributes } from './inline-html.ts';
import { readAttribute } from './tag.ts';

/** The attributes of an inline element that may show while writing. */
function shownInline(html: HtmlAttributes): Record<string, string> {
  const allowed = html.filter(([name]) => ['class', 'lang', 'dir', 'title', 'style', 'href'].includes(name));
  return Object.fromEntries(
    allowed
      .filter(([name, value]) => name !== 'href' || /^(https?:|mailto:|tel:|[/#?.]|[^:]*$)/i.test(value))
      .map(([name, value]) => [name, name === 'style' ? shownStyle(value) : value] as const)
      .filter(([, value]) => value !== ''),
  );
}

/** A mark that keeps the element it was read from, with all its attributes. */
function elementMark(name: string, tag: string, config: Partial<MarkConfig> = {}, others: string[] = []): Mark {
  return Mark.create({
    parseHTML: () => [tag, ...others].map((one) => ({ tag: one, attrs: { tag: one, html: [] } })),
    ...config,
    name,
    addAttributes: () => ({ tag: own(tag), html: own([]) }),
    renderHTML: ({ mark }) => [String(mark.attrs['tag']), shownInline(mark.attrs['html'] as HtmlAttributes), 0],
  });
}

/** Toggles by key, and by what one types around words. */
function simpleMark(name: string, tag: string, keys: string[], typed: RegExp[] = [], others: string[] = []): Mark {
  return elementMark(
    name,
    tag,
    {
      addKeyboardShortcuts() {
        const toggle = (): boolean => this.editor.commands.toggleMark(this.name);
        return Object.fromEntries(keys.map((key) => [key, toggle]));
      },
      addInputRules() {
        return typed.map((find) => markInputRule({ find, type: this.type }));
      },
    },
    others,
  );
}

const link = elementMark('link', 'a', {
  inclusive: false,
  priority: 1000,
  parseHTML: () => [
    {
      tag: 'a[href]',
      getAttrs: (element) => {
        const href = (element as HTMLElement).getAttribute('href') ?? '';
        return /^(javascript|data|vbscript):/i.test(href.trim()) ? false : { tag: 'a', html: [['href', href]] };
      },
    },
  ],
});

/** A line break. */
const hardBreak = TiptapNode.create({
  name: 'hardBreak',
  group: 'inline',
  inline: true,
  selectable: false,
  parseHTML: () => [{ tag: 'br' }],
  renderHTML: () => ['br'],
  renderText: () => '\n',
  addKeyboardShortcuts() {
    return { 'Shift-Enter': () => this.editor.commands.insertContent({ type: this.name }) };
  },
});

/** What stands in a line and is no text: kept as its source. */
const inlineObject = TiptapNode.create({
  name: 'inlineObject',
  group: 'inline',
  inline: true,
  atom: true,
  addAttributes: () => ({ html: own('') }),
  renderHTML: ({ node }) => shownObject(String(node.attrs['html'])),
});

/** A picture of this site is shown; anything else by its name. */
function shownObject(html: string): DOMOutputSpec {
  if (/^<sup\b[^>]*\bdata-fn=/.test(html)) return ['span', { class: 'ge-object ge-mark' }, objectName(html)];
  const address = readAttribute(html, ['img'], 'src');
  const src = address === undefined ? undefined : ownImage(address);
  if (src === undefined) return ['span', { class: 'ge-object' }, objectName(html)];
  const side = /\balign(left|right|center)\b/.exec(readAttribute(html, ['img'], 'class') ?? '')?.[0] ?? '';
  const alt = readAttribute(html, ['img'], 'alt') ?? '';
  return ['img', { src, alt, class: `ge-object-image ${side}`.trim(), draggable: 'false' }];
}

/** The words in it, or the name of its element. */
const objectName = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .trim()
    .slice(0, 40) ||
  readAttribute(html, ['img'], 'alt') ||
  (/^<!?-*\/?\s*([\w-]+)/.exec(html)?.[1] ?? '…');

/** All that stands in lines. */
export const INLINE = [
  link,
  simpleMark('bold', 'strong', ['Mod-b'], [/(?:^|\s)(\*\*(?!\s+\*\*)((?:[^*]+))\*\*(?!\s+\*\*))$/], ['b']),
  simpleMark('italic', 'em', ['Mod-i'], [/(?:^|\s)(_(?!\s+_)((?:[^_]+))_(?!\s+_))$/], ['i']),
  simpleMark('strike', 's', ['Mod-Shift-x'], [/(?:^|\s)(~~(?!\s+~~)((?:[^~]+))~~(?!\s+~~))$/], ['del']),
  simpleMark('code', 'code', ['Mod-e'], [/(?:^|\s)(`(?!\s+`)((?:[^`]+))`(?!\s+`))$/]),
  simpleMark('underline', 'u', ['Mod-u']),
  simpleMark('subscript', 'sub', []),
  simpleMark('superscript', 'sup', []),
  elementMark('element', 'span', {
    excludes: '',
    inclusive: false,
    parseHTML: () => ['mark', 'kbd', 'abbr'].map((tag) => ({ tag, attrs: { tag, html: [] } })),
  }),
  hardBreak,
  inlineObject,
];
