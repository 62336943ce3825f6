import type { Node } from '@tiptap/pm/model';

/** How a block was written when it was read. */
export interface BlockSource {
  /** All of it, byte for byte. */
  text: string;
  /** Its comments; empty for text between blocks. */
  open: string;
  close: string;
  json: string;
  name: string | null;
  /** The block that stood before it among its siblings, 0 for the first, and what stood between. */
  previous: number;
  before: string;
  /** What stood after the last block of the text. */
  after: string | undefined;
  /** The node that was made of it. A node that equals it is written as it was read. */
  node: Node | undefined;
  /** Whether it stood in a text without any blocks, where blank lines make paragraphs. */
  isClassic: boolean;
}

/** The sources of all blocks that were read, also those that were deleted since: undo brings them back. */
export class Sources {
  readonly #list: BlockSource[] = [];

  /** Keeps a source and gives it a number, from 1. */
  add(source: BlockSource): number {
    return this.#list.push(source);
  }

  get(id: unknown): BlockSource | undefined {
    return typeof id === 'number' ? this.#list[id - 1] : undefined;
  }
}
