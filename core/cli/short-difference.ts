const MAX_LINES = 6;
const MAX_LINE = 160;

const shown = (lines: readonly string[], sign: string): string[] => {
  const first = lines.slice(0, MAX_LINES).map((line) => {
    const text = line.trim();
    return `${sign} ${text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text}`;
  });
  return lines.length > MAX_LINES ? [...first, `${sign} … and ${lines.length - MAX_LINES} lines more`] : first;
};

/**
 * What stands between the first and the last line that differ: the lines before (`-`) and after (`+`), shortened.
 * Empty where nothing differs.
 */
export function shortDifference(before: string, after: string): string {
  if (before === after) return '';
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end)) end++;
  const between = (lines: string[]): string[] => lines.slice(start, lines.length - end);
  return [...shown(between(old), '-'), ...shown(between(fresh), '+')].join('\n');
}
