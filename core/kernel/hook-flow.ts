import { AsyncLocalStorage } from 'node:async_hooks';

/** One running listener: which hook, whose listener, and what was running around it. */
export interface HookFrame {
  readonly name: string;
  /** Set anew for each listener of a synchronous firing. */
  owner: string;
  /** Whether the frame stands for a whole firing and not for one listener. */
  readonly isFiring: boolean;
  readonly parent: HookFrame | undefined;
  readonly depth: number;
}

/** What runs now in one line of execution. */
interface Flow {
  frame: HookFrame | undefined;
}

/**
 * Keeps what is running apart for each line of execution. Synchronous listeners set and reset the frame of their
 * flow, which costs next to nothing; only asynchronous ones get a flow of their own (an AsyncLocalStorage run is
 * dearer than ten listeners). So concurrent requests, and concurrent hooks within one, never see each other.
 */
export class HookFlow {
  readonly #storage = new AsyncLocalStorage<Flow>();
  /** For code outside of any flow; only touched synchronously. */
  readonly #outside: Flow = { frame: undefined };

  get current(): Flow {
    return this.#storage.getStore() ?? this.#outside;
  }

  /**
   * Runs `work` with nothing running around it. Where nothing runs, as in a server that takes a request, that costs
   * nothing: synchronous frames are gone whenever somebody waits, and asynchronous ones are in flows of their own.
   */
  isolate<T>(work: () => T): T {
    return this.current.frame === undefined ? work() : this.run(undefined, work);
  }

  /**
   * Keeps what runs now, with all else that a line of execution carries, for work that is asked for later and from
   * elsewhere. A synchronous frame is taken as it is now: the flow has others by then.
   */
  carry(): <T>(work: () => T) => T {
    const { frame } = this.current;
    const enter = AsyncLocalStorage.snapshot();
    return (work) => enter(() => this.run(frame, work));
  }

  /** Runs `work` in a flow of its own, with `frame` as what is running. */
  run<T>(frame: HookFrame | undefined, work: () => T): T {
    return this.#storage.run({ frame }, work);
  }
}
