import { type Block, type BlockSource, sourceOf } from './block.ts';
import { parseAttributes, writeClosing, writeOpening } from './delimiter.ts';

function saysTheSame(block: Block, source: BlockSource): boolean {
  if (block.blockName !== source.blockName) return false;
  return JSON.stringify(block.attrs) === JSON.stringify(parseAttributes(source.json) ?? {});
}

function isVoidComment(open: string): boolean {
  return open.endsWith('/-->');
}

/** The comments of a block: those it was read with while they still say the same, else new ones. */
function commentsOf(block: Block, blockName: string): { open: string; close: string } {
  const source = sourceOf(block);
  const isEmpty = block.innerContent.length === 0;
  if (source && saysTheSame(block, source) && (isEmpty || !isVoidComment(source.open))) return source;
  const wasOpenAndClosed = source !== undefined && !isVoidComment(source.open);
  const isVoid = isEmpty && !wasOpenAndClosed;
  return {
    open: writeOpening(blockName, block.attrs, isVoid),
    close: isVoid ? '' : writeClosing(blockName),
  };
}

function write(block: Block, pieces: string[]): void {
  const comments = block.blockName === null ? { open: '', close: '' } : commentsOf(block, block.blockName);
  pieces.push(comments.open);
  let next = 0;
  for (const piece of block.innerContent) {
    if (piece !== null) pieces.push(piece);
    else {
      const inner = block.innerBlocks[next++];
      if (inner) write(inner, pieces);
    }
  }
  pieces.push(comments.close);
}

/** Writes one block. */
export function serializeBlock(block: Block): string {
  const pieces: string[] = [];
  write(block, pieces);
  return pieces.join('');
}

/**
 * Writes blocks as markup. What was parsed and not changed comes out byte for byte as it was read, also malformed
 * comments; a changed block changes its own bytes only.
 */
export function serializeBlocks(blocks: readonly Block[]): string {
  const pieces: string[] = [];
  for (const block of blocks) write(block, pieces);
  return pieces.join('');
}
