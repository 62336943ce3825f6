/** A line of a comparison. */
export interface DiffLine {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** More work than this is not worth the wait: then everything between what is equal at both ends counts as changed. */
const MAX_CELLS = 4_000_000;

/** Compares two texts line by line, with as little changed as possible. */
export function diffLines(before: string, after: string): DiffLine[] {
  return diffItems(splitLines(before), splitLines(after));
}

/** Compares two texts word by word; blanks belong to the word before them. */
export function diffWords(before: string, after: string): DiffLine[] {
  const runs: DiffLine[] = [];
  for (const { kind, text } of diffItems(splitWords(before), splitWords(after))) {
    const last = runs.at(-1);
    if (last?.kind === kind) last.text += text;
    else runs.push({ kind, text });
  }
  return runs;
}

const splitWords = (text: string): string[] => text.match(/\s+|[\p{L}\p{N}\p{M}_'’-]+\s*|[^\s\p{L}\p{N}]\s*/gu) ?? [];

/** Compares two lists, with as little changed as possible. */
export function diffItems(old: readonly string[], fresh: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end)) end++;
  const same = (text: string): DiffLine => ({ kind: 'same', text });
  return [
    ...old.slice(0, start).map(same),
    ...diffMiddle(old.slice(start, old.length - end), fresh.slice(start, fresh.length - end)),
    ...old.slice(old.length - end).map(same),
  ];
}

function splitLines(text: string): string[] {
  return text === '' ? [] : text.replace(/\r\n?/g, '\n').split('\n');
}

function diffMiddle(old: readonly string[], fresh: readonly string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ kind: 'removed', text });
  const added = (text: string): DiffLine => ({ kind: 'added', text });
  if (old.length * fresh.length > MAX_CELLS || old.length === 0 || fresh.length === 0)
    return [...old.map(removed), ...fresh.map(added)];
  const longest = commonLengths(old, fresh);
  const width = fresh.length + 1;
  const lines: DiffLine[] = [];
  let [a, b] = [0, 0];
  while (a < old.length && b < fresh.length) {
    if (old[a] === fresh[b]) {
      lines.push({ kind: 'same', text: old[a++] ?? '' });
      b++;
    } else if ((longest[(a + 1) * width + b] ?? 0) >= (longest[a * width + b + 1] ?? 0))
      lines.push(removed(old[a++] ?? ''));
    else lines.push(added(fresh[b++] ?? ''));
  }
  return [...lines, ...old.slice(a).map(removed), ...fresh.slice(b).map(added)];
}

/** For each pair of places the length of the longest common run of lines behind them. */
function commonLengths(old: readonly string[], fresh: readonly string[]): Uint32Array {
  const width = fresh.length + 1;
  const longest = new Uint32Array((old.length + 1) * width);
  for (let a = old.length - 1; a >= 0; a--) {
    for (let b = fresh.length - 1; b >= 0; b--) {
      longest[a * width + b] =
        old[a] === fresh[b]
          ? (longest[(a + 1) * width + b + 1] ?? 0) + 1
          : Math.max(longest[(a + 1) * width + b] ?? 0, longest[a * width + b + 1] ?? 0);
    }
  }
  return longest;
}
