import type { Site } from '../kernel/site.ts';
import { blame } from './blame.ts';

const TOO_MANY = 100;

/** Who started a timer, kept as the error whose stack says so. */
interface Started {
  readonly timer: NodeJS.Timeout;
  readonly by: Error;
}

/** The plugins that started timers, with how many of theirs still run. */
type Runners = Map<string, NodeJS.Timeout[]>;

/** Node marks a timer that was ended, in whatever way. */
const isEnded = (timer: NodeJS.Timeout): boolean => Reflect.get(timer, '_destroyed') === true;

/**
 * Remembers who starts repeating timers, so that those that a plugin leaves running are ended and told of: when its
 * set-up failed, when the process stops, and when they grow more and more. Timers are rare, so a stack each is cheap.
 */
export class IntervalWatch {
  #started: Started[] = [];
  #lookAt = TOO_MANY;
  #site: Pick<Site, 'plugins' | 'log' | 'hooks'> | undefined;
  readonly #original = globalThis.setInterval;

  constructor() {
    const original = this.#original;
    const note = (timer: NodeJS.Timeout): void => this.#note(timer);
    globalThis.setInterval = function setInterval(...args: Parameters<typeof original>): NodeJS.Timeout {
      const timer = original(...args);
      note(timer);
      return timer;
    } as typeof original;
  }

  /** From now on plugins are known. What those that did not start have left is ended. */
  watch(site: Pick<Site, 'plugins' | 'log' | 'hooks'>): void {
    this.#site = site;
    const failed = (name: string): boolean => site.plugins.get(name)?.state === 'failed';
    this.#end((name) => failed(name), 'It did not start and left timers running');
    // The very last: plugins have ended theirs by then.
    site.hooks.addAction('site:stopping', () => this.#end(() => true, 'It left timers running when it stopped'), {
      priority: Number.MAX_SAFE_INTEGER,
    });
  }

  /** Timers are nobody's business any more. */
  stop(): void {
    this.#started = [];
    globalThis.setInterval = this.#original;
  }

  #note(timer: NodeJS.Timeout): void {
    this.#started.push({ timer, by: new Error('A timer was started') });
    if (this.#started.length < this.#lookAt) return;
    this.#started = this.#started.filter((one) => !isEnded(one.timer));
    this.#lookAt = Math.max(TOO_MANY, this.#started.length * 2);
    for (const [name, timers] of this.#runners())
      if (timers.length >= TOO_MANY) this.#tell(name, timers.length, 'It starts more and more timers and ends none');
  }

  #runners(): Runners {
    const runners: Runners = new Map();
    for (const { timer, by } of this.#started) {
      const plugin = this.#site && !isEnded(timer) ? blame(this.#site, by).plugin : undefined;
      if (plugin) runners.set(plugin, [...(runners.get(plugin) ?? []), timer]);
    }
    return runners;
  }

  #end(isMeant: (plugin: string) => boolean, why: string): void {
    for (const [name, timers] of this.#runners()) {
      if (!isMeant(name)) continue;
      for (const timer of timers) clearInterval(timer);
      this.#tell(name, timers.length, why);
    }
  }

  #tell(name: string, timers: number, why: string): void {
    this.#site?.plugins.fault(name, 'timers', why);
    this.#site?.log.ownedBy(name).warn({ timers }, why);
  }
}
