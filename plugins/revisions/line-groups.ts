import type { DiffLine } from 'galley';

/** Lines that are shown together; many that are the same are folded away. */
export interface LineGroup {
  isFolded: boolean;
  count: number;
  lines: DiffLine[];
}

/** Lines that stay in sight before and after a change. */
const AROUND = 3;

/** Folds away what is the same and far from any change. */
export function groupLines(lines: readonly DiffLine[]): LineGroup[] {
  const near = new Set<number>();
  for (const [index, { kind }] of lines.entries())
    if (kind !== 'same') for (let at = index - AROUND; at <= index + AROUND; at++) near.add(at);
  const groups: LineGroup[] = [];
  for (const [index, line] of lines.entries()) {
    const isFolded = !near.has(index);
    const last = groups.at(-1);
    if (last?.isFolded === isFolded) last.lines.push(line);
    else groups.push({ isFolded, count: 0, lines: [line] });
  }
  return groups.map((group) => ({ ...group, count: group.lines.length }));
}
