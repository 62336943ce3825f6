import { says } from './told-texts.ts';

/** Levenshtein distance, cut off at `limit` edits. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? limit + 1;
}

/** The known names nearest to a mistyped one, the best first; none where none is near enough to be meant. */
export function nearestFew(name: string, known: Iterable<string>, count: number): string[] {
  const limit = Math.max(2, Math.floor(name.length / 3));
  return [...known]
    .map((candidate) => ({ candidate, edits: distance(name, candidate, limit) }))
    .filter(({ edits }) => edits <= limit)
    .sort((one, other) => one.edits - other.edits)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** `Did you mean "x"?` with a leading space, or nothing: to end an error message with. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const [match] = nearestFew(name, known, 1);
  return match ? ` ${says(`Did you mean "${match}"?`)}` : '';
}
