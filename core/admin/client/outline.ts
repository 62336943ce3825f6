// The shape of lists that people arrange: pure, so that pointer, keys and buttons all do the same.

/** A place in an arranged list: what stands there, in which list, and how deep. */
export interface OutlineItem {
  id: string;
  /** The name of its list. */
  list: string;
  depth: number;
}

/** What a step does with an item and all below it. */
export type OutlineStep = 'up' | 'down' | 'in' | 'out';

/** How many items belong together: the one at `index` and all below it. */
export function sizeAt(items: readonly OutlineItem[], index: number): number {
  const first = items[index];
  if (!first) return 0;
  let end = index + 1;
  for (; end < items.length; end += 1) {
    const item = items[end];
    if (!item || item.list !== first.list || item.depth <= first.depth) break;
  }
  return end - index;
}

/** The id of the item above which an item stands below; empty on top. */
export function parentAt(items: readonly OutlineItem[], index: number): string {
  const item = items[index];
  for (let above = index - 1; item && above >= 0; above -= 1) {
    const other = items[above];
    if (!other || other.list !== item.list) return '';
    if (other.depth < item.depth) return other.id;
  }
  return '';
}

/**
 * The list after an item, with all below it, was put before the one at `target` at that depth; undefined where nothing
 * changes. The depth is held to what the place allows.
 *
 * @param target counted in the list without what moves
 */
export function place(
  items: readonly OutlineItem[],
  index: number,
  to: { list: string; target: number; depth: number },
  maxDepth: number,
): OutlineItem[] | undefined {
  const size = sizeAt(items, index);
  const moving = items.slice(index, index + size);
  const rest = [...items.slice(0, index), ...items.slice(index + size)];
  const before = rest[to.target - 1];
  const after = rest[to.target];
  const deepest = before?.list === to.list ? before.depth + 1 : 0;
  const least = after?.list === to.list ? after.depth : 0;
  const own = moving[0]?.depth ?? 0;
  const height = Math.max(0, ...moving.map(({ depth }) => depth - own));
  const depth = Math.max(Math.min(to.depth, deepest, maxDepth - height), Math.min(least, deepest), 0);
  if (depth + height > maxDepth) return undefined;
  const moved = moving.map((item) => ({ ...item, list: to.list, depth: item.depth - own + depth }));
  const result = [...rest.slice(0, to.target), ...moved, ...rest.slice(to.target)];
  return isSame(result, items) ? undefined : result;
}

/** The list after a step; undefined where the step leads nowhere. */
export function step(
  items: readonly OutlineItem[],
  index: number,
  direction: OutlineStep,
  { lists, maxDepth }: { lists: readonly string[]; maxDepth: number },
): OutlineItem[] | undefined {
  const item = items[index];
  if (!item) return undefined;
  const size = sizeAt(items, index);
  const { list, depth } = item;
  if (direction === 'in') return place(items, index, { list, target: index, depth: depth + 1 }, maxDepth);
  if (direction === 'out') return depth === 0 ? undefined : stepOut(items, index, maxDepth);
  if (direction === 'up') {
    const above = previousSibling(items, index);
    if (above !== undefined) return place(items, index, { list, target: above, depth }, maxDepth);
    return depth > 0 ? undefined : toList(items, index, lists[lists.indexOf(list) - 1], 'end');
  }
  const next = items[index + size];
  if (next?.list === list && next.depth === depth)
    return place(items, index, { list, target: index + sizeAt(items, index + size), depth }, maxDepth);
  return depth > 0 ? undefined : toList(items, index, lists[lists.indexOf(list) + 1], 'start');
}

/** One level up, behind all that stands below what it stood below. */
function stepOut(items: readonly OutlineItem[], index: number, maxDepth: number): OutlineItem[] | undefined {
  const parent = items.findIndex(({ id }) => id === parentAt(items, index));
  const target = parent + sizeAt(items, parent) - sizeAt(items, index);
  const item = items[index];
  return item && place(items, index, { list: item.list, target, depth: item.depth - 1 }, maxDepth);
}

function previousSibling(items: readonly OutlineItem[], index: number): number | undefined {
  const item = items[index];
  for (let above = index - 1; item && above >= 0; above -= 1) {
    const other = items[above];
    if (!other || other.list !== item.list || other.depth < item.depth) return undefined;
    if (other.depth === item.depth) return above;
  }
  return undefined;
}

function toList(
  items: readonly OutlineItem[],
  index: number,
  list: string | undefined,
  end: 'start' | 'end',
): OutlineItem[] | undefined {
  if (list === undefined) return undefined;
  const size = sizeAt(items, index);
  const own = items[index]?.depth ?? 0;
  const moved = items.slice(index, index + size).map((item) => ({ ...item, list, depth: item.depth - own }));
  const rest = [...items.slice(0, index), ...items.slice(index + size)];
  const first = rest.findIndex((item) => item.list === list);
  const last = rest.findLastIndex((item) => item.list === list);
  const target = first < 0 ? index : end === 'start' ? first : last + 1;
  return [...rest.slice(0, target), ...moved, ...rest.slice(target)];
}

const isSame = (a: readonly OutlineItem[], b: readonly OutlineItem[]): boolean =>
  a.every((item, index) => item.id === b[index]?.id && item.depth === b[index].depth && item.list === b[index].list);
