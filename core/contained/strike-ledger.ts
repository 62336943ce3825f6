import { MAX_STRIKES, STRIKE_WINDOW_MS } from './limits.ts';

/** Remembers the strikes of the last minutes. */
export class StrikeLedger {
  readonly #strikes = new Map<string, number[]>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Writes a strike down. @returns whether it was one too many */
  record(plugin: string): boolean {
    const strikes = [...this.#recent(plugin), this.#now()];
    this.#strikes.set(plugin, strikes);
    return strikes.length >= MAX_STRIKES;
  }

  /** Whether the plugin has a strike: then it gets a host of its own. */
  has(plugin: string): boolean {
    return this.#recent(plugin).length > 0;
  }

  #recent(plugin: string): number[] {
    return (this.#strikes.get(plugin) ?? []).filter((at) => at > this.#now() - STRIKE_WINDOW_MS);
  }
}
