import { AsyncLocalStorage } from 'node:async_hooks';
import type { Site } from '../kernel/site.ts';
import { blame, starterOf } from './blame.ts';

const TOO_MANY = 100;
/** A timer that was started by a timer that was started by a timer comes again and again. */
const CHAIN = 3;

/** Who started a timer, kept as the error whose stack says so. */
interface Started {
  /** Of a chain the latest. */
  timer: NodeJS.Timeout;
  readonly by: Error;
  /** Where in a chain it is; undefined for one that repeats itself. */
  depth?: number;
  /** Null for nobody's; undefined until somebody asks. */
  plugin?: string | null;
}

/** A timer in whose call-back others are started. */
interface Link {
  readonly depth: number;
  readonly chain: { started?: Started };
}

/** The plugins that started timers, with how many of theirs still run. */
type Runners = Map<string, NodeJS.Timeout[]>;

type WatchedSite = Pick<Site, 'plugins' | 'log' | 'hooks'>;

/** Node marks a timer that was ended, in whatever way. */
const isEnded = (timer: NodeJS.Timeout): boolean => Reflect.get(timer, '_destroyed') === true;

/**
 * Remembers who starts repeating timers, and timers that start the next one, so that those that a plugin leaves running
 * are ended and told of: when its set-up failed, when the process stops, and when they grow more and more. Timers that
 * repeat are rare, so a stack each is cheap. Of the others, which are not, one is taken of those that are started while
 * the site starts, and of chains that plugins begin: once, at their third link.
 */
export class TimerWatch {
  readonly #started = new Set<Started>();
  readonly #links = new AsyncLocalStorage<Link>();
  #lookAt = TOO_MANY;
  #site: WatchedSite | undefined;
  readonly #original = { setInterval: globalThis.setInterval, setTimeout: globalThis.setTimeout };

  constructor() {
    const { setInterval: repeat, setTimeout: once } = this.#original;
    const noteInterval = (timer: NodeJS.Timeout): void => this.#note({ timer, by: stackAbove(globalThis.setInterval) });
    const start = (args: Parameters<typeof once>): NodeJS.Timeout => this.#start(once, args);
    const watched = {
      setInterval(...args: Parameters<typeof repeat>): NodeJS.Timeout {
        const timer = repeat(...args);
        noteInterval(timer);
        return timer;
      },
      setTimeout: (...args: Parameters<typeof once>): NodeJS.Timeout => start(args),
    };
    // With what else hangs on it, such as its form for `promisify`.
    Object.defineProperties(watched.setTimeout, Object.getOwnPropertyDescriptors(once));
    Object.assign(globalThis, watched);
  }

  /** From now on plugins are known. What those that did not start have left is ended. */
  watch(site: WatchedSite): void {
    this.#site = site;
    this.#end({ isMeant: (name) => this.#hasFailed(name), least: 1 }, 'It did not start and left timers running');
    // The very last: plugins have ended theirs by then.
    site.hooks.addAction('site:stopping', () => this.#end({}, 'It left timers running when it stopped'), {
      priority: Number.MAX_SAFE_INTEGER,
    });
  }

  /** Timers are nobody's business any more. */
  stop(): void {
    this.#started.clear();
    Object.assign(globalThis, this.#original);
  }

  #hasFailed(name: string): boolean {
    return this.#site?.plugins.get(name)?.state === 'failed';
  }

  /** Starts a timer that runs once. What its call-back starts is of the same chain. */
  #start(once: typeof setTimeout, args: Parameters<typeof setTimeout>): NodeJS.Timeout {
    const outer = this.#links.getStore();
    if (!outer && this.#site && (this.#site.hooks.currentOwner() ?? 'core') === 'core') return once(...args);
    const link: Link = { depth: (outer?.depth ?? 0) + 1, chain: outer?.chain ?? {} };
    const timer = this.#links.run(link, once, ...args);
    this.#follow(timer, link);
    return timer;
  }

  #follow(timer: NodeJS.Timeout, { depth, chain }: Link): void {
    const { started } = chain;
    if (started?.plugin === null) return;
    if (started) {
      Object.assign(started, { timer, depth });
      const plugin = this.#site && this.#pluginOf(started);
      if (plugin && this.#hasFailed(plugin)) clearTimeout(timer);
      else this.#note(started);
    } else if (!this.#site || depth >= CHAIN) {
      chain.started = { timer, depth, by: stackAbove(globalThis.setTimeout) };
      this.#note(chain.started);
    }
  }

  #note(started: Started): void {
    this.#started.add(started);
    if (this.#started.size < this.#lookAt) return;
    for (const one of this.#started) if (isEnded(one.timer) || one.plugin === null) this.#started.delete(one);
    this.#lookAt = Math.max(TOO_MANY, this.#started.size * 2);
    for (const [name, timers] of this.#runners())
      if (timers.length >= TOO_MANY) this.#tell(name, timers.length, 'It starts more and more timers and ends none');
  }

  /** Of a timer that runs once only who started it himself: that core waits a while for a plugin is its own business. */
  #pluginOf(started: Started): string | null {
    if (!this.#site) return null;
    const { by, depth } = started;
    started.plugin ??= (depth === undefined ? blame(this.#site, by).plugin : starterOf(this.#site, by)) ?? null;
    return started.plugin;
  }

  /** @param least from which link on a timer counts that runs once */
  #runners(least = CHAIN): Runners {
    const runners: Runners = new Map();
    for (const started of this.#started) {
      if (!this.#site || isEnded(started.timer)) continue;
      const plugin = this.#pluginOf(started);
      if (plugin === null || (started.depth ?? CHAIN) < least) continue;
      runners.set(plugin, [...(runners.get(plugin) ?? []), started.timer]);
    }
    return runners;
  }

  #end({ isMeant, least }: { isMeant?: (plugin: string) => boolean; least?: number }, why: string): void {
    for (const [name, timers] of this.#runners(least)) {
      if (isMeant && !isMeant(name)) continue;
      for (const timer of timers) clearInterval(timer);
      this.#tell(name, timers.length, why);
    }
  }

  #tell(name: string, timers: number, why: string): void {
    this.#site?.plugins.fault(name, 'timers', why);
    this.#site?.log.ownedBy(name).warn({ timers }, why);
  }
}

/** Who called `callee`, as an error with that stack. */
function stackAbove(callee: (...args: never[]) => unknown): Error {
  const error = new Error('A timer was started');
  Error.captureStackTrace(error, callee);
  return error;
}
