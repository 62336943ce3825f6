import type { AnyExtension, Editor } from '@tiptap/core';
import type { Node, Schema } from '@tiptap/pm/model';
import type { Block, BlockAttributes } from 'galley/blocks';
import type { Reader } from './reader.ts';
import type { Around } from './text-kind.ts';
import type { Writer } from './writer.ts';

/** Something that can be put into the text. */
export interface Insert {
  title: string;
  /** The text of an icon: `import plus from 'icon:plus-lg'`. */
  icon: string;
  /** Further words that find it. */
  keywords?: string;
  /** Under what it stands in the menu. */
  group: 'text' | 'media' | 'layout' | 'patterns' | 'more';
  make(schema: Schema): Node;
  /** The part of the group that it belongs to, in words. */
  category?: string;
  /** The markup of what it looks like, where that shows in the menu. */
  preview?: string;
  /** What comes next, once it stands in the text: such as choosing the picture. */
  after?(editor: Editor, position: number): void;
  /** What is put in instead, where the server has to be asked for it. */
  bring?(editor: Editor): Promise<readonly Node[]>;
}

/** A control of the tab "Block". `write` gives the attributes of the node that change. */
export interface Setting {
  label: string;
  kind: 'text' | 'textarea' | 'url' | 'number' | 'boolean' | 'select';
  choices?: readonly (readonly [value: string, label: string])[];
  help?: string;
  read(node: Node): string | number | boolean | undefined;
  write(node: Node, value: string): Record<string, unknown>;
  /** The attributes that change in blocks within it, each with its place from the start of the block's content. */
  within?(node: Node, value: string): readonly (readonly [offset: number, attrs: Record<string, unknown>])[];
}

/** A kind of block that has an editing view: how it is read, shown and written. One file each in `assets/blocks`. */
export interface BlockKind {
  /** The name of its node. */
  name: string;
  title: string;
  icon: string;
  /** The names of the blocks that it reads. */
  blocks: readonly string[];
  /** Its node, and those that stand in it. */
  nodes: readonly AnyExtension[];
  /** The node of a block, or undefined where this view could not write the block again without losing something. */
  read(block: Block, reader: Reader): Node | undefined;
  /** The block's own HTML, with its inner blocks. */
  write(node: Node, writer: Writer): string;
  /** The JSON of its comment, where it says the same as the content; else what the node carries. */
  data?(node: Node): BlockAttributes;
  /** What stands around the content of a new one. */
  around?(node: Node): Around;
  inserts?: readonly Insert[];
  settings?: readonly Setting[] | ((node: Node) => readonly Setting[]);
  /** Buttons of the toolbar while it is the selected block. */
  tools?: readonly BlockTool[];
}

/** A button of the block's toolbar. */
export interface BlockTool {
  title: string;
  icon: string;
  /** Whether it is for this node; for all of the kind by default. */
  fits?(node: Node): boolean;
  run(editor: Editor, node: Node, position: number): void;
}

/** All kinds, found by node and by block. */
export class Kinds {
  readonly list: readonly BlockKind[];
  readonly #byNode: Map<string, BlockKind>;
  readonly #byBlock: Map<string, BlockKind>;

  constructor(list: readonly BlockKind[]) {
    this.list = list;
    this.#byNode = new Map(list.map((kind) => [kind.name, kind]));
    this.#byBlock = new Map(list.flatMap((kind) => kind.blocks.map((block) => [block, kind] as const)));
  }

  /** The kind of a node, if it is a block's own. */
  of(node: Node): BlockKind | undefined {
    return this.#byNode.get(node.type.name);
  }

  need(node: Node): BlockKind {
    const kind = this.of(node);
    if (!kind) throw new Error(`No kind of block has the node "${node.type.name}".`);
    return kind;
  }

  /** The kind that reads the blocks of this name. */
  reading(block: string): BlockKind | undefined {
    return this.#byBlock.get(block);
  }
}
