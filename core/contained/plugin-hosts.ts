import { AsyncResource } from 'node:async_hooks';
import { GalleyError, messageOf } from '../lib/errors.ts';
import { bundleHost } from './bundle.ts';
import { emptyNetwork, forgetEmptyNetwork } from './empty-network.ts';
import type { EngineChoice, HostCall, HostEvent } from './host-messages.ts';
import { type HostEnd, HostProcess } from './host-process.ts';
import type { Request } from './host-request.ts';
import type { ContainedLimits } from './limits.ts';
import { StrikeLedger } from './strike-ledger.ts';

/** A plugin as hosts get it. */
export interface ContainedCode {
  readonly name: string;
  readonly code: string;
  readonly templates: Record<string, string>;
}

/** What hosts need of the kernel. */
export interface HostsOptions {
  limits: ContainedLimits;
  engine: () => EngineChoice;
  /** Told of each host that works, with its engine. */
  onStart?(engine: string): void;
  /** Runs a capability call. Returns JSON. */
  ask(plugin: string, name: string, args: string): Promise<string>;
  onStrike(plugin: string, reason: string): void;
  /** A plugin has had its last strike. */
  onOut(plugin: string, reason: string): void;
}

interface Pending {
  id: number;
  request: Request;
  host: Host | undefined;
  asks: number;
  tries: number;
  resolve(text: string): void;
  reject(error: Error): void;
}

/** A host, and the plugins that it has been given. */
interface Host {
  process: HostProcess;
  loaded: Set<string>;
  /** The plugin that has it for itself; undefined for the one that is shared. */
  own: string | undefined;
}

const MAX_TRIES = 3;
const MAX_PENDING = 2000;
const START_PAUSE_MS = 5000;
const REASONS = { deadline: 'it stood still until it was stopped', crash: 'it brought the plugin host down' };
const STRIKES = { time: 'it took too long', memory: 'it used too much memory' };

const failure = (plugin: string, why: string): GalleyError =>
  new GalleyError('GALLEY_PLUGIN_FAILED', `"${plugin}" did not answer: ${why}.`);

/**
 * The plugin hosts of a process: one that all contained plugins share, and one of its own for each that has had a strike.
 * Started by the first call, ended with the process.
 */
export class PluginHosts {
  readonly #options: HostsOptions;
  /** The strikes that count here. */
  readonly ledger = new StrikeLedger();
  readonly #plugins: ContainedCode[] = [];
  readonly #hosts = new Map<string, Promise<Host>>();
  readonly #pending = new Map<number, Pending>();
  readonly #out = new Set<string>();
  #queue: Pending[] = [];
  #count = 0;
  #notBefore = 0;
  #isStopped = false;
  /** A host outlives the request that needs it first, and must not hear of others in its name. */
  readonly #inOwnContext = new AsyncResource('galley-plugin-hosts');

  constructor(options: HostsOptions) {
    this.#options = options;
  }

  add(plugin: ContainedCode): void {
    this.#plugins.push(plugin);
  }

  /** How many processes there are. */
  get size(): number {
    return this.#hosts.size;
  }

  /** Whether a plugin runs in these hosts. */
  has(plugin: string): boolean {
    return this.#plugins.some(({ name }) => name === plugin);
  }

