import ivm from 'isolated-vm';
import { begin, ENTRANCE, type Engine, Overrun, PREPARATION, processorMs, type Sandbox } from './engine.ts';

/** An isolate of V8. No function and no object of this process gets in, so none can be turned against it. */
class IsolateSandbox implements Sandbox {
  readonly #isolate: ivm.Isolate;
  readonly #entrance: ivm.Reference<(...args: (string | number)[]) => string>;

  constructor(code: string, { heapMb, ms }: { heapMb: number; ms: number }) {
    this.#isolate = new ivm.Isolate({ memoryLimit: heapMb });
    try {
      const context = this.#isolate.createContextSync();
      context.evalSync(PREPARATION);
      this.#guard(() => this.#isolate.compileScriptSync(code).runSync(context, { timeout: ms }));
      const found: unknown = context.evalSync(`globalThis.${ENTRANCE}`, { reference: true });
      this.#entrance = found as ivm.Reference<(...args: (string | number)[]) => string>;
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  enter(args: (string | number)[], ms: number): string {
    const answer = this.#guard(() => this.#entrance.applySync(undefined, args, { timeout: ms }));
    return typeof answer === 'string' ? answer : '';
  }

  dispose(): void {
    if (!this.#isolate.isDisposed) this.#isolate.dispose();
  }

  #guard<T>(work: () => T): T {
    // The isolate's own clock goes on while others have the processor.
    const began = begin();
    try {
      return work();
    } catch (error) {
      if (this.#isolate.isDisposed) throw new Overrun('memory');
      const message = error instanceof Error ? error.message : '';
      if (message === 'Script execution timed out.') throw new Overrun('time', processorMs(began));
      throw error;
    }
  }
}

/** The engine of isolated-vm. */
export function loadIsolatedVm(): Engine {
  return { name: 'isolated-vm', create: (code, options) => new IsolateSandbox(code, options) };
}
