// What the selection covers: one block, or several side by side.
import type { Node, ResolvedPos } from '@tiptap/pm/model';
import { type EditorState, NodeSelection } from '@tiptap/pm/state';
import { kinds } from '../blocks/index.ts';

/** A block and where it stands. */
export interface Place {
  node: Node;
  position: number;
}

/** Blocks side by side in one parent, and where they stand. */
export interface BlockRange {
  from: number;
  to: number;
  nodes: readonly Node[];
}

type Selected = Pick<EditorState, 'selection'>;

/** Nodes that are part of a block are no block themselves, though they are written like one elsewhere. */
function isBlockIn(node: Node, parent: Node): boolean {
  if (!kinds.of(node)) return false;
  const { name } = parent.type;
  // The heading and the body of a part go where the part goes.
  if (name === 'accordionItem') return false;
  return !(node.type.name === 'paragraph' && (name === 'listItem' || name === 'pullquote'));
}

const isBlockAt = ($pos: ResolvedPos, depth: number): boolean => isBlockIn($pos.node(depth), $pos.node(depth - 1));

/** A place as a range of one. */
export const rangeOf = ({ node, position }: Place): BlockRange => ({
  from: position,
  to: position + node.nodeSize,
  nodes: [node],
});

/** The children at a depth that a selection touches, where they are several, and all of them blocks. */
function runAt($from: ResolvedPos, $to: ResolvedPos, depth: number): BlockRange | undefined {
  const parent = $from.node(depth);
  const [start, end] = [$from.index(depth), $to.indexAfter(depth)];
  const nodes = parent.children.slice(start, end);
  if (nodes.length < 2 || !nodes.every((node) => isBlockIn(node, parent))) return undefined;
  return { from: $from.posAtIndex(start, depth), to: $from.posAtIndex(end, depth), nodes };
}

/** The blocks that the selection touches: the innermost that it stands in, or several side by side. */
export function blocksOf({ selection }: Selected): BlockRange | undefined {
  if (selection instanceof NodeSelection && kinds.of(selection.node))
    return rangeOf({ node: selection.node, position: selection.from });
  const { $from, $to } = selection;
  for (let depth = $from.sharedDepth($to.pos); depth >= 0; depth--) {
    const run = selection.empty ? undefined : runAt($from, $to, depth);
    if (run) return run;
    if (depth > 0 && isBlockAt($from, depth))
      return rangeOf({ node: $from.node(depth), position: $from.before(depth) });
  }
  const { nodeAfter } = $from;
  return nodeAfter && kinds.of(nodeAfter) ? rangeOf({ node: nodeAfter, position: $from.pos }) : undefined;
}

/** The innermost block of the selection; undefined where it covers several. */
export function blockOf(state: Selected): Place | undefined {
  const range = blocksOf(state);
  const [node, ...others] = range?.nodes ?? [];
  return range && node && others.length === 0 ? { node, position: range.from } : undefined;
}

/** The block around a place. */
export function parentOf(state: Pick<EditorState, 'doc'>, position: number): Place | undefined {
  const $pos = state.doc.resolve(position);
  for (let depth = $pos.depth; depth > 0; depth--)
    if (isBlockAt($pos, depth)) return { node: $pos.node(depth), position: $pos.before(depth) };
  return undefined;
}

/** The blocks around a block, the outermost first, itself last. */
export function pathOf(state: Pick<EditorState, 'doc'>, place: Place): Place[] {
  const path = [place];
  for (let around = parentOf(state, place.position); around; around = parentOf(state, around.position))
    path.unshift(around);
  return path;
}
