// Layer: content. Knows lib, kernel, services and identity.

/** Attributes of a block: the JSON of its opening comment. */
export type BlockAttributes = Record<string, unknown>;

const SOURCE: unique symbol = Symbol('source');

/** The exact text of a block's two comments as they were read, and what they said. */
export interface BlockSource {
  /** The opening (or void) comment; empty in a piece of text between blocks. */
  open: string;
  /** The closing comment; empty where there was none, or for a void block. */
  close: string;
  /** The raw JSON of the opening comment, empty where there was none. */
  json: string;
  /** What the comment said. A block that says something else now has its comments written anew. */
  blockName: string;
}

/**
 * One block, or a piece of text between blocks (`blockName` null). The tree is that of WordPress's parser.
 * `innerContent` is what counts: its strings are the block's own HTML, each null stands for the next inner block.
 * Change a block with `editBlock`, which keeps its other parts as they were read.
 */
export interface Block {
  blockName: string | null;
  attrs: BlockAttributes;
  innerBlocks: Block[];
  /** The strings of `innerContent` joined. */
  innerHTML: string;
  innerContent: (string | null)[];
  /** How the block was written; not enumerable, so trees compare and print as plain data. */
  [SOURCE]?: BlockSource;
}

/** What `makeBlock` and `editBlock` set; inner HTML is given as `innerContent`, or as `innerHTML` for a block without inner blocks. */
export interface BlockParts {
  blockName?: string | null;
  attrs?: BlockAttributes;
  innerBlocks?: Block[];
  innerHTML?: string;
  innerContent?: (string | null)[];
}

/** The text that a block was read from, or undefined for a block that was made. */
export function sourceOf(block: Block): BlockSource | undefined {
  return block[SOURCE];
}

/** Remembers how a block was written. */
export function withSource(block: Block, source: BlockSource): Block {
  return Object.defineProperty(block, SOURCE, { value: source, enumerable: false, configurable: true });
}

/**
 * Makes a block.
 *
 * @example makeBlock({ blockName: 'core/paragraph', innerHTML: '<p>Hello</p>' })
 */
export function makeBlock(parts: BlockParts): Block {
  const innerContent = parts.innerContent ?? (parts.innerHTML ? [parts.innerHTML] : []);
  return {
    blockName: parts.blockName ?? null,
    attrs: parts.attrs ?? {},
    innerBlocks: parts.innerBlocks ?? [],
    innerHTML: innerContent.join(''),
    innerContent,
  };
}

/**
 * A changed copy of a block. Comments whose meaning did not change keep their bytes.
 *
 * @param changes the parts to replace; `innerHTML` alone replaces the HTML of a block without inner blocks
 */
export function editBlock(block: Block, changes: BlockParts): Block {
  const { innerHTML, ...rest } = changes;
  const edited = makeBlock({
    ...block,
    ...(innerHTML === undefined ? {} : { innerContent: [innerHTML] }),
    ...rest,
    blockName: changes.blockName === undefined ? block.blockName : changes.blockName,
  });
  const source = sourceOf(block);
  return source ? withSource(edited, source) : edited;
}

/** Whether it is text between blocks (or classic content) and not a block with a name. */
export function isFreeform(block: Block): boolean {
  return block.blockName === null;
}

/** All blocks of a tree in reading order, inner blocks after their parent. */
export function* walkBlocks(blocks: readonly Block[]): Generator<Block> {
  const waiting = [...blocks].reverse();
  for (let block = waiting.pop(); block; block = waiting.pop()) {
    yield block;
    for (let index = block.innerBlocks.length - 1; index >= 0; index--) {
      const inner = block.innerBlocks[index];
      if (inner) waiting.push(inner);
    }
  }
}
