import { createHash } from 'node:crypto';
import { type Entry, isSafeUrl, plainText } from 'galley';

/** An item as it was typed. */
export interface TypedItem {
  id: number;
  title: string;
  url: string;
  isCustom: boolean;
  target: string;
  /** Names of classes for themes, with blanks between. */
  classes: string;
  /** Some themes show it below the name. */
  description: string;
  order: number;
  parentId: number | null;
  isRemoved: boolean;
}

/** An item as the form shows it, in the order of the tree. */
export interface ShownItem extends TypedItem {
  depth: number;
  leadsTo: string;
  error: string;
  parents: { value: string; label: string; selected: boolean }[];
  name: string;
  /** Whether its details are open from the start. */
  isOpen: boolean;
}

const MAX_DEPTH = 6;

/** An item as it is kept. */
export function stored(item: Entry): TypedItem {
  return {
    id: item.id,
    title: plainText(item.title),
    url: String(item.fields['url'] ?? ''),
    isCustom: (item.fields['kind'] ?? 'custom') === 'custom',
    target: String(item.fields['target'] ?? ''),
    classes: String(item.fields['classes'] ?? ''),
    description: plainText(item.excerpt),
    order: item.order,
    parentId: item.parentId,
    isRemoved: false,
  };
}

/** The items in the order of their tree, each with what could stand above it. */
export function arrange(
  items: readonly Entry[],
  leadsTo: ReadonlyMap<number, string>,
  typed?: { items: readonly TypedItem[]; errors: Readonly<Record<number, string>> },
): ShownItem[] {
  const all = typed?.items ?? items.map(stored);
  const known = new Set(all.map(({ id }) => id));
  const nameOf = (item: TypedItem): string => item.title || leadsTo.get(item.id) || item.url || `#${item.id}`;
  const walk = (parent: number | null, depth: number): (TypedItem & { depth: number })[] =>
    depth > MAX_DEPTH
      ? []
      : all
          .filter((item) => (item.parentId !== null && known.has(item.parentId) ? item.parentId : null) === parent)
          .sort((a, b) => a.order - b.order || a.id - b.id)
          .flatMap((item) => [{ ...item, depth }, ...walk(item.id, depth + 1)]);
  const tree = walk(null, 0);
  return tree.map((item, index) => ({
    ...item,
    order: index + 1,
    leadsTo: leadsTo.get(item.id) ?? '',
    error: typed?.errors[item.id] ?? '',
    name: nameOf(item),
    isOpen: (typed?.errors[item.id] ?? '') !== '',
    parents: [
      { value: '', label: 'Nothing', selected: item.parentId === null },
      ...tree
        .filter((other) => other.id !== item.id && !isBelow(other, item.id, tree))
        .map((other) => ({
          value: String(other.id),
          label: `${'– '.repeat(other.depth)}${nameOf(other)}`,
          selected: other.id === item.parentId,
        })),
    ],
  }));
}

/** What the same items look like to whoever loaded them: it changes with any of them. */
export function stateOf(items: readonly Entry[]): string {
  const facts = items.map(({ id, version }) => `${id}:${version}`).sort();
  return createHash('sha256').update(facts.join(' ')).digest('hex').slice(0, 24);
}

function isBelow(item: TypedItem, id: number, all: readonly TypedItem[]): boolean {
  let current: TypedItem | undefined = item;
  for (let steps = 0; current?.parentId != null && steps < all.length; steps++) {
    if (current.parentId === id) return true;
    const { parentId }: TypedItem = current;
    current = all.find((other) => other.id === parentId);
  }
  return false;
}

/** Reads the form of a menu. Only what is in the menu is taken. */
export function readItems(
  form: ReadonlyMap<string, readonly string[]>,
  entries: readonly Entry[],
): { items: TypedItem[]; errors: Record<number, string> } {
  const known = new Set(entries.map(({ id }) => id));
  const errors: Record<number, string> = {};
  const items = entries.map((entry) => {
    const value = (name: string): string | undefined => form.get(`item.${entry.id}.${name}`)?.at(-1);
    const before = stored(entry);
    const parent = Number(value('parent') ?? before.parentId ?? 0);
    const item: TypedItem = {
      ...before,
      title: (value('title') ?? before.title).trim().slice(0, 500),
      url: (value('url') ?? before.url).trim(),
      target: value('target') === '_blank' ? '_blank' : '',
      classes: (value('classes') ?? before.classes).trim().slice(0, 300),
      description: (value('description') ?? before.description).trim().slice(0, 500),
      order: Math.trunc(Number(value('order') ?? before.order)) || 0,
      parentId: known.has(parent) && parent !== entry.id ? parent : null,
      isRemoved: value('remove') === '1',
    };
    if (item.isCustom && (item.url === '' || !isSafeUrl(item.url)))
      errors[item.id] = 'Write an address such as /about/ or https://example.org.';
    if (!/^[\p{L}\p{N}_\- ]*$/u.test(item.classes))
      errors[item.id] = 'Classes are words of letters, digits, - and _, with blanks between.';
    return item;
  });
  const circle = items.filter((item) => isBelow(item, item.id, items));
  for (const item of circle) {
    errors[item.id] = 'It cannot stand below itself.';
    item.parentId = entries.find(({ id }) => id === item.id)?.parentId ?? null;
  }
  const kept = new Map(items.map((item) => [item.id, item]));
  // What stood below something that goes moves up.
  for (const item of items) {
    const parent = kept.get(item.parentId ?? 0);
    if (parent?.isRemoved) item.parentId = parent.parentId;
  }
  return { items, errors };
}
