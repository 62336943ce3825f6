import type { Entry, Snapshot } from 'galley';
import { stored, type TypedItem } from './menu-form.ts';

/** An item as it is kept beside the menu, to be brought back. */
export type KeptItem = Omit<TypedItem, 'isRemoved' | 'isCustom'> & { fields: Record<string, unknown> };

/** An item as it is kept beside the menu. */
export function keptItem(entry: Entry): KeptItem {
  const { isRemoved: _, isCustom: __, ...item } = stored(entry);
  return { ...item, fields: entry.fields };
}

/** What the names of items begin with in a snapshot. */
export const ITEM = 'item.';

/** A menu as its history keeps it: the name, and each item by its number. */
export function snapshotOf(name: string, items: readonly Entry[]): Snapshot {
  const kept = items.map((item) => {
    const { id, ...facts } = keptItem(item);
    return [`${ITEM}${id}`, facts];
  });
  return { name, ...Object.fromEntries(kept) };
}

/** The items of a snapshot. */
export const itemsIn = (snapshot: Snapshot): KeptItem[] =>
  Object.entries(snapshot)
    .filter(([name, value]) => name.startsWith(ITEM) && value !== undefined)
    .map(([name, value]) => ({ ...(value as Omit<KeptItem, 'id'>), id: Number(name.slice(ITEM.length)) }));
