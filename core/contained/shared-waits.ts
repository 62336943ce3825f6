/** What a wait comes to. */
export const TIME_UP = Symbol('time is up');

/** Waits of the same length that begin in the same turn of the event loop share one timer: a hook begins dozens. */
export class SharedWaits {
  readonly #waits = new Map<number, Promise<typeof TIME_UP>>();

  /** Fulfilled after so many milliseconds. Keeps no process alive. */
  after(ms: number): Promise<typeof TIME_UP> {
    const known = this.#waits.get(ms);
    if (known) return known;
    const wait = new Promise<typeof TIME_UP>((resolve) => {
      setTimeout(() => resolve(TIME_UP), ms).unref();
    });
    this.#waits.set(ms, wait);
    setImmediate(() => this.#waits.delete(ms)).unref();
    return wait;
  }
}
