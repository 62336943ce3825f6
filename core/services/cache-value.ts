// Layer: services.
import { GalleyError, messageOf } from '../lib/errors.ts';

function freezeDeep(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freezeDeep(part);
}

/** A value as the cache keeps it. */
export interface CacheValue {
  /** What the value is after its way through JSON, frozen, so that no reader can change it for the others. */
  readonly value: unknown;
  /** About how much memory it takes. */
  readonly bytes: number;
}

/**
 * Makes a value fit for the cache: the same whether it comes from a load, from memory or from Redis.
 * @throws GALLEY_CACHE_VALUE when it cannot be written as JSON (a BigInt, a cycle)
 */
export function cacheValue(key: string, value: unknown): CacheValue {
  if (value === undefined) return { value, bytes: 16 };
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    const why = `The value under the cache key "${key}" cannot be written as JSON: ${messageOf(error)}.`;
    throw new GalleyError('GALLEY_CACHE_VALUE', `${why} Return plain data from the load.`, { cause: error });
  }
  if (text === undefined)
    throw new GalleyError(
      'GALLEY_CACHE_VALUE',
      `The value under the cache key "${key}" is a function or symbol. Return plain data from the load.`,
    );
  const copy: unknown = JSON.parse(text);
  freezeDeep(copy);
  return { value: copy, bytes: text.length * 2 + 16 };
}
