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
  #isClosed = false;

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
    this.#isClosed = true;
    await this.#round;
  }

  async #run(): Promise<void> {
    while (this.#isWanted && !this.#isClosed) {
      this.#isWanted = false;
      // A save changes several things, one after the other.
      await sleep(SETTLE_MS, undefined, { ref: false });
      for (const address of this.#options.outdated(this.#options.limit)) {
        if (this.#isClosed || this.#options.isBusy()) break;
        await this.#options.make(address).catch(() => undefined); // Who asks for it will see the error.
      }
      if (this.#isWanted && !this.#isClosed) await sleep(REST_MS, undefined, { ref: false });
    }
  }
}
