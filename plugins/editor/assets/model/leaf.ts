// What the editor knows of blocks that are shown as islands: how a new one is written, and which parts of its HTML and
// JSON can be set beside the text.
import type { Node, Schema } from '@tiptap/pm/model';
import type { BlockAttributes } from 'galley/blocks';
import type { Insert, Setting } from './kinds.ts';
import { make } from './make.ts';

/** A block without text of its own to edit in place. */
export interface Leaf {
  block: string;
  title: string;
  icon: string;
  keywords?: string;
  group: Insert['group'];
  /** The HTML and JSON of a new one. */
  html?: string;
  data?: BlockAttributes;
  settings?: readonly Setting[];
}

/** What the menu of blocks offers for it. */
export function leafInsert({ block, title, icon, keywords, group, html = '', data = {} }: Leaf): Insert {
  return {
    title,
    icon,
    group,
    ...(keywords ? { keywords } : {}),
    make: (schema: Schema): Node => make(schema, 'island', { block, html, data }),
  };
}

/** The HTML of an island. */
export const htmlOf = (node: Node): string => String(node.attrs['html']);

/** The JSON of an island. */
export const dataOf = (node: Node): BlockAttributes => node.attrs['data'] as BlockAttributes;
