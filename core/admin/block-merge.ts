import { keyOfPart, splitBlocks } from './block-diff.ts';
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
  const [b, t, m] = [splitBlocks(base), splitBlocks(theirs), splitBlocks(mine)];
  const parts: MergePart[] = [];
  for (const chunk of chunksOf(b, t, m)) for (const part of settle(chunk)) parts.push(part);
  return joined(parts);
}

const settled = (text: string): MergePart[] => (text === '' ? [] : [{ kind: 'settled', text }]);

interface Chunk {
  base: string[];
  theirs: string[];
  mine: string[];
}

/** For each part of the base, which part of the other is the same; -1 for none. */
function matchesOf(base: readonly string[], other: readonly string[]): number[] {
  const found = new Array<number>(base.length).fill(-1);
  let [b, o] = [0, 0];
  for (const { kind } of diffItems(base.map(keyOfPart), other.map(keyOfPart))) {
    if (kind === 'same') found[b++] = o++;
    else if (kind === 'removed') b++;
    else o++;
  }
  return found;
}

/** The stretches between the parts that all three have, in order; each such part is a stretch of its own. */
function chunksOf(base: readonly string[], theirs: readonly string[], mine: readonly string[]): Chunk[] {
  const [inTheirs, inMine] = [matchesOf(base, theirs), matchesOf(base, mine)];
  const chunks: Chunk[] = [];
  let [b, t, m] = [0, 0, 0];
  const cut = (toB: number, toT: number, toM: number): void => {
    if (toB > b || toT > t || toM > m)
      chunks.push({ base: base.slice(b, toB), theirs: theirs.slice(t, toT), mine: mine.slice(m, toM) });
    [b, t, m] = [toB, toT, toM];
  };
  for (let index = 0; index < base.length; index++) {
    const [other, own] = [inTheirs[index] ?? -1, inMine[index] ?? -1];
    if (other < 0 || own < 0) continue;
    cut(index, other, own);
    cut(index + 1, other + 1, own + 1);
  }
  cut(base.length, theirs.length, mine.length);
  return chunks;
}

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((part, index) => keyOfPart(part) === keyOfPart(others[index] ?? ''));

function settle({ base, theirs, mine }: Chunk): MergePart[] {
  if (isSame(base, mine)) return settled(theirs.join(''));
  if (isSame(base, theirs) || isSame(theirs, mine)) return settled(mine.join(''));
  // As many blocks on all sides: each is decided for itself.
  if (base.length > 1 && base.length === theirs.length && base.length === mine.length)
    return base.flatMap((part, index) =>
      settle({ base: [part], theirs: [theirs[index] ?? ''], mine: [mine[index] ?? ''] }),
    );
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

/** Puts parts together; between two of them stands at least a line's end. */
export function joinParts(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) {
    if (part === '') continue;
    const needsGap = text !== '' && !/\s$/.test(text) && !/^\s/.test(part);
    text += needsGap ? `${/-->$/.test(text) ? '\n\n' : '\n'}${part}` : part;
  }
  return text;
}
