import type { Fault } from './messages.ts';

/** What is to be done after a process fell. */
export type Verdict =
  /** Start another one, after so many milliseconds. */
  | { kind: 'replace'; delayMs: number }
  /** Start without this plugin, which keeps bringing processes down. */
  | { kind: 'switch-off'; plugin: string; reason: string }
  /** Start with the plugins only that come with Galley: nobody knows which of the others it is. */
  | { kind: 'safe-mode' };

const WINDOW_MS = 60_000;
const TIMES_OF_PLUGIN = 3;
const TIMES_OF_NOBODY = 5;
const DELAY_MS = 100;
const MAX_DELAY_MS = 10_000;

/** Remembers the falls of the last minute and decides what follows from them. */
export class CrashLedger {
  readonly #falls: { at: number; fault: Fault | undefined }[] = [];
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Writes down that a process fell. */
  record(fault: Fault | undefined): Verdict {
    const now = this.#now();
    this.#falls.push({ at: now, fault });
    while ((this.#falls[0]?.at ?? now) < now - WINDOW_MS) this.#falls.shift();
    const plugin = fault?.isRemovable ? fault.plugin : undefined;
    if (plugin && this.#count((other) => other?.plugin === plugin) >= TIMES_OF_PLUGIN) {
      const reason = `It brought ${TIMES_OF_PLUGIN} processes down within a minute: ${fault?.message ?? ''}`;
      return { kind: 'switch-off', plugin, reason };
    }
    if (this.#count((other) => other?.plugin === undefined) >= TIMES_OF_NOBODY) return { kind: 'safe-mode' };
    // The first is replaced at once; each further one waits twice as long.
    const delayMs = this.#falls.length === 1 ? 0 : Math.min(DELAY_MS * 2 ** this.#falls.length, MAX_DELAY_MS);
    return { kind: 'replace', delayMs };
  }

  /** Forgets all falls: what they came from was dealt with. */
  clear(): void {
    this.#falls.length = 0;
  }

  #count(matches: (fault: Fault | undefined) => boolean): number {
    return this.#falls.filter(({ fault }) => matches(fault)).length;
  }
}
