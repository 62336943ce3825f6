import { joinParts, keyOfPart, splitBlocks } from './block-diff.ts';
import { diffItems } from './text-diff.ts';

/** A stretch of a merged text: settled, or with two sides that both changed it. */
export type MergePart = { kind: 'settled'; text: string } | MergeConflict;

/** What both sides changed, each in its own way. */
export interface MergeConflict {
  kind: 'conflict';
  base: string;
  theirs: string;
  mine: string;
}

/**
 * Merges two texts that were made of the same one, block by block: what only one side changed is taken, what both
 * changed in the same way is taken once, and what both changed differently is left to be chosen.
 */
export function mergeBlocks(base: string, theirs: string, mine: string): MergePart[] {
  if (mine === base || mine === theirs) return settled(theirs);
  if (theirs === base) return settled(mine);
  const parts = splitBlocks(base);
  const [other, own] = [changesOf(parts, splitBlocks(theirs)), changesOf(parts, splitBlocks(mine))];
  const merged = settle([], other.gaps[0] ?? [], own.gaps[0] ?? []);
  parts.forEach((part, index) => {
    merged.push(...settle([part], other.slots[index] ?? [], own.slots[index] ?? []));
    merged.push(...settle([], other.gaps[index + 1] ?? [], own.gaps[index + 1] ?? []));
  });
  return joined(merged);
}

const settled = (text: string): MergePart[] => (text === '' ? [] : [{ kind: 'settled', text }]);

/** What one side made of the base: what stands in the place of each part, and what came in before, between and after them. */
interface Changes {
  slots: string[][];
  gaps: string[][];
}

function changesOf(base: readonly string[], side: readonly string[]): Changes {
  const slots: string[][] = base.map(() => []);
  const gaps: string[][] = [[], ...base.map(() => [])];
  const lines = diffItems(base.map(keyOfPart), side.map(keyOfPart));
  let [from, to] = [0, 0];
  for (let at = 0; at < lines.length; ) {
    if (lines[at]?.kind === 'same') {
      slots[from++]?.push(side[to++] ?? '');
      at++;
      continue;
    }
    let [removed, added] = [0, 0];
    for (; at < lines.length && lines[at]?.kind !== 'same'; at++) {
      if (lines[at]?.kind === 'removed') removed++;
      else added++;
    }
    // What came in where something went out stands in its place; what came in besides is new.
    for (let index = 0; index < added; index++) {
      const place = index < removed ? slots[from + index] : gaps[from + removed];
      place?.push(side[to + index] ?? '');
    }
    from += removed;
    to += added;
  }
  return { slots, gaps };
}

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((part, index) => keyOfPart(part) === keyOfPart(others[index] ?? ''));

function settle(base: readonly string[], theirs: readonly string[], mine: readonly string[]): MergePart[] {
  if (isSame(base, mine)) return settled(theirs.join(''));
  if (isSame(base, theirs) || isSame(theirs, mine)) return settled(mine.join(''));
  return [{ kind: 'conflict', base: base.join(''), theirs: theirs.join(''), mine: mine.join('') }];
}

/** Neighbours that are settled become one. */
function joined(parts: readonly MergePart[]): MergePart[] {
  const result: MergePart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part.kind === 'settled' && last?.kind === 'settled')
      result[result.length - 1] = { kind: 'settled', text: joinParts([last.text, part.text]) };
    else result.push(part);
  }
  return result;
}
