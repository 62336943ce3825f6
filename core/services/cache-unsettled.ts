// Layer: services.
import type { CacheChange } from './cache-backend.ts';

const REPEAT_FOR_MS = 30_000;
const MAX_ITEMS = 10_000;

/**
 * Changes that Redis may not know: those made while it was gone, and those of the last half minute, since a replica
 * that takes over may have missed them. They are told again when Redis is back.
 */
export class UnsettledChanges {
  readonly #now: () => number;
  /** Kind and item, with the time of the change where Redis has confirmed it. */
  readonly #items = new Map<string, number>();
  #isAll = false;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  add(change: CacheChange, isConfirmed: boolean): void {
    if (change.kind === 'all' && !isConfirmed) this.#isAll = true;
    if (change.kind === 'all') return;
    for (const item of change.items) this.#items.set(`${change.kind}/${item}`, isConfirmed ? this.#now() : Infinity);
    if (this.#items.size > MAX_ITEMS) this.#shrink();
  }

  /** Whether there is something that Redis was never told. */
  get hasUntold(): boolean {
    return this.#isAll || this.#items.values().some((at) => at === Infinity);
  }

  /** What is to be told again, from now on taken for told; who fails to tell it adds it again. */
  take(): CacheChange[] {
    this.#dropOld();
    const changes: CacheChange[] = (['tags', 'keys'] as const)
      .map((kind) => ({ kind, items: this.#itemsOf(kind) }))
      .filter((change) => change.items.length > 0);
    if (this.#isAll) changes.unshift({ kind: 'all', items: [] });
    this.#isAll = false;
    for (const [item, at] of this.#items) if (at === Infinity) this.#items.set(item, this.#now());
    return changes;
  }

  #itemsOf(kind: string): string[] {
    const start = `${kind}/`;
    return [...this.#items.keys()].filter((item) => item.startsWith(start)).map((item) => item.slice(start.length));
  }

  #dropOld(): void {
    const oldest = this.#now() - REPEAT_FOR_MS;
    for (const [item, at] of this.#items) if (at < oldest) this.#items.delete(item);
  }

  /** Too many to keep apart: forgetting everything is right as well, only dearer. */
  #shrink(): void {
    this.#dropOld();
    if (this.#items.size <= MAX_ITEMS) return;
    this.#isAll ||= [...this.#items.values()].includes(Infinity);
    this.#items.clear();
  }
}
