// Layer: services. The logical clock by which this process knows what is out of date.

/** A moment of the clock, taken before a load starts. */
export type ClockMark = number;

const MAX_TAGS = 100_000;

/**
 * Counts invalidations. What was loaded carries the moment its load *started*; it is valid as long as none of its tags
 * was invalidated later. So an invalidation in the middle of a load makes the result out of date at once.
 *
 * Memory is bounded: of more than `maxTags` invalidated tags the oldest are forgotten, and all that is older than the
 * newest forgotten one counts as out of date.
 *
 * @example
 * const mark = clock.now;
 * const page = await render();
 * if (clock.isUnchanged(page.tags, mark)) store(page);
 */
export class TagClock {
  readonly #last = new Map<string, ClockMark>();
  readonly #maxTags: number;
  #now: ClockMark = 0;
  #floor: ClockMark = 0;
  readonly #listeners = new Set<() => void>();

  constructor(maxTags = MAX_TAGS) {
    this.#maxTags = maxTags;
  }

  /** The present moment; grows with every invalidation. */
  get now(): ClockMark {
    return this.#now;
  }

  /** Tells `listener` of every invalidation, wherever it was made. Returns the function that ends it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Puts all that carries one of `tags` out of date. */
  invalidate(tags: Iterable<string>): void {
    this.#now += 1;
    for (const tag of tags) {
      this.#last.delete(tag); // Set again at the end: the map stays in order of time.
      this.#last.set(tag, this.#now);
    }
    if (this.#last.size > this.#maxTags) this.#forgetOldest();
    for (const listener of this.#listeners) listener();
  }

  /** Puts everything out of date. */
  invalidateAll(): void {
    this.#now += 1;
    this.#floor = this.#now;
    this.#last.clear();
  }

  /** Whether none of `tags` was invalidated since `mark`. */
  isUnchanged(tags: readonly string[], mark: ClockMark): boolean {
    if (mark === this.#now) return true;
    if (mark < this.#floor) return false;
    for (const tag of tags) {
      const last = this.#last.get(tag);
      if (last !== undefined && last > mark) return false;
    }
    return true;
  }

  #forgetOldest(): void {
    let surplus = Math.ceil(this.#maxTags / 10);
    for (const [tag, moment] of this.#last) {
      if (surplus === 0) break;
      this.#last.delete(tag);
      this.#floor = moment;
      surplus -= 1;
    }
  }
}
