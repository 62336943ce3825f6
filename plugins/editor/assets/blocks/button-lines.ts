// Buttons as lines of text and back: the words, and where they lead.
import { Fragment, type Node, type Schema } from '@tiptap/pm/model';
import { make } from '../model/make.ts';
import { headOf } from '../model/settings.ts';
import { attributesOf, findTag, writeAttribute } from '../model/tag.ts';

type Attributes = readonly (readonly [name: string, value: string])[];

const LINK = ['href', 'target', 'rel'];
const HEAD = /^\s*<div class="wp-block-button">\s*(<a(?:\s[^>]*)?>)\s*$/;
const CLASSES = /^(wp-block-button__link|wp-element-button)$/;

/** The words of a button, as a link where it leads somewhere; undefined where it has more than that. */
export function lineOfButton(button: Node): Fragment | undefined {
  const tag = HEAD.exec(headOf(button).head)?.[1];
  const attributes = tag === undefined ? [] : attributesOf(findTag(tag) ?? { inside: '' });
  const classes = attributes.find(([name]) => name === 'class')?.[1] ?? '';
  const html = attributes.filter(([name]) => LINK.includes(name));
  const isPlain =
    tag !== undefined &&
    attributes.every(([name]) => name === 'class' || LINK.includes(name)) &&
    classes.split(/\s+/).every((name) => name === '' || CLASSES.test(name)) &&
    Object.keys(button.attrs['data'] as object).length === 0;
  if (!isPlain) return undefined;
  const link = button.type.schema.marks['link'];
  const mark = html.some(([name]) => name === 'href') ? link?.create({ tag: 'a', html }) : undefined;
  return mark ? Fragment.from(button.children.map((child) => child.mark(mark.addToSet(child.marks)))) : button.content;
}

function childrenOf(line: Fragment): Node[] {
  const children: Node[] = [];
  line.forEach((child) => {
    children.push(child);
  });
  return children;
}

/** A line as a button; undefined where only a part of it is a link, or it has what no button has. */
function buttonOf(schema: Schema, line: Fragment): Node | undefined {
  const children = childrenOf(line);
  const links = children.map(({ marks }) => marks.find(({ type }) => type.name === 'link'));
  const [link] = links;
  const isAlike = links.every((other) => (link && other ? link.eq(other) : link === other));
  const html = (link?.attrs['html'] ?? []) as Attributes;
  const isPlain = children.every(({ isText }) => isText) && html.every(([name]) => LINK.includes(name));
  if (line.size === 0 || !isAlike || !isPlain) return undefined;
  const words = link ? children.map((child) => child.mark(link.removeFromSet(child.marks))) : children;
  const made = make(schema, 'button', {}, words);
  if (!link) return made;
  const { head, tail } = headOf(made);
  const led = html.reduce((before, [name, value]) => writeAttribute(before, ['a'], name, value), head);
  return make(schema, 'button', { head: led, tail }, words);
}

/** Lines as a row of buttons, where each can be one. */
export function buttonsOf(schema: Schema, lines: readonly Fragment[]): Node | undefined {
  const made = lines.map((line) => buttonOf(schema, line));
  return made.every((node) => node !== undefined) ? make(schema, 'buttons', {}, made) : undefined;
}
