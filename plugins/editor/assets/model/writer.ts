import type { Node } from '@tiptap/pm/model';
import { type BlockAttributes, parseAttributes, writeClosing, writeOpening } from 'galley/blocks';
import { writeLoose } from './classic.ts';
import type { Kinds } from './kinds.ts';
import type { BlockSource, Sources } from './sources.ts';

/** What stands between two blocks that were not neighbours when they were read. */
const GAP = '\n\n';

const isVoid = (source: BlockSource): boolean => source.open.endsWith('/-->');

function saysTheSame(source: BlockSource, name: string, data: BlockAttributes): boolean {
  return source.name === name && JSON.stringify(parseAttributes(source.json) ?? {}) === JSON.stringify(data);
}

/** The comments around a block: those it was read with while they say the same, else new ones. */
function commentsOf(
  node: Node,
  { inner, data }: { inner: string; data: BlockAttributes },
  source: BlockSource | undefined,
): { open: string; close: string } {
  const name = String(node.attrs['block']);
  const stays = source && saysTheSame(source, name, data) && (inner === '' || !isVoid(source));
  if (stays && (isVoid(source) || source.close !== '')) return source;
  const asVoid = inner === '' && (!source || isVoid(source));
  return { open: writeOpening(name, data, asVoid), close: asVoid ? '' : writeClosing(name) };
}

/**
 * Writes what is edited as block markup. A block that equals what was read is written byte for byte as it was read; an
 * edited one changes its own bytes only. What was written once is remembered by the identity of its node.
 */
export class Writer {
  readonly #sources: Sources;
  readonly #kinds: Kinds;
  readonly #written = new WeakMap<Node, string>();
  readonly #settled = new WeakMap<Node, string>();
  /** What an empty document was read from: blanks. */
  blank = '';

  constructor(sources: Sources, kinds: Kinds) {
    this.#sources = sources;
    this.#kinds = kinds;
  }

  /** The whole text. */
  text(doc: Node): string {
    const nodes = doc.children.filter((node, index) => !this.#isSpare(node, index === doc.childCount - 1));
    if (nodes.length === 0) return this.blank;
    const first = this.#sources.get(nodes[0]?.attrs['src']);
    const last = this.#sources.get(nodes.at(-1)?.attrs['src']);
    const hasBlocks = nodes.some((node) => node.attrs['block'] !== null);
    const write = (node: Node): string => (hasBlocks ? this.#amongBlocks(node) : this.block(node));
    return (first?.previous === 0 ? first.before : '') + this.#siblings(nodes, write) + (last?.after ?? '');
  }

  /** Blocks that stand in another one, with what stands between them. */
  blocks(nodes: readonly Node[]): string {
    return this.#siblings(nodes, (node) => this.#inBlock(node));
  }

  /** Blocks as they are copied. */
  copied(nodes: readonly Node[]): string {
    return this.#siblings(nodes, (node) => this.block(node));
  }

  #siblings(nodes: readonly Node[], write: (node: Node) => string): string {
    let previous: unknown;
    const pieces: string[] = [];
    for (const node of nodes) {
      const id: unknown = node.attrs['src'];
      const source = this.#sources.get(id);
      if (pieces.length > 0) pieces.push(source && source.previous === previous ? source.before : GAP);
      pieces.push(write(node));
      previous = id;
    }
    return pieces.join('');
  }

  /** One block with its comments. */
  block(node: Node): string {
    const known = this.#written.get(node);
    if (known !== undefined) return known;
    const written = this.#write(node);
    this.#written.set(node, written);
    return written;
  }

  /** Whether a block is as it was read. */
  isUntouched(node: Node): boolean {
    return this.#sources.get(node.attrs['src'])?.node?.eq(node) ?? false;
  }

  #write(node: Node): string {
    const source = this.#sources.get(node.attrs['src']);
    if (source?.node?.eq(node)) return source.text;
    const kind = this.#kinds.need(node);
    const inner = kind.write(node, this);
    if (node.attrs['block'] === null) return node.attrs['head'] === '' ? writeLoose(inner) : inner;
    const data = kind.data?.(node) ?? (node.attrs['data'] as BlockAttributes);
    const { open, close } = commentsOf(node, { inner, data }, source);
    return open + inner + close;
  }

  /** Once there are blocks, nothing makes paragraphs of lines any more: classic text says itself what they are. */
  #amongBlocks(node: Node): string {
    const source = this.#sources.get(node.attrs['src']);
    if (node.attrs['block'] !== null || source?.isClassic === false) return this.block(node);
    const known = this.#settled.get(node) ?? this.#settle(node);
    this.#settled.set(node, known);
    return known;
  }

  #settle(node: Node): string {
    if (node.type.name === 'island')
      return `${writeOpening('core/freeform', {}, false)}${this.block(node)}${writeClosing('core/freeform')}`;
    const inner = this.#kinds.need(node).write(node, this);
    return node.attrs['head'] === '' ? `<p>${inner}</p>` : inner;
  }

  /** In a block there is no text between blocks: what was some becomes a block. */
  #inBlock(node: Node): string {
    if (node.attrs['block'] !== null) return this.block(node);
    const [block] = this.#kinds.of(node)?.blocks ?? [];
    if (block === undefined) return this.#settle(node);
    const { head, level, ordered } = node.attrs;
    const around = head === '' ? { head: null, tail: null } : {};
    const data = { ...(level === undefined || level === 2 ? {} : { level }), ...(ordered ? { ordered } : {}) };
    return this.block(node.type.create({ ...node.attrs, ...around, block, data, src: null }, node.content));
  }

  /** An empty paragraph at the end is a place to write, and not text. */
  #isSpare(node: Node, isLast: boolean): boolean {
    return isLast && node.type.name === 'paragraph' && node.content.size === 0 && !this.#sources.get(node.attrs['src']);
  }
}
