import type { Visit } from './visit.ts';

const STEP_MS = 50;
/** How many try again at each step. */
const AT_ONCE = 8;
/** How long anybody waits: longer than most peaks last, shorter than people do. */
const PATIENCE_MS = 1_000;

/** Where a few requests wait, oldest first, while the process has more to do than it can. */
export class WaitingRoom {
  readonly #places: number;
  readonly #waiting: (() => void)[] = [];

  /** @param places how many may wait */
  constructor(places: number) {
    this.#places = places;
  }

  /**
   * Waits until it is time to try again.
   * @returns false where all places are taken, or the visitor has waited long enough or has gone
   */
  async turn({ startedAt, response }: Pick<Visit, 'startedAt' | 'response'>): Promise<boolean> {
    if (this.#waiting.length >= this.#places || performance.now() - startedAt > PATIENCE_MS) return false;
    if (this.#waiting.length === 0) this.#plan();
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return !response.destroyed;
  }

  #plan(): void {
    setTimeout(() => {
      for (const call of this.#waiting.splice(0, AT_ONCE)) call();
      if (this.#waiting.length > 0) this.#plan();
    }, STEP_MS);
  }
}
