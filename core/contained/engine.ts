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
  enter(args: readonly (string | number)[], ms: number): string;
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

/** Time of the processor that this thread has had since then, in milliseconds. */
export function processorMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(since);
  return (user + system) / 1000;
}