  /** The plugins that were switched off in this process. */
  out(): string[] {
    return [...this.#out];
  }

  /** Whether the plugin was switched off in this process. */
  isOut(plugin: string): boolean {
    return this.#out.has(plugin);
  }

  /** The process that a plugin runs in now. */
  async pidOf(plugin: string): Promise<number | undefined> {
    return (await this.#hostFor(plugin)).process.pid;
  }

  /**
   * Calls a handler. All that is asked for in one turn of the event loop goes out as one message.
   * @returns JSON
   * @throws GALLEY_PLUGIN_FAILED
   */
  call(request: Request): Promise<string> {
    if (this.#out.has(request.plugin)) return Promise.reject(failure(request.plugin, 'it was switched off'));
    if (this.#pending.size >= MAX_PENDING)
      return Promise.reject(failure(request.plugin, 'too much is waiting for the plugin host'));
    if (request.input.length > this.#options.limits.maxChars)
      return Promise.reject(failure(request.plugin, 'what it asked for is too long'));
    return new Promise((resolve, reject) => {
      this.#enqueue({ id: ++this.#count, request, host: undefined, asks: 0, tries: 0, resolve, reject });
    });
  }

  /** Starts the shared host, where there is a plugin for it, and lets it read them all. */
  async warm(): Promise<void> {
    if (this.#plugins.length === 0) return;
    const host = await this.#hostFor(this.#plugins[0]?.name ?? '');
    for (const { name } of this.#plugins) this.#load(host, name);
  }

  stop(): void {
    this.#isStopped = true;
    for (const host of this.#hosts.values()) host.then(({ process }) => process.stop()).catch(() => undefined);
    this.#hosts.clear();
    for (const pending of this.#pending.values()) this.#reject(pending, 'the site is stopping');
  }

  #enqueue(pending: Pending): void {
    this.#pending.set(pending.id, pending);
    if (this.#queue.push(pending) === 1) queueMicrotask(() => void this.#flush());
  }

  /** Sends what has come together, to each host one message. */
  async #flush(): Promise<void> {
    const queue = this.#queue;
    this.#queue = [];
    const groups = Map.groupBy(queue, ({ request }) => this.#keyOf(request.plugin));
    await Promise.all([...groups.values()].map((group) => this.#dispatch(group)));
  }

  async #dispatch(group: Pending[]): Promise<void> {
    let host: Host;
    try {
      host = await this.#hostFor(group[0]?.request.plugin ?? '');
    } catch (error) {
      for (const pending of group) this.#reject(pending, `the plugin host did not start (${messageOf(error)})`);
      return;
    }
    const inputs: string[] = [];
    const places = new Map<string, number>();
    const calls = group.map((pending): HostCall => {
      const { plugin, handler, input, template } = pending.request;
      pending.host = host;
      pending.tries++;
      this.#load(host, plugin);
      const place = places.get(input) ?? inputs.push(input) - 1;
      places.set(input, place);
      return { id: pending.id, plugin, handler, input: place, ...(template === undefined ? {} : { template }) };
    });
    host.process.send({ kind: 'batch', inputs, calls });
  }

  #load(host: Host, name: string): void {
    if (host.loaded.has(name)) return;
    host.loaded.add(name);
    const index = this.#plugins.findIndex((plugin) => plugin.name === name);
    const { code = '', templates = {} } = this.#plugins[index] ?? {};
    host.process.send({ kind: 'load', plugin: name, index, code, templates });
  }

  #keyOf(plugin: string): string {
    return this.ledger.has(plugin) ? plugin : '';
  }

  #hostFor(plugin: string): Promise<Host> {
    const key = this.#keyOf(plugin);
    const known = this.#hosts.get(key);
    if (known) return known;
    if (Date.now() < this.#notBefore) return Promise.reject(new Error('it did not start a moment ago'));
    const started = this.#inOwnContext.runInAsyncScope(() => this.#start(key));
    this.#hosts.set(key, started);
    started.catch(() => this.#forget(key, started));
    return started;
  }

  #forget(key: string, started: Promise<Host>): void {
    if (this.#hosts.get(key) === started) this.#hosts.delete(key);
    // Not with each page again.
    this.#notBefore = Date.now() + START_PAUSE_MS;
  }

  async #start(key: string): Promise<Host> {
    const engine = this.#options.engine();
    if (this.#isStopped) throw new Error('the site is stopping');
    const { limits } = this.#options;
    const onEvents = (events: HostEvent[]): void => {
      for (const event of events) this.#take(host, event);
    };
    const [program, network] = await Promise.all([bundleHost(), emptyNetwork()]);
    const process = new HostProcess(program, { engine, limits, onEvents, isSuspect: key !== '', network });
    const host: Host = { process, loaded: new Set(), own: key === '' ? undefined : key };
    void process.ended.then((end) => this.#onEnd(key, host, end));
    await process.ready.catch((error: unknown) => {
      forgetEmptyNetwork();
      throw error;
    });
    this.#options.onStart?.(process.engine);
    return host;
  }

  #take(host: Host, event: HostEvent): void {
    const pending = this.#pending.get(event.call);
    if (!pending || pending.host !== host) return;
    if (event.kind === 'ask') {
      void this.#answer(host, pending, event);
      return;
    }
    if (event.kind === 'done') {
      this.#pending.delete(event.call);
      pending.resolve(event.text);
    } else {
      this.#reject(pending, event.message);
      if (event.strike) this.#strike(pending.request.plugin, STRIKES[event.strike]);
    }
    const isHeavy = host.process.rssBytes > this.#options.limits.hostMb * 1024 ** 2;
    if (isHeavy && ![...this.#pending.values()].some((other) => other.host === host)) host.process.stop();
  }

  async #answer(host: Host, pending: Pending, event: HostEvent & { kind: 'ask' }): Promise<void> {
    const { plugin, within } = pending.request;
    const { call, ask, name, args } = event;
    const order = { kind: 'settle', plugin, call, ask } as const;
    try {
      const { maxCalls, maxChars } = this.#options.limits;
      if (++pending.asks > maxCalls) throw new Error(`At most ${maxCalls} calls are allowed in one run of a handler.`);
      if (args.length > maxChars) throw new Error('What was given is too long.');
      const text = await within(() => this.#options.ask(plugin, name, args));
      if (text.length > maxChars) throw new Error('The answer is too long; ask for less.');
      host.process.send({ ...order, isGood: true, text });
    } catch (error) {
      host.process.send({ ...order, isGood: false, text: messageOf(error) });
    }
  }

  #onEnd(key: string, host: Host, { culprit, reason }: HostEnd): void {
    const current = this.#hosts.get(key);
    void current?.then((now) => now === host && this.#hosts.delete(key)).catch(() => undefined);
    const mine = [...this.#pending.values()].filter((pending) => pending.host === host);
    const name = reason === 'stopped' || culprit === undefined ? undefined : this.#plugins[culprit]?.name;
    if (name !== undefined && reason !== 'stopped') this.#strike(name, REASONS[reason]);
    // Whoever had nothing to do with it is asked again, once another host is there.
    void Promise.resolve().then(() => {
      for (const pending of mine) {
        const { plugin, isRepeatable } = pending.request;
        pending.host = undefined;
        if (plugin === name) this.#reject(pending, reason === 'stopped' ? 'it was stopped' : REASONS[reason]);
        else if (this.#out.has(plugin)) this.#reject(pending, 'it was switched off');
        else if (isRepeatable && pending.tries < MAX_TRIES && !this.#isStopped) this.#enqueue(pending);
        else this.#reject(pending, 'the plugin host ended');
      }
    });
  }

  #strike(plugin: string, reason: string): void {
    if (this.#out.has(plugin)) return;
    const isOut = this.ledger.record(plugin);
    this.#options.onStrike(plugin, reason);
    if (!isOut) return;
    this.leaveOut(plugin);
    this.#options.onOut(plugin, reason);
  }

  /** Calls nothing of a plugin any more. */
  leaveOut(plugin: string): void {
    this.#out.add(plugin);
    const own = this.#hosts.get(plugin);
    void own?.then(({ process }) => process.stop()).catch(() => undefined);
  }

  #reject(pending: Pending, why: string): void {
    this.#pending.delete(pending.id);
    pending.reject(failure(pending.request.plugin, why));
  }
}
