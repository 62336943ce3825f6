import { GalleyError } from 'galley';
import { SaxesParser, type SaxesTagPlain } from 'saxes';

/** A row of a file of XML. */
export interface XmlRow {
  line: number;
  cells: Record<string, unknown>;
}

/** An element that is being read. */
interface Open {
  name: string;
  text: string;
  /** Its attributes and the elements in it. */
  cells: [name: string, value: unknown][];
}

const DEPTH_MAX = 16;

/**
 * Reads each element below the outermost one as a row: its elements and attributes are the cells, several of one name
 * are a list. What it holds at a time is one row.
 */
export class XmlRows {
  readonly #parser = new SaxesParser({ xmlns: false, position: true });
  readonly #max: number;
  readonly #stack: Open[] = [];
  #rows: XmlRow[] = [];
  #characters = 0;

  /** @param max characters of a row */
  constructor(max: number) {
    this.#max = max;
    this.#parser.on('error', () => this.#refuse());
    this.#parser.on('doctype', () => this.#refuse());
    this.#parser.on('opentag', (tag) => this.#open(tag));
    this.#parser.on('closetag', () => this.#close());
    this.#parser.on('text', (text) => this.#text(text));
    this.#parser.on('cdata', (text) => this.#text(text));
  }

  /** The rows that end in this piece of the file. @throws GALLEY_INPUT_INVALID */
  write(text: string): XmlRow[] {
    this.#parser.write(text);
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  /** Says that the file ends here. @throws GALLEY_INPUT_INVALID where it ends too early */
  end(): void {
    this.#parser.close();
  }

  #refuse(): never {
    const { line } = this.#parser;
    throw new GalleyError('GALLEY_INPUT_INVALID', `The file cannot be read as XML. Look at line ${line}.`);
  }

  #open({ name, attributes }: SaxesTagPlain): void {
    if (this.#stack.length === 0 && name === 'rss')
      throw new GalleyError(
        'GALLEY_INPUT_INVALID',
        'This file is a whole site (WXR), not rows: move it in as an export of WordPress.',
      );
    if (this.#stack.length >= DEPTH_MAX) this.#refuse();
    if (this.#stack.length === 1) this.#characters = 0;
    this.#stack.push({ name, text: '', cells: Object.entries(attributes) });
  }

  #text(text: string): void {
    const open = this.#stack.at(-1);
    if (!open || this.#stack.length < 2) return;
    this.#characters += text.length;
    if (this.#characters > this.#max) this.#refuse();
    open.text += text;
  }

  #close(): void {
    const closed = this.#stack.pop();
    if (!closed) return;
    if (this.#stack.length === 1) this.#rows.push({ line: this.#parser.line, cells: gathered(closed) });
    else if (this.#stack.length > 1) this.#stack.at(-1)?.cells.push([closed.name, contentOf(closed)]);
  }
}

function gathered({ cells }: Open): Record<string, unknown> {
  const all = Map.groupBy(cells, ([name]) => name);
  return Object.fromEntries(
    [...all].map(([name, [first, ...more]]) => [
      name,
      more.length > 0 ? [first, ...more].map((one) => one?.[1]) : first?.[1],
    ]),
  );
}

/** The text of an element; where elements of one name stand in it, their list; else what stands in each. */
function contentOf(open: Open): unknown {
  if (open.cells.length === 0) return open.text;
  const [[name] = ['']] = open.cells;
  const isList = open.cells.length > 1 && open.cells.every((one) => one[0] === name);
  return isList ? open.cells.map(([, value]) => value) : gathered(open);
}
