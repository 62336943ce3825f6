import { type Block, makeBlock, withSource } from './block.ts';
import { type Delimiter, DelimiterScanner, parseAttributes } from './delimiter.ts';

/** Blocks nested deeper than this stay text of the block around them, so that no tree exhausts the stack. */
export const MAX_BLOCK_DEPTH = 100;

interface OpenBlock {
  block: Block;
  delimiter: Delimiter;
  /** Offset up to which the block's content has been taken over. */
  taken: number;
}

function blockOf(text: string, delimiter: Delimiter): Block {
  const block = makeBlock({ blockName: delimiter.name, attrs: parseAttributes(delimiter.json) ?? {} });
  return withSource(block, {
    open: text.slice(delimiter.start, delimiter.end),
    close: '',
    json: delimiter.json,
    blockName: delimiter.name,
  });
}

function freeform(text: string): Block {
  return makeBlock({ innerHTML: text });
}

/** One run over one text. */
class BlockParser {
  readonly #text: string;
  readonly #blocks: Block[] = [];
  readonly #stack: OpenBlock[] = [];
  /** How many blocks are open beyond the deepest level that is kept. */
  #tooDeep = 0;
  #taken = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Block[] {
    const scanner = new DelimiterScanner(this.#text);
    for (let delimiter = scanner.next(); delimiter; delimiter = scanner.next()) {
      if (!this.#take(delimiter)) break;
    }
    while (this.#stack.length > 0) this.#close(this.#text.length, this.#text.length, '');
    this.#takeTextUntil(this.#text.length);
    return this.#blocks;
  }

  /** False when the rest of the text is to stay as it is: a block is closed that was never opened. */
  #take(delimiter: Delimiter): boolean {
    if (this.#stack.length >= MAX_BLOCK_DEPTH && this.#takeTooDeep(delimiter)) return true;
    if (delimiter.kind === 'close') {
      if (this.#stack.length === 0) return false;
      this.#close(delimiter.start, delimiter.end, this.#text.slice(delimiter.start, delimiter.end));
      return true;
    }
    this.#takeTextUntil(delimiter.start);
    const block = blockOf(this.#text, delimiter);
    if (delimiter.kind === 'void') this.#add(block, delimiter.end);
    else this.#stack.push({ block, delimiter, taken: delimiter.end });
    return true;
  }

  #takeTooDeep(delimiter: Delimiter): boolean {
    if (delimiter.kind === 'open') this.#tooDeep++;
    else if (delimiter.kind === 'close' && this.#tooDeep === 0) return false;
    else if (delimiter.kind === 'close') this.#tooDeep--;
    return true;
  }

  /** Gives the text before `end` to the innermost open block, or to the top level as a piece of its own. */
  #takeTextUntil(end: number): void {
    const open = this.#stack.at(-1);
    const text = this.#text.slice(open ? open.taken : this.#taken, end);
    if (text === '') return;
    if (open) open.block.innerContent.push(text);
    else this.#blocks.push(freeform(text));
  }

  #add(block: Block, end: number): void {
    const open = this.#stack.at(-1);
    if (open) {
      open.block.innerBlocks.push(block);
      open.block.innerContent.push(null);
      open.taken = end;
    } else {
      this.#blocks.push(block);
      this.#taken = end;
    }
  }

  #close(contentEnd: number, end: number, close: string): void {
    this.#takeTextUntil(contentEnd);
    const open = this.#stack.pop();
    if (!open) return;
    const { block, delimiter } = open;
    block.innerHTML = block.innerContent.join('');
    withSource(block, {
      open: this.#text.slice(delimiter.start, delimiter.end),
      close,
      json: delimiter.json,
      blockName: delimiter.name,
    });
    this.#add(block, end);
  }
}

/**
 * Parses block markup into the tree that WordPress's parser makes of it. Never throws: what is no block is text.
 * Where blocks are left open, all of them end with the text (WordPress repeats their content instead).
 *
 * @example parseBlocks('<!-- wp:paragraph --><p>Hello</p><!-- /wp:paragraph -->')[0]?.blockName // 'core/paragraph'
 */
export function parseBlocks(text: string): Block[] {
  return new BlockParser(text).parse();
}

/** Whether the text holds at least one block, and is not classic content. */
export function hasBlocks(text: string): boolean {
  const delimiter = text.includes('<!--') ? new DelimiterScanner(text).next() : undefined;
  return delimiter !== undefined && delimiter.kind !== 'close';
}
