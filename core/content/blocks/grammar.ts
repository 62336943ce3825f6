// The grammar of blocks without the rest of Galley: pure, for browsers too (`import { parseBlocks } from 'galley/blocks'`).
export { type Block, type BlockAttributes, isFreeform, makeBlock, sourceOf } from './block.ts';
export { parseAttributes, writeClosing, writeOpening } from './delimiter.ts';
export { mathOfLatex } from './latex.ts';
export { parseBlocks } from './parse.ts';
export { serializeBlock } from './serialize.ts';
