import type { Cursor } from '../content/query-order.ts';
import { GalleyError } from '../lib/errors.ts';

const isCursor = (value: unknown): value is Cursor => {
  const { value: sorted, id } = (value ?? {}) as { value?: unknown; id?: unknown };
  return Number.isSafeInteger(id) && (sorted === null || typeof sorted === 'string' || Number.isFinite(sorted));
};

/** A place in a list as plugins hand it back: they need not know what stands in it. */
export const cursorText = (next: Cursor | null): string | null =>
  next === null ? null : Buffer.from(JSON.stringify({ value: next.value, id: next.id })).toString('base64url');

/** @param isText whether the list is sorted by texts @throws GALLEY_INPUT_INVALID for what no list gave */
export function readCursor(text: string, isText: boolean): Cursor {
  try {
    const found: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (isCursor(found) && (found.value === null || (typeof found.value === 'string') === isText))
      return { value: found.value, id: found.id };
  } catch {
    // Said below.
  }
  throw new GalleyError('GALLEY_INPUT_INVALID', 'This is no cursor of this list: give what "next" of a page said.');
}
