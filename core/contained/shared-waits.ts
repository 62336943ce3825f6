const TURN_MS = 1;

/** Waits that began within the same millisecond and take as long: they have one timer, which ends with the last. */
class Turn {
  readonly from = performance.now();
  readonly #waiting = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.#timer = setTimeout(() => {
      for (const giveUp of this.#waiting) giveUp();
    }, ms);
    // It keeps no process alive.
    this.#timer.unref();
  }

  get isOver(): boolean {
    return this.#waiting.size === 0 || performance.now() - this.from > TURN_MS;
  }

  add(giveUp: () => void): void {
    this.#waiting.add(giveUp);
  }

  end(giveUp: () => void): void {
    this.#waiting.delete(giveUp);
    if (this.#waiting.size === 0) clearTimeout(this.#timer);
  }
}

/** Waits for answers, each so long and no longer. A hook begins dozens of them at once. */
export class SharedWaits {
  readonly #turns = new Map<number, Turn>();

  /**
   * The answer, if it comes within so many milliseconds.
   * @throws what the answer throws; what `late` makes when the time is up
   */
  within<T>(ms: number, answer: Promise<T>, late: () => Error): Promise<T> {
    const turn = this.#turnOf(ms);
    return new Promise<T>((resolve, reject) => {
      const giveUp = (): void => reject(late());
      turn.add(giveUp);
      answer.then(
        (value) => {
          turn.end(giveUp);
          resolve(value);
        },
        (error: unknown) => {
          turn.end(giveUp);
          reject(error);
        },
      );
    });
  }

  #turnOf(ms: number): Turn {
    const known = this.#turns.get(ms);
    if (known && !known.isOver) return known;
    const turn = new Turn(ms);
    this.#turns.set(ms, turn);
    return turn;
  }
}
