// What HTML means, written so that two ways to write the same are equal: the order in which marks are nested, blanks
// that are not shown, and how characters are escaped make no difference.

/** How blanks count. */
interface SignatureOptions {
  /** Blanks and line breaks are part of the text. */
  isPre?: boolean;
}

const BLOCKS = new Set(
  `p div ul ol li h1 h2 h3 h4 h5 h6 blockquote figure figcaption table thead tbody tfoot tr td th caption colgroup col
  pre section article details summary hr img br video audio iframe`.split(/\s+/),
);

interface Run {
  tokens: string[];
  text: string;
  marks: string;
  isPre: boolean;
}

function flush(run: Run): void {
  if (run.text !== '') run.tokens.push(`${run.text}|${run.marks}`);
  run.text = '';
}

const nameOf = (element: Element): string =>
  `${element.localName}${[...element.attributes]
    .map(({ name, value }) => ` ${name}=${JSON.stringify(value)}`)
    .sort()
    .join('')}`;

function addText(run: Run, text: string, marks: readonly string[]): void {
  const key = [...new Set(marks)].sort().join('+');
  if (key !== run.marks) flush(run);
  run.marks = key;
  run.text += run.isPre ? text.replace(/\r\n?/g, '\n') : text.replace(/[ \t\r\n\f]+/g, ' ');
}

function visit(parent: Node, marks: readonly string[], run: Run): void {
  for (const child of parent.childNodes) {
    if (child.nodeType === 3) addText(run, child.nodeValue ?? '', marks);
    else if (child.nodeType === 8) mark(run, `<!--${child.nodeValue}-->`);
    else visitElement(child as Element, marks, run);
  }
}

function mark(run: Run, token: string): void {
  flush(run);
  run.tokens.push(token);
}

function visitElement(element: Element, marks: readonly string[], run: Run): void {
  const name = nameOf(element);
  if (BLOCKS.has(element.localName) || element.childNodes.length === 0) {
    mark(run, `<${name}>`);
    visit(element, [], run);
    mark(run, `</${element.localName}>`);
  } else visit(element, [...marks, name], run);
}

/** The signature of all that stands in an element. */
export function signature(holder: Node, { isPre = false }: SignatureOptions = {}): string {
  const run: Run = { tokens: [], text: '', marks: '', isPre };
  visit(holder, [], run);
  flush(run);
  if (isPre) return run.tokens.join('\n');
  return run.tokens
    .filter((token) => token.startsWith('<') || token.trim().replace(/^\|.*$/, '') !== '')
    .map((token, index, all) => trimToken(token, all[index - 1], all[index + 1]))
    .join('\n');
}

/** A blank beside a tag of a block is not shown. */
function trimToken(token: string, before: string | undefined, after: string | undefined): string {
  if (token.startsWith('<')) return token;
  let [text = '', ...marks] = token.split('|');
  if (before === undefined || before.startsWith('<')) text = text.trimStart();
  if (after === undefined || after.startsWith('<')) text = text.trimEnd();
  return [text, ...marks].join('|');
}
