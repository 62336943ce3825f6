// Reads inline HTML into nodes with marks.
import type { Mark, Node, Schema } from '@tiptap/pm/model';
import { attributesIn, readHtml, writeHtml } from '../parts/inert.ts';
import { writeInline } from './inline-html.ts';
import { signature } from './signature.ts';
import { decodeEntities } from './tag.ts';

/** The marks of elements that have a button of their own. */
const MARKS: Record<string, string> = {
  strong: 'bold',
  b: 'bold',
  em: 'italic',
  i: 'italic',
  s: 'strike',
  del: 'strike',
  code: 'code',
  u: 'underline',
  sub: 'subscript',
  sup: 'superscript',
  a: 'link',
};

/** Elements within a line that are kept as they are. */
const INLINE = new Set('span kbd abbr cite q bdo bdi small time var samp ins dfn mark font big tt label'.split(' '));

/** What a line has that is no text, and is kept as its own source. */
const OBJECTS = new Set(['img', 'wbr', 'svg', 'math', 'input', 'button']);

interface Run {
  schema: Schema;
  isPre: boolean;
  nodes: Node[];
}

function markOf(schema: Schema, element: Element): Mark | undefined {
  const tag = element.localName;
  const name = MARKS[tag] ?? (INLINE.has(tag) ? 'element' : undefined);
  return name === undefined ? undefined : schema.marks[name]?.create({ tag, html: attributesIn(element) });
}

function pushObject(run: Run, html: string, marks: readonly Mark[]): void {
  const node = run.schema.nodes['inlineObject']?.create({ html }, null, marks);
  if (node) run.nodes.push(node);
}

/** False where something is no inline content. */
function readChildren(parent: ParentNode, marks: readonly Mark[], run: Run): boolean {
  for (const child of parent.childNodes) {
    if (child instanceof Text || child.nodeType === 3) {
      const text = run.isPre ? (child.nodeValue ?? '') : (child.nodeValue ?? '').replace(/[ \t\r\n\f]+/g, ' ');
      if (text !== '') run.nodes.push(run.schema.text(text, marks));
    } else if (child.nodeType === 8) {
      pushObject(run, `<!--${child.nodeValue}-->`, marks);
    } else if (!readElement(child as Element, marks, run)) return false;
  }
  return true;
}

function readElement(element: Element, marks: readonly Mark[], run: Run): boolean {
  if (element.localName === 'br' && element.attributes.length === 0) {
    const node = run.schema.nodes['hardBreak']?.create(null, null, marks);
    if (node) run.nodes.push(node);
    return true;
  }
  // A footnote's mark is one thing: nobody writes in it, and its number is made anew for readers.
  if (OBJECTS.has(element.localName) || element.hasAttribute('data-fn')) {
    pushObject(run, writeHtml(element), marks);
    return true;
  }
  const mark = markOf(run.schema, element);
  if (!mark) return false;
  if (element.childNodes.length === 0) {
    pushObject(run, writeHtml(element), marks);
    return true;
  }
  return readChildren(element, mark.addToSet(marks), run);
}

/** Blanks at the ends of a block are not shown, nor are two in a row. */
function trimmed(nodes: Node[], schema: Schema): Node[] {
  const result: Node[] = [];
  let endsBlank = true;
  for (const node of nodes) {
    let text = node.isText ? (node.text ?? '') : undefined;
    if (text !== undefined && endsBlank && text.startsWith(' ')) text = text.slice(1);
    if (text !== '') result.push(text === undefined || text === node.text ? node : schema.text(text, node.marks));
    if (text !== '') endsBlank = text === undefined ? node.type.name === 'hardBreak' : text.endsWith(' ');
  }
  const last = result.at(-1);
  if (last?.isText && last.text?.endsWith(' ')) {
    const text = last.text.slice(0, -1);
    result.splice(-1, 1, ...(text === '' ? [] : [schema.text(text, last.marks)]));
  }
  return result;
}

/**
 * The nodes of inline HTML; undefined where they could not be written again as HTML that means the same. The nodes keep
 * the attributes of their elements, also those that nobody knows.
 *
 * @param isPre whether line breaks and blanks are part of the text
 */
export function readInline(schema: Schema, html: string, isPre = false): Node[] | undefined {
  if (!/[<\r]|&(?!(?:amp|lt|gt|quot|#0?39);)/.test(html) && !isPre) {
    const text = decodeEntities(html)
      .replace(/[ \t\n\f]+/g, ' ')
      .trim();
    return text === '' ? [] : [schema.text(text)];
  }
  const holder = readHtml(html);
  const run: Run = { schema, isPre, nodes: [] };
  if (!readChildren(holder, [], run)) return undefined;
  const nodes = isPre ? run.nodes : trimmed(run.nodes, schema);
  const content = schema.nodes['paragraph']?.create(null, nodes).content;
  if (!content) return undefined;
  const options = { isPre };
  const isSame = signature(holder, options) === signature(readHtml(writeInline(content)), options);
  return isSame ? nodes : undefined;
}
