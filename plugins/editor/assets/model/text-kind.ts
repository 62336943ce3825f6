import type { Node } from '@tiptap/pm/model';
import type { Block } from 'galley/blocks';
import { writeInline } from './inline-html.ts';
import type { BlockKind } from './kinds.ts';
import type { Reader } from './reader.ts';

/** What stands around the content of a block's HTML. */
export interface Around {
  head: string;
  tail: string;
}

/** A block of one run of text: what its HTML looks like, and what a new one has around its text. */
interface TextParts extends Omit<BlockKind, 'read' | 'write'> {
  /** Three groups: what stands before the text, the text, what stands after. */
  pattern: RegExp;
  isPre?: boolean;
  around(node: Node): Around;
  /** Further attributes of the node, from the block. */
  more?(block: Block, head: string): Record<string, unknown>;
}

/** A kind of block whose HTML is text in a frame of tags. */
export function textKind({ pattern, isPre, around, more, ...kind }: TextParts): BlockKind {
  return {
    ...kind,
    around,
    read: (block, reader: Reader) => {
      const match = block.innerBlocks.length === 0 ? pattern.exec(block.innerHTML) : null;
      if (!match) return undefined;
      const [, head = '', html = '', tail = ''] = match;
      const nodes = reader.inline(html, isPre);
      return nodes && reader.make(kind.name, { head, tail, ...more?.(block, head) }, nodes);
    },
    write: (node) => {
      const { head, tail } = framed(node, around);
      return head + writeInline(node.content) + tail;
    },
  };
}

/** What stands around a node's content: its own, or what new ones have. */
export function framed(node: Node, around: (node: Node) => Around): Around {
  const { head, tail } = node.attrs as { head: string | null; tail: string | null };
  return head === null || tail === null ? around(node) : { head, tail };
}
