// Text as it was before there were blocks: parted into pieces that can be edited one by one, each of which keeps its
// bytes until it is edited. Paragraphs are parted by blank lines; the end of a line breaks it.

/** Elements that stand between paragraphs. */
const BLOCKS = new Set(
  `address article aside audio blockquote caption center col colgroup dd details dialog div dl dt fieldset figcaption
  figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr iframe legend li main map math menu nav object ol option p pre
  script section select style summary svg table tbody td textarea tfoot th thead tr ul video`.split(/\s+/),
);
/** Elements whose content is left as it is. */
const RAW = new Set('pre script style textarea svg math select object iframe video audio map'.split(' '));
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));

/** The blocks that an element alone is read as. */
const BLOCK_OF: Record<string, string> = {
  p: 'core/paragraph',
  ul: 'core/list',
  ol: 'core/list',
  blockquote: 'core/quote',
  pre: 'core/preformatted',
  ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((level) => [`h${level}`, 'core/heading'])),
};

interface Tag {
  name: string;
  isEnd: boolean;
  start: number;
  end: number;
}

/** The tags of HTML; comments, and what stands in elements that are no text, are passed over. */
function tagsOf(html: string): Tag[] {
  const tags: Tag[] = [];
  const pattern = /<!--[\s\S]*?(?:-->|$)|<(\/?)([a-z][\w:-]*)(?:"[^"]*"|'[^']*'|[^'">])*>/gi;
  let raw = '';
  for (const match of html.matchAll(pattern)) {
    const name = (match[2] ?? '').toLowerCase();
    const isEnd = match[1] === '/';
    if (name === '' || (raw !== '' && !(isEnd && name === raw))) continue;
    raw = !isEnd && RAW.has(name) ? name : '';
    tags.push({ name, isEnd, start: match.index, end: match.index + match[0].length });
  }
  return tags;
}

/** Whether each element that begins in it ends in it, and the other way round. */
function isWhole(html: string): boolean {
  if (html.split('<!--').length !== html.split('-->').length) return false;
  const open: string[] = [];
  for (const { name, isEnd } of tagsOf(html)) {
    if (VOID.has(name)) continue;
    if (!isEnd) open.push(name);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

/** A piece of such a text, and where it stands. */
export interface ClassicPiece {
  text: string;
  start: number;
  end: number;
}

function addPiece(pieces: ClassicPiece[], text: string, start: number, end: number): void {
  const own = text.slice(start, end);
  const from = start + (own.length - own.trimStart().length);
  const to = start + own.trimEnd().length;
  if (from < to) pieces.push({ text: text.slice(from, to), start: from, end: to });
}

/** Parts text between two elements at its blank lines, unless an element or a comment reaches over one. */
function addLines(pieces: ClassicPiece[], text: string, start: number, end: number): void {
  const parts: ClassicPiece[] = [];
  let from = start;
  for (const match of text.slice(start, end).matchAll(/\n[ \t]*(?:\n[ \t]*)+/g)) {
    addPiece(parts, text, from, start + match.index);
    from = start + match.index + match[0].length;
  }
  addPiece(parts, text, from, end);
  if (parts.every((part) => isWhole(part.text))) pieces.push(...parts);
  else addPiece(pieces, text, start, end);
}

/**
 * The pieces of a text. Between them are blanks only.
 *
 * @example classicPieces('One\n\n<h2>Two</h2>\nThree').map(({ text }) => text) // ['One', '<h2>Two</h2>', 'Three']
 */
export function classicPieces(text: string): ClassicPiece[] {
  const pieces: ClassicPiece[] = [];
  const open: string[] = [];
  let from = 0;
  for (const { name, isEnd, start, end } of tagsOf(text)) {
    // An end without a beginning stays in the text around it.
    if (!BLOCKS.has(name) || (isEnd && !open.includes(name))) continue;
    if (open.length === 0) {
      addLines(pieces, text, from, start);
      from = start;
    }
    if (isEnd) open.splice(open.lastIndexOf(name));
    else if (!VOID.has(name)) open.push(name);
    if (open.length > 0) continue;
    addPiece(pieces, text, from, end);
    from = end;
  }
  if (open.length > 0) addPiece(pieces, text, from, text.length);
  else addLines(pieces, text, from, text.length);
  return pieces;
}

const withBreaks = (run: string): string =>
  run
    .trim()
    .replace(/(<br\s*\/?>)\s*\n\s*/gi, '$1')
    .replace(/(<[^>]*>)|[ \t]*\n[ \t]*/g, (_, tag: string | undefined) => tag ?? '<br>');

/** Text in an element, with the breaks and paragraphs that readers see; undefined where that is more than one line. */
function settleRun(run: string, container: string): string | undefined {
  if (run.trim() === '') return run;
  const parts = run.split(/\n[ \t]*(?:\n[ \t]*)+/).filter((part) => part.trim() !== '');
  if (container === 'blockquote') return parts.map((part) => `<p>${withBreaks(part)}</p>`).join('');
  return parts.length > 1 ? undefined : withBreaks(run);
}

/**
 * A piece as HTML that says what readers see, and the block whose view can show it; undefined where there is none.
 *
 * @param hasLines whether line ends break lines, as in a text without any blocks
 */
export function readPiece(
  text: string,
  hasLines: boolean,
): { block: string; html: string; isLoose: boolean } | undefined {
  const [first] = tagsOf(text);
  const name = first?.start === 0 && BLOCKS.has(first.name) ? first.name : '';
  if (name === '') {
    const isOther = /^\[[\s\S]*\]$|^https?:\/\/\S+$|^<!--(?:(?!-->)[\s\S])*-->$/.test(text);
    if (!hasLines || isOther || !isWhole(text)) return undefined;
    return { block: 'core/paragraph', html: `<p>${withBreaks(text)}</p>`, isLoose: true };
  }
  const block = BLOCK_OF[name];
  if (!block || !isWhole(text)) return undefined;
  if (!hasLines || name === 'pre') return { block, html: text, isLoose: false };
  const html = settle(text);
  return html === undefined ? undefined : { block, html, isLoose: false };
}

/** An element with the breaks and paragraphs of what stands in it. */
function settle(text: string): string | undefined {
  const open: string[] = [];
  let html = '';
  let from = 0;
  for (const { name, isEnd, start, end } of tagsOf(text)) {
    if (!BLOCKS.has(name)) continue;
    const run = settleRun(text.slice(from, start), open.at(-1) ?? '');
    if (run === undefined) return undefined;
    html += run + text.slice(start, end);
    from = end;
    if (isEnd) open.pop();
    else open.push(name);
  }
  return html;
}

/** The HTML of a line as it stands in such a text: a single break is the end of a line. */
export const writeLoose = (html: string): string =>
  html.replace(/(?:<br>)+/g, (breaks) => (breaks === '<br>' ? '\n' : breaks.replaceAll('<br>', '<br />\n')));
