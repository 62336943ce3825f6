/** A key, or two one after the other (`g p`), and what it does. */
export interface Key {
  keys: string;
  /** What it does, in the reader's language, for the list that `?` opens. */
  label: string;
  press(): void;
}

// Each bundle has a copy of this module, so what they register is kept where all of them find it.
type Shared = { galleyKeys?: Key[] };

/** All keys that scripts have registered on this page. */
export function knownKeys(): Key[] {
  const shared = globalThis as Shared;
  shared.galleyKeys ??= [];
  return shared.galleyKeys;
}

/**
 * Registers keys of a screen. They do nothing while somebody types, and nothing for who has switched keys off.
 *
 * @example addKeys([{ keys: 'j', label: t('Next row'), press: next }]);
 */
export function addKeys(keys: readonly Key[]): void {
  knownKeys().push(...keys);
}
