import { parseBlocks } from '../content/blocks/parse.ts';
import { serializeBlock } from '../content/blocks/serialize.ts';
import { plainText } from '../content/presenter.ts';
import { type DiffLine, diffItems, diffWords } from './text-diff.ts';

/** One block beside what it was before. */
export interface ComparedBlock {
  kind: 'same' | 'changed' | 'removed' | 'added';
  /** What kind of block it is, such as `paragraph`. */
  name: string;
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
  const lines = diffItems(splitBlocks(before).map(keyOfPart), splitBlocks(after).map(keyOfPart));
  const rows: ComparedBlock[] = [];
  for (let at = 0; at < lines.length; ) {
    if (lines[at]?.kind === 'same') {
      rows.push(compared('same', lines[at]?.text ?? '', lines[at]?.text ?? ''));
      at++;
      continue;
    }
    const [removed, added]: [string[], string[]] = [[], []];
    for (; at < lines.length && lines[at]?.kind !== 'same'; at++)
      (lines[at]?.kind === 'removed' ? removed : added).push(lines[at]?.text ?? '');
    rows.push(...paired(removed, added));
  }
  return rows.filter(({ before: old, after: fresh }) => old.length + fresh.length > 0);
}

/** What stands at the same place on both sides is one block that changed. */
function paired(removed: readonly string[], added: readonly string[]): ComparedBlock[] {
  return Array.from({ length: Math.max(removed.length, added.length) }, (_, index) => {
    const [old, fresh] = [removed[index], added[index]];
    if (old === undefined) return compared('added', '', fresh ?? '');
    return fresh === undefined ? compared('removed', old, '') : compared('changed', old, fresh);
  });
}

function compared(kind: ComparedBlock['kind'], old: string, fresh: string): ComparedBlock {
  const name = nameOfPart(fresh || old);
  const [oldWords, freshWords] = [wordsOf(old), wordsOf(fresh)];
  const isSource = kind === 'changed' && oldWords === freshWords;
  const runs = kind === 'same' ? [] : isSource ? diffWords(old, fresh) : diffWords(oldWords, freshWords);
  if (kind === 'same') {
    const line: DiffLine[] = freshWords === '' ? [] : [{ kind: 'same', text: freshWords }];
    return { kind, name, before: line, after: line, isSource };
  }
  return {
    kind,
    name,
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
  const words = plainText(part.replace(/<\/(p|li|h[1-6]|tr|blockquote|figcaption)>|<br\s*\/?>/gi, '$&\n')).trim();
  return words === '' ? part.trim() : words;
}
