import { type ComparedBlock, compareBlocks } from './block-diff.ts';
import type { ScreenContext } from './screen-context.ts';
import { type DiffLine, diffWords } from './text-diff.ts';

/** Blocks that stand together in a comparison; several that are the same can be folded away. */
export interface ComparedGroup {
  isFolded: boolean;
  count: number;
  rows: ComparedBlock[];
}

/** One thing that differs, such as the title: with its blocks, or with the words of both sides. */
export interface Comparison {
  name: string;
  label: string;
  groups?: ComparedGroup[];
  before?: DiffLine[];
  after?: DiffLine[];
}

const FOLDED_FROM = 3;

/** Compares two texts of blocks, for the partial `compare`: what is the same for longer is folded away. */
export function compareTexts(page: ScreenContext, before: string, after: string): ComparedGroup[] {
  const groups: ComparedGroup[] = [];
  for (const row of compareBlocks(before, after)) {
    const last = groups.at(-1);
    const isSame = row.kind === 'same';
    if (last && isSame === (last.rows[0]?.kind === 'same')) last.rows.push(row);
    else groups.push({ isFolded: false, count: 0, rows: [row] });
  }
  return groups.map(({ rows }) => ({
    isFolded: rows[0]?.kind === 'same' && rows.length >= FOLDED_FROM,
    count: rows.length,
    rows: rows.map((row) => ({
      ...row,
      name: partTitle(page, row.name),
      formerName: partTitle(page, row.formerName),
    })),
  }));
}

/** What a part of a text is called in the reader's language: the title of its block, as far as it is known. */
export function partTitle(page: ScreenContext, name: string): string {
  const key = name.replaceAll(' ', '-');
  const block = page.site.blocks.get(key.includes('/') ? key : `core/${key}`);
  return page.t(block?.title ?? name);
}

/** Compares something that is short, such as a title, for the partial `compare`. */
export function compareWords(before: string, after: string): Pick<Comparison, 'before' | 'after'> {
  const runs = diffWords(before, after);
  return {
    before: runs.filter(({ kind }) => kind !== 'added'),
    after: runs.filter(({ kind }) => kind !== 'removed'),
  };
}
