import { slugify } from 'galley';

type Row = Readonly<Record<string, unknown>>;

const MAX_KEY = 40;

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** The key that a name makes: empty where none of its letters may stand in one. */
export function keyFrom(name: string, max = MAX_KEY): string {
  const key = slugify(name, max).replaceAll('-', '_');
  return key.replace(/[^a-z0-9_]/g, '').replace(/^[^a-z]+|_+$/g, '');
}

function freeKey(key: string, taken: ReadonlySet<string>): string {
  let free = key;
  for (let number = 2; taken.has(free); number++) {
    const end = `_${number}`;
    free = key.slice(0, MAX_KEY - end.length) + end;
  }
  return free;
}

/** The rows of fields, or of layouts, with a key made of the label where none was typed, on each level. */
export function withMadeKeys(rows: readonly Row[]): Record<string, unknown>[] {
  const taken = new Set(rows.map(({ key }) => textOf(key)).filter((key) => key !== ''));
  return rows.map((row) => {
    const made = textOf(row['key']) || keyFrom(textOf(row['label']));
    const key = textOf(row['key']) || made === '' ? made : freeKey(made, taken);
    taken.add(key);
    const inner = ['fields', 'layouts'].flatMap((name) =>
      Array.isArray(row[name]) ? [[name, withMadeKeys(row[name] as Row[])]] : [],
    );
    return { ...row, key, ...Object.fromEntries(inner) };
  });
}
