/** What of a value is passed on: the declared fields, by path, as plain data. */
export function pickFields(value: unknown, fields: readonly string[] = []): Record<string, unknown> {
  const picked: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const field of fields) place(picked, field.split('.'), valueAt(value, field.split('.')));
  return picked;
}

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (typeof current !== 'object' || current === null || FORBIDDEN.has(name) || !Object.hasOwn(current, name))
      return undefined;
    current = Reflect.get(current, name);
  }
  return current;
}

function place(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  if (value === undefined) return;
  let current = target;
  for (const name of path.slice(0, -1)) {
    current[name] ??= Object.create(null);
    current = current[name] as Record<string, unknown>;
  }
  current[path.at(-1) ?? ''] = value;
}

/** Whether two values are plain data without anything deep: what a template may print. */
export function isPlainData(value: unknown, depth = 3): boolean {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  if (depth === 0 || typeof value !== 'object') return false;
  return Object.entries(value as object).every(([name, part]) => !FORBIDDEN.has(name) && isPlainData(part, depth - 1));
}
