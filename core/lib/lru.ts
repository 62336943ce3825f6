import { LRUCache } from 'lru-cache';

/**
 * What was used last, up to a number, taking memory only for what it holds: with `max` lru-cache takes it for all at
 * once, a megabyte for 50,000, and the start of a process waits for that.
 *
 * @param most above which what was used longest ago is forgotten
 * @param dispose told of each value that leaves
 * @example const seen = recentlyUsed<number>(50_000);
 */
export function recentlyUsed<Value extends {}>(
  most: number,
  dispose?: LRUCache.Disposer<string, Value>,
): LRUCache<string, Value> {
  return new LRUCache({ maxSize: most, sizeCalculation: () => 1, ...(dispose ? { dispose } : {}) });
}
