import { Fragment, type Node, type Schema } from '@tiptap/pm/model';
import { type Block, isFreeform, makeBlock, parseBlocks, serializeBlock, sourceOf } from 'galley/blocks';
import { classicPieces, readPiece } from './classic.ts';
import { readInline } from './inline.ts';
import type { Kinds } from './kinds.ts';
import type { BlockSource, Sources } from './sources.ts';

const isBlank = (text: string): boolean => text.trim() === '';

/** What a block's HTML is around its inner blocks. */
export interface Frame {
  head: string;
  tail: string;
  inner: readonly Block[];
}

/** Turns block markup into a document. Every block keeps how it was written. */
export class Reader {
  readonly schema: Schema;
  readonly #sources: Sources;
  readonly #kinds: Kinds;

  constructor(schema: Schema, sources: Sources, kinds: Kinds) {
    this.schema = schema;
    this.#sources = sources;
    this.#kinds = kinds;
  }

  /** The blocks of a text, each with what stands before it. */
  text(text: string): Node[] {
    const blocks = parseBlocks(text);
    return this.#siblings(blocks, blocks.every(isFreeform));
  }

  /** The inner blocks of a block, as children of its node. */
  inner(frame: Frame, block: Block): Node[] {
    const nodes: Node[] = [];
    let before = '';
    let isFirst = true;
    let previous = 0;
    let next = 0;
    for (const piece of block.innerContent) {
      if (piece !== null) before += piece;
      else {
        const inner = frame.inner[next++];
        if (!inner) continue;
        const { node, id } = this.#block(inner, previous, isFirst ? '' : before);
        nodes.push(node);
        [before, isFirst, previous] = ['', false, id];
      }
    }
    return nodes;
  }

  /** Splits a block's HTML at its inner blocks; undefined where words stand between them. */
  frame(block: Block): Frame | undefined {
    const { innerContent, innerBlocks } = block;
    if (innerBlocks.length === 0) {
      const match = /^(\s*(?:<[^>]+>\s*)*?<[^/][^>]*>)(\s*(?:<\/[^>]+>\s*)+)$/.exec(block.innerHTML);
      return match ? { head: match[1] ?? '', tail: match[2] ?? '', inner: [] } : undefined;
    }
    const first = innerContent.indexOf(null);
    const last = innerContent.lastIndexOf(null);
    const between = innerContent.slice(first, last).filter((piece) => piece !== null);
    if (!between.every(isBlank)) return undefined;
    return {
      head: innerContent.slice(0, first).join(''),
      tail: innerContent.slice(last + 1).join(''),
      inner: innerBlocks,
    };
  }

  /** Inline HTML; undefined where something would be lost. */
  inline(html: string, isPre = false): Node[] | undefined {
    return readInline(this.schema, html, isPre);
  }

  /** A node with these attributes, or undefined where its content does not fit. */
  make(name: string, attrs: Record<string, unknown>, content: readonly Node[]): Node | undefined {
    const type = this.schema.nodes[name];
    const fragment = Fragment.from([...content]);
    return type?.validContent(fragment) ? type.create(attrs, fragment) : undefined;
  }

  #siblings(blocks: readonly Block[], isClassic: boolean): Node[] {
    const nodes: Node[] = [];
    let before = '';
    let previous = 0;
    for (const block of blocks) {
      if (!isFreeform(block)) {
        const { node, id } = this.#block(block, previous, before);
        nodes.push(node);
        [before, previous] = ['', id];
        continue;
      }
      const text = block.innerHTML;
      let from = 0;
      for (const piece of classicPieces(text)) {
        before += text.slice(from, piece.start);
        const { node, id } = this.#piece(piece.text, { previous, before, isClassic });
        nodes.push(node);
        [before, previous, from] = ['', id, piece.end];
      }
      before += text.slice(from);
    }
    const last = this.#sources.get(previous);
    if (last) last.after = before;
    return nodes;
  }

  #block(block: Block, previous: number, before: string): { node: Node; id: number } {
    const { open = '', close = '', json = '' } = sourceOf(block) ?? {};
    const id = this.#sources.add({
      text: serializeBlock(block),
      open,
      close,
      json,
      name: block.blockName,
      previous,
      before,
      after: undefined,
      node: undefined,
      isClassic: false,
    });
    return this.#keep(id, this.#make(block), block);
  }

  /** A piece of text between blocks. */
  #piece(text: string, place: Pick<BlockSource, 'previous' | 'before' | 'isClassic'>): { node: Node; id: number } {
    const nothing = { open: '', close: '', json: '', name: null, after: undefined, node: undefined };
    const id = this.#sources.add({ text, ...nothing, ...place });
    const block = makeBlock({ innerHTML: text });
    return this.#keep(id, this.#readPiece(text, place.isClassic) ?? this.#island(block), block);
  }

  /** The view of the block that the piece would be, without being one. */
  #readPiece(text: string, isClassic: boolean): Node | undefined {
    const piece = readPiece(text, isClassic);
    if (!piece) return undefined;
    const block = makeBlock({ blockName: piece.block, innerHTML: piece.html });
    const node = this.#kinds.reading(piece.block)?.read(block, this);
    const around = piece.isLoose ? { head: '', tail: '' } : { tail: String(node?.attrs['tail'] ?? '').trimEnd() };
    return node?.type.create({ ...node.attrs, ...around }, node.content);
  }

  #keep(id: number, made: Node, block: Block): { node: Node; id: number } {
    const node = made.type.create({ ...made.attrs, block: block.blockName, data: block.attrs, src: id }, made.content);
    const source = this.#sources.get(id);
    if (source) source.node = node;
    return { node, id };
  }

  /** The best view there is: that of its kind, else its inner blocks in a frame, else an island. */
  #make(block: Block): Node {
    const own = block.blockName === null ? undefined : this.#kinds.reading(block.blockName)?.read(block, this);
    const framed = own ?? (block.innerBlocks.length > 0 ? this.#framed(block) : undefined);
    return framed ?? this.#island(block);
  }

  #framed(block: Block): Node | undefined {
    const frame = this.frame(block);
    return frame && this.make('container', { head: frame.head, tail: frame.tail }, this.inner(frame, block));
  }

  #island(block: Block): Node {
    const { open, close } = sourceOf(block) ?? { open: '', close: '' };
    const text = serializeBlock(block);
    const html = text.slice(open.length, text.length - close.length);
    const node = this.schema.nodes['island']?.create({ html });
    if (!node) throw new Error('The schema has no islands.');
    return node;
  }
}
