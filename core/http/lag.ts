const INTERVAL_MS = 50;

/** Measures how late the event loop is: the honest sign that a process has more to do than it can. */
export class LagMeter {
  #lag = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Milliseconds that a timer comes late; falls off by half with each quiet measurement. */
  get lagMs(): number {
    return this.#lag;
  }

  start(): void {
    let due = performance.now() + INTERVAL_MS;
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.#lag = Math.max(now - due, this.#lag / 2, 0);
      due = now + INTERVAL_MS;
    }, INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#lag = 0;
  }
}
