import { setTimeout as sleep } from 'node:timers/promises';

/** What a warmer needs. */
export interface PageWarmerOptions {
  /** How many pages are made anew after a change, at most. */
  limit: number;
  /** The addresses that went out of date, most visited first. */
  outdated(limit: number): string[];
  /** Makes the page of an address anew. */
  make(address: string): Promise<unknown>;
  /** Whether visitors need all that the process can do. */
  isBusy(): boolean;
}

const SETTLE_MS = 30;
const REST_MS = 1000;

/**
 * Makes pages anew ahead of the visitors who ask for them: after a change, those that it put out of date, most visited
 * first, one after the other, and not more than one round a second.
 */
export class PageWarmer {
  readonly #options: PageWarmerOptions;
  #round: Promise<void> | undefined;
  #isWanted = false;
  readonly #closing = new AbortController();

  constructor(options: PageWarmerOptions) {
    this.#options = options;
  }

  /** Something went out of date. */
  wake(): void {
    this.#isWanted = true;
    this.#round ??= this.#run().finally(() => {
      this.#round = undefined;
    });
  }

  /** Ends after the page that is being made. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#round;
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Waits, but not for a process that is about to end. */
  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }

  async #run(): Promise<void> {
    while (this.#isWanted && !this.#isClosed) {
      this.#isWanted = false;
      // A save changes several things, one after the other.
      await this.#pause(SETTLE_MS);
      for (const address of this.#options.outdated(this.#options.limit)) {
        if (this.#isClosed || this.#options.isBusy()) break;
        await this.#options.make(address).catch(() => undefined); // Who asks for it will see the error.
      }
      if (this.#isWanted && !this.#isClosed) await this.#pause(REST_MS);
    }
  }
}
