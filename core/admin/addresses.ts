import type { Cursor } from '../content/query-order.ts';

/** An address with further parameters; one that is empty is taken away. */
export function withParameters(
  address: string,
  parameters: Readonly<Record<string, string | number | undefined>>,
): string {
  const [path = '', query = ''] = address.split('?');
  const search = new URLSearchParams(query);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === '') search.delete(name);
    else search.set(name, String(value));
  }
  return search.size > 0 ? `${path}?${search}` : path;
}

/** A place in a list as the value of a parameter. */
export function encodeCursor({ value, id }: Cursor): string {
  return Buffer.from(JSON.stringify([value, id])).toString('base64url');
}

/** The place that a parameter means, or undefined where it means none. */
export function decodeCursor(text: string): Cursor | undefined {
  if (text === '') return undefined;
  try {
    const [value, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    const isValue = typeof value === 'string' || typeof value === 'number';
    return isValue && Number.isSafeInteger(id) ? { value, id: Number(id) } : undefined;
  } catch {
    return undefined;
  }
}

/** One page of a list that goes both ways. */
export interface TwoWayPage<Item> {
  items: Item[];
  newer?: string;
  older?: string;
}

/**
 * Reads a page of a list that is paged by key, forwards or backwards.
 *
 * @param read reads from a cursor on, in the list's direction or against it
 * @param cursorOf the place of an item
 */
export async function pageBothWays<Item>(
  place: { after: Cursor | undefined; before: Cursor | undefined },
  read: (cursor: Cursor | undefined, isReversed: boolean) => Promise<{ items: Item[]; hasMore: boolean }>,
  cursorOf: (item: Item) => Cursor,
): Promise<TwoWayPage<Item>> {
  const isBack = place.before !== undefined;
  const { items: found, hasMore } = await read(place.before ?? place.after, isBack);
  const items = isBack ? found.toReversed() : found;
  const [first, last] = [items[0], items.at(-1)];
  const hasNewer = isBack ? hasMore : place.after !== undefined;
  const hasOlder = isBack ? true : hasMore;
  return {
    items,
    ...(first && hasNewer ? { newer: encodeCursor(cursorOf(first)) } : {}),
    ...(last && hasOlder ? { older: encodeCursor(cursorOf(last)) } : {}),
  };
}
