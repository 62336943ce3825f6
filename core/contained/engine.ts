/** A handler used up more than it may. */
export class Overrun extends Error {
  readonly kind: 'time' | 'memory';
  /** The time that it really had the processor, which others may have had meanwhile. */
  readonly processorMs: number;

  constructor(kind: 'time' | 'memory', processorMs = Number.POSITIVE_INFINITY) {
    super(kind === 'time' ? 'it took too long' : 'it used too much memory');
    this.kind = kind;
    this.processorMs = processorMs;
  }
}

/** One plugin's world: its code, and nothing else. Text goes in and text comes out. */
export interface Sandbox {
  /**
   * Calls what the bundle has put there, and runs all that follows from it until nothing more does.
   * @throws Overrun
   */
  enter(args: (string | number)[], ms: number): string;
  dispose(): void;
}

/** Makes sandboxes. */
export interface Engine {
  readonly name: 'isolated-vm' | 'quickjs';
  /** @throws Overrun; what the code throws while it is read */
  create(code: string, options: { heapMb: number; ms: number }): Sandbox;
}

/** What the bundle puts into the global object. */
export const ENTRANCE = 'enterGalley';

/** Run while nothing of the plugin has run yet: shared memory is a clock, and waiting for it a way to sleep. */
export const PREPARATION =
  'for (const name of ["WebAssembly", "SharedArrayBuffer", "Atomics", "console"]) delete globalThis[name];';

const READING_MS = 1;
let reading = { at: Number.NEGATIVE_INFINITY, usage: { user: 0, system: 0 } };

/** When a call began. */
interface Began {
  readonly at: number;
  readonly reading: typeof reading;
}

/** Notes that a call begins. Those within the same millisecond share a reading: to take one costs as much as some handlers. */
export function begin(): Began {
  const at = performance.now();
  if (at - reading.at > READING_MS) reading = { at, usage: process.threadCpuUsage() };
  return { at, reading };
}

/**
 * Time of the processor that a call has had since it began, in milliseconds: at least so much. What others may have had
 * of it between the reading and its beginning is none of its own.
 */
export function processorMs({ at, reading: { at: readAt, usage } }: Began): number {
  const { user, system } = process.threadCpuUsage(usage);
  return (user + system) / 1000 - (at - readAt);
}
