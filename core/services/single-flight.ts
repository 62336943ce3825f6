// Layer: services.

/** One piece of work at a time per key, in this process: who comes while it runs gets the same outcome. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Promise<T>>();

  /** Whether work for `key` runs now. */
  has(key: string): boolean {
    return this.#flights.has(key);
  }

  /** The outcome of the work that runs for `key`, or of `work`, started now. */
  run(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.#flights.get(key);
    if (running) return running;
    const flight = work().finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    this.#flights.set(key, flight);
    return flight;
  }

  /** Lets the next `run` start anew although work for `key` still runs. */
  abandon(key: string): void {
    this.#flights.delete(key);
  }

  /** Waits until nothing runs any more, whatever the outcomes. */
  async settled(): Promise<void> {
    while (this.#flights.size > 0) await Promise.allSettled(this.#flights.values());
  }
}
