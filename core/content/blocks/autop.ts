import { type HtmlTag, scanTags } from './html-tokens.ts';

const words = (text: string): Set<string> => new Set(text.trim().split(/\s+/));

/** Elements that stand between paragraphs. */
const BLOCKS = words(`address article aside audio blockquote caption center col colgroup dd details dialog div dl dt
  fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr iframe legend li main map math menu nav
  object ol option p pre script section select style summary svg table tbody td textarea tfoot th thead tr ul video`);
/** Of these, the ones whose text may hold paragraphs of its own. */
const CONTAINERS = words(
  'address article aside blockquote center dd details div fieldset figcaption footer form header li main section td th',
);
/** Elements whose content stays exactly as it is. */
const VERBATIM = words('pre script style textarea svg math select object iframe video audio map');

/** Text and inline elements between two tags of block elements. */
interface Run {
  html: string;
  container: string;
}

function wrapLines(text: string): string {
  return text.replace(/(<br ?\/?>)?\n(?!$)/g, (_, isBroken: string | undefined) => `${isBroken ?? '<br />'}\n`);
}

function isBlank(html: string): boolean {
  return html.replace(/<!--[^<>]*-->/g, '').trim() === '';
}

/** Without blanks at the ends of lines and without more than one empty line. All of it is linear in the text. */
function tidy(html: string): string {
  const lines = html.split('\n');
  const trimmed = lines.map((line, index) => (index < lines.length - 1 ? line.trimEnd() : line));
  return trimmed.join('\n').replace(/\n{3,}/g, '\n\n');
}

function paragraphs(run: Run): string {
  const html = tidy(run.html);
  if (isBlank(html)) return html;
  const parts = html.split('\n\n').filter((part) => part.trim() !== '');
  const isWrapped = run.container === '' || run.container === 'blockquote' || parts.length > 1;
  if (!isWrapped) return wrapLines(html);
  const wrapped = parts.map((part) => (isBlank(part) ? part.trim() : `<p>${wrapLines(part.trim())}</p>`)).join('\n');
  return `${html.startsWith('\n') ? '\n' : ''}${wrapped}${html.endsWith('\n') ? '\n' : ''}`;
}

/** Walks through the tags of block elements and makes paragraphs of what lies between. */
class ParagraphMaker {
  readonly #text: string;
  readonly #stack: string[] = [];
  #written = '';
  #from = 0;

  constructor(text: string) {
    this.#text = text;
  }

  make(): string {
    for (const tag of scanTags(this.#text)) if (BLOCKS.has(tag.name)) this.#pass(tag);
    this.#flush(this.#text.length);
    return this.#written.trim();
  }

  get #container(): string | undefined {
    return this.#stack.at(-1);
  }

  #flush(end: number): void {
    const html = this.#text.slice(this.#from, end);
    const container = this.#container;
    const isOpen = container === undefined || CONTAINERS.has(container);
    this.#written += isOpen ? paragraphs({ html, container: container ?? '' }) : html;
    this.#from = end;
  }

  #pass(tag: HtmlTag): void {
    const container = this.#container ?? '';
    if (VERBATIM.has(container) && !(tag.kind === 'end' && tag.name === container)) return;
    this.#flush(tag.start);
    this.#written += this.#text.slice(tag.start, tag.end);
    this.#from = tag.end;
    if (tag.kind === 'start' && !['hr', 'col'].includes(tag.name)) this.#stack.push(tag.name);
    else if (tag.kind === 'end') {
      const opened = this.#stack.lastIndexOf(tag.name);
      if (opened !== -1) this.#stack.splice(opened);
    }
  }
}

/**
 * Makes paragraphs of classic content: blank lines part paragraphs, other line ends become `<br />`, and what already
 * is a block element stays as it is.
 *
 * @example autop('One\n\nTwo\nthree') // '<p>One</p>\n<p>Two<br />\nthree</p>'
 */
export function autop(text: string): string {
  const plain = text.replace(/\r\n?/g, '\n');
  return plain.trim() === '' ? '' : new ParagraphMaker(plain).make();
}
