import { parseBlocks } from '../content/blocks/parse.ts';
import { serializeBlock } from '../content/blocks/serialize.ts';
import { plainText } from '../content/presenter.ts';
import { type DiffLine, diffItems, diffWords } from './text-diff.ts';

/** One block beside what it was before. */
export interface ComparedBlock {
  kind: 'same' | 'changed' | 'removed' | 'added';
  /** Its place among all, for {@link restoreBlock}. */
  index: number;
  /** What kind of block it is, such as `paragraph`. */
  name: string;
  /** What kind it was before. */
  formerName: string;
  /** The words of both, marked: what was taken out is in the first, what came in is in the second. */
  before: DiffLine[];
  after: DiffLine[];
  /** The words are the same: what differs is how they are set, and so their source is shown. */
  isSource: boolean;
}

/**
 * The parts of a text that are compared and merged one by one: its outermost blocks, and the lines of what stands
 * between them. Joined they are the text again, to the byte.
 */
export function splitBlocks(text: string): string[] {
  const parts: string[] = [];
  for (const block of parseBlocks(text)) {
    const source = serializeBlock(block);
    if (block.blockName !== null) parts.push(source);
    else if (source.trim() === '' && parts.length > 0) parts.push(`${parts.pop()}${source}`);
    else parts.push(...(source.match(/[^\n]*\n+|[^\n]+$/g) ?? []));
  }
  return parts;
}

/** What makes two parts the same: not the empty lines behind them. */
export const keyOfPart = (part: string): string => part.replace(/\s+$/, '');

/** Compares two texts block by block, and within a block that changed word by word. */
export function compareBlocks(before: string, after: string): ComparedBlock[] {
  return pairsOf(before, after)
    .map(({ kind, old, fresh }, index) => compared(kind, { index, old: keyOfPart(old), fresh: keyOfPart(fresh) }))
    .filter((row) => row.before.length + row.after.length > 0);
}

/** The text `after` with one block as it was in `before`: what changed or went out is back, what came in is gone. */
export function restoreBlock(before: string, after: string, index: number): string {
  return joinParts(pairsOf(before, after).map(({ old, fresh }, at) => (at === index ? old : fresh)));
}

interface Pair {
  kind: ComparedBlock['kind'];
  old: string;
  fresh: string;
}

/** The parts of both texts beside each other; what stands at the same place on both sides is one block that changed. */
function pairsOf(before: string, after: string): Pair[] {
  const [olds, freshes] = [splitBlocks(before), splitBlocks(after)];
  const lines = diffItems(olds.map(keyOfPart), freshes.map(keyOfPart));
  const pairs: Pair[] = [];
  let [o, f] = [0, 0];
  for (let at = 0; at < lines.length; ) {
    if (lines[at]?.kind === 'same') {
      pairs.push({ kind: 'same', old: olds[o++] ?? '', fresh: freshes[f++] ?? '' });
      at++;
      continue;
    }
    const [fromOld, fromFresh] = [o, f];
    for (; at < lines.length && lines[at]?.kind !== 'same'; at++) {
      if (lines[at]?.kind === 'removed') o++;
      else f++;
    }
    for (let index = 0; index < Math.max(o - fromOld, f - fromFresh); index++) {
      const [old, fresh] = [
        index < o - fromOld ? olds[fromOld + index] : '',
        index < f - fromFresh ? freshes[fromFresh + index] : '',
      ];
      pairs.push({ kind: !old ? 'added' : !fresh ? 'removed' : 'changed', old: old ?? '', fresh: fresh ?? '' });
    }
  }
  return pairs;
}

function compared(
  kind: ComparedBlock['kind'],
  { index, old, fresh }: { index: number; old: string; fresh: string },
): ComparedBlock {
  const [name, formerName] = [nameOfPart(fresh || old), nameOfPart(old || fresh)];
  const [oldWords, freshWords] = [wordsOf(old), wordsOf(fresh)];
  // Where the kind is another, that says what differs.
  const isSource = kind === 'changed' && oldWords === freshWords && name === formerName;
  const runs = kind === 'same' ? [] : isSource ? diffWords(old, fresh) : diffWords(oldWords, freshWords);
  if (kind === 'same') {
    const line: DiffLine[] = freshWords === '' ? [] : [{ kind: 'same', text: freshWords }];
    return { kind, index, name, formerName, before: line, after: line, isSource };
  }
  return {
    kind,
    index,
    name,
    formerName,
    before: runs.filter((run) => run.kind !== 'added'),
    after: runs.filter((run) => run.kind !== 'removed'),
    isSource,
  };
}

/** What kind of block a part is, for people. */
export function nameOfPart(part: string): string {
  const name = /^\s*<!-- wp:([a-z][\w/-]*)/.exec(part)?.[1];
  return name === undefined ? 'text' : name.replace(/^core\//, '').replaceAll('-', ' ');
}

/** The words of a part; for what has none, such as a picture, its source. */
export function wordsOf(part: string): string {
  const parted = part
    .replace(/<\/t[dh]>(?=\s*<t[dh])/gi, '$& · ')
    .replace(/<\/(p|li|h[1-6]|tr|blockquote|figcaption)>|<br\s*\/?>/gi, '$&\n');
  const words = plainText(parted).trim();
  return words === '' ? part.trim() : words;
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
