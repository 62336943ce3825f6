const MAX = 200;

/**
 * Formatters by what they were made from. Making one takes a hundred times longer than using it. This is the memo of
 * a pure function and no state: sites that share a process cannot tell whether they share it.
 */
const memo = new Map<string, Intl.DateTimeFormat>();

/** `new Intl.DateTimeFormat(language, options)`, made once. */
export function dateTimeFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language}\n${Object.entries(options).join('\n')}`;
  const known = memo.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(language, options);
  if (memo.size >= MAX) memo.clear();
  memo.set(key, made);
  return made;
}
