import variant from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import { begin, ENTRANCE, type Engine, Overrun, PREPARATION, processorMs, type Sandbox } from './engine.ts';

const MIB = 1024 ** 2;
const STACK_BYTES = 512 * 1024;

const JOBS_AT_ONCE = 1000;

class TimeUp extends Error {
  override readonly name = 'InternalError';
  override readonly message = 'interrupted';
}

/** An interpreter within WebAssembly: slower by a dozen times, and there wherever Node runs. */
class QuickJsSandbox implements Sandbox {
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #entrance: QuickJSHandle;
  #until = 0;

  constructor(module: QuickJSWASMModule, code: string, { heapMb, ms }: { heapMb: number; ms: number }) {
    this.#runtime = module.newRuntime();
    this.#runtime.setMemoryLimit(heapMb * MIB);
    this.#runtime.setMaxStackSize(STACK_BYTES);
    this.#runtime.setInterruptHandler(() => performance.now() > this.#until);
    this.#context = this.#runtime.newContext();
    this.#guard(ms, () => {
      this.#run(this.#context.evalCode(PREPARATION)).dispose();
      this.#run(this.#context.evalCode(code)).dispose();
    });
    this.#entrance = this.#context.getProp(this.#context.global, ENTRANCE);
  }

  enter(args: (string | number)[], ms: number): string {
    const context = this.#context;
    return this.#guard(ms, () => {
      const handles = args.map((arg) => (typeof arg === 'number' ? context.newNumber(arg) : context.newString(arg)));
      try {
        const answer = this.#run(context.callFunction(this.#entrance, context.undefined, ...handles));
        const text = context.typeof(answer) === 'string' ? context.getString(answer) : '';
        answer.dispose();
        this.#settle();
        return text;
      } finally {
        for (const handle of handles) handle.dispose();
      }
    });
  }

  /**
   * What a handler left half-way cannot be taken apart without the whole module falling, so it stays. It is little:
   * a plugin that was stopped has a strike, moves to a host of its own, and is out with the third.
   */
  dispose(): void {}

  /** Runs the promises' jobs, of which each may make more. */
  #settle(): void {
    while (this.#runtime.hasPendingJob()) {
      const result = this.#runtime.executePendingJobs(JOBS_AT_ONCE);
      if (result.error) this.#fail(result.error);
      if (performance.now() > this.#until) throw new TimeUp();
    }
  }

  #run(result: ReturnType<QuickJSContext['evalCode']>): QuickJSHandle {
    return result.error ? this.#fail(result.error) : result.value;
  }

  #fail(handle: QuickJSHandle): never {
    const error: unknown = this.#context.dump(handle);
    handle.dispose();
    const { name = '', message = '' } = (error ?? {}) as { name?: string; message?: string };
    throw Object.assign(new Error(message || String(error)), { name });
  }

  #guard<T>(ms: number, work: () => T): T {
    const began = begin();
    this.#until = began.at + ms;
    try {
      return work();
    } catch (error) {
      const { name, message } = error as Error;
      if (name === 'InternalError' && message === 'interrupted') throw new Overrun('time', processorMs(began));
      if (name === 'InternalError' && message === 'out of memory') throw new Overrun('memory');
      throw error;
    }
  }
}

/** The engine of QuickJS. */
export async function loadQuickJs(): Promise<Engine> {
  const module = await newQuickJSWASMModuleFromVariant(variant as unknown as QuickJSSyncVariant);
  return { name: 'quickjs', create: (code, options) => new QuickJsSandbox(module, code, options) };
}
