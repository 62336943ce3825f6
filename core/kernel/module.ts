import { GalleyError, messageOf } from '../lib/errors.ts';
import type { Site } from './site.ts';

/** A stateful part of the kernel. `start` adds the module's property to the site; `stop` gives its resources back. */
export interface Module {
  readonly name: string;
  start(site: Site): void | Promise<void>;
  stop?(site: Site): void | Promise<void>;
}

/** How long each module took to start, in milliseconds, in order. */
export type ModuleTimings = { name: string; ms: number }[];

/** Modules that were started, to be stopped together. */
export interface RunningModules {
  readonly timings: ModuleTimings;
  /** Stops all modules in reverse order; a module that fails to stop does not keep the others from stopping. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;

async function withTimeout(module: Module, work: Promise<void> | void, timeoutMs: number): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(
      new GalleyError('GALLEY_MODULE_TIMEOUT', `The module "${module.name}" did not start within ${timeoutMs} ms.`),
    );
  }, timeoutMs);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Sets a property of the site, once. Modules call it in `start`. */
export function attach<K extends keyof Site>(site: Site, name: K, part: Site[K]): void {
  Object.defineProperty(site, name, { value: part, enumerable: true, configurable: true, writable: true });
}

/**
 * Starts modules one after the other. When one fails, those already started are stopped again and the error names it.
 * @throws GALLEY_MODULE_FAILED | GALLEY_MODULE_TIMEOUT
 */
export async function startModules(
  site: Site,
  modules: readonly Module[],
  { timeoutMs = START_TIMEOUT_MS }: { timeoutMs?: number } = {},
): Promise<RunningModules> {
  const started: Module[] = [];
  const timings: ModuleTimings = [];
  const stop = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const module of started.splice(0).reverse()) {
      try {
        await module.stop?.(site);
      } catch (error) {
        failures.push(
          new GalleyError('GALLEY_MODULE_FAILED', `The module "${module.name}" did not stop: ${messageOf(error)}`, {
            cause: error,
          }),
        );
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map(messageOf).join('; '));
  };
  for (const module of modules) {
    const from = performance.now();
    try {
      await withTimeout(module, module.start(site), timeoutMs);
    } catch (error) {
      await stop().catch(() => undefined); // The first failure is the one worth telling.
      if (error instanceof GalleyError) throw error;
      throw new GalleyError('GALLEY_MODULE_FAILED', `The module "${module.name}" did not start: ${messageOf(error)}`, {
        cause: error,
      });
    }
    started.push(module);
    timings.push({ name: module.name, ms: performance.now() - from });
  }
  return { timings, stop };
}
