// Commands on the block that the cursor stands in, or that is selected.
import type { Node, ResolvedPos } from '@tiptap/pm/model';
import { type Command, type EditorState, NodeSelection, Selection } from '@tiptap/pm/state';
import { kinds } from '../blocks/index.ts';

/** A block and where it stands. */
export interface Place {
  node: Node;
  position: number;
}

/** Nodes that are part of a block and no block themselves, though they are written like one elsewhere. */
function isBlockAt($pos: ResolvedPos, depth: number): boolean {
  const node = $pos.node(depth);
  if (!kinds.of(node)) return false;
  const parent = $pos.node(depth - 1).type.name;
  // The heading and the body of a part go where the part goes.
  if (parent === 'accordionItem') return false;
  return !(node.type.name === 'paragraph' && (parent === 'listItem' || parent === 'pullquote'));
}

/** The innermost block of the selection. */
export function blockOf(state: Pick<EditorState, 'selection'>): Place | undefined {
  const { selection } = state;
  if (selection instanceof NodeSelection && kinds.of(selection.node))
    return { node: selection.node, position: selection.from };
  const { $from } = selection;
  const shared = $from.sharedDepth(selection.to);
  for (let depth = shared; depth > 0; depth--)
    if (isBlockAt($from, depth)) return { node: $from.node(depth), position: $from.before(depth) };
  const { nodeAfter } = $from;
  return nodeAfter && kinds.of(nodeAfter) ? { node: nodeAfter, position: $from.pos } : undefined;
}

/** The block around a block. */
export function parentOf(state: Pick<EditorState, 'doc'>, { position }: Place): Place | undefined {
  const $pos = state.doc.resolve(position);
  for (let depth = $pos.depth; depth > 0; depth--)
    if (isBlockAt($pos, depth)) return { node: $pos.node(depth), position: $pos.before(depth) };
  return undefined;
}

/** The blocks around a block, the outermost first, itself last. */
export function pathOf(state: Pick<EditorState, 'doc'>, place: Place): Place[] {
  const path = [place];
  for (let around = parentOf(state, place); around; around = parentOf(state, around)) path.unshift(around);
  return path;
}

/** Moves the block before its neighbour, or after; at the end of a group it leaves the group. */
export function moveBlock(by: 1 | -1): Command {
  return (state, dispatch) => {
    const place = blockOf(state);
    if (!place) return false;
    const $pos = state.doc.resolve(place.position);
    const index = $pos.index();
    const { parent } = $pos;
    const neighbour = parent.maybeChild(index + by);
    const isBlock = neighbour !== null && neighbour !== undefined && kinds.of(neighbour) !== undefined;
    const target = isBlock ? place.position + (by < 0 ? -neighbour.nodeSize : neighbour.nodeSize) : undefined;
    if (target === undefined) return leaveGroup(state, dispatch, place, by);
    if (dispatch) moveTo(state, dispatch, place, target);
    return true;
  };
}

function moveTo(
  state: EditorState,
  dispatch: NonNullable<Parameters<Command>[1]>,
  { node, position }: Place,
  target: number,
): void {
  const { tr, selection } = state;
  const offset = selection.from - position;
  tr.delete(position, position + node.nodeSize);
  tr.insert(target, node);
  const made =
    selection instanceof NodeSelection
      ? NodeSelection.create(tr.doc, target)
      : Selection.near(tr.doc.resolve(Math.min(target + offset, tr.doc.content.size)));
  dispatch(tr.setSelection(made).scrollIntoView());
}

function leaveGroup(state: EditorState, dispatch: Parameters<Command>[1], place: Place, by: 1 | -1): boolean {
  const around = parentOf(state, place);
  if (!around || around.node.childCount < 2) return false;
  const $around = state.doc.resolve(around.position);
  const index = $around.index() + (by > 0 ? 1 : 0);
  if (!$around.parent.canReplaceWith(index, index, place.node.type)) return false;
  const target = by < 0 ? around.position : around.position + around.node.nodeSize - place.node.nodeSize;
  if (dispatch) moveTo(state, dispatch, place, target);
  return true;
}

/** Puts a copy below the block. */
export const duplicateBlock: Command = (state, dispatch) => {
  const place = blockOf(state);
  if (!place) return false;
  const end = place.position + place.node.nodeSize;
  dispatch?.(state.tr.insert(end, place.node).scrollIntoView());
  return true;
};

/** Takes the block away. */
export const removeBlock: Command = (state, dispatch) => {
  const place = blockOf(state);
  if (!place) return false;
  const { tr } = state;
  tr.delete(place.position, place.position + place.node.nodeSize);
  dispatch?.(tr.setSelection(Selection.near(tr.doc.resolve(Math.min(place.position, tr.doc.content.size)), -1)));
  return true;
};
