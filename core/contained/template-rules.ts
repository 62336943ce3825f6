/** What the templates of contained plugins may call. */
export const ALLOWED_HELPERS: ReadonlySet<string> = new Set([
  'if',
  'unless',
  'each',
  'with',
  'url',
  'attribute',
  'eq',
  'not',
  'and',
  'or',
]);
