import { AsyncLocalStorage } from 'node:async_hooks';
import type { Connection } from 'mysql2';
import { databaseErrorDetails, toDatabaseError } from './database-errors.ts';
import { NodeMonitor } from './database-monitor.ts';
import { type DatabaseNode, isNodeFailure, noNodeError } from './database-node.ts';
import type { DatabaseLog } from './query-counter.ts';

/** What a connection is for. */
export type Role = 'writer' | 'reader';

/** How long is waited for what; milliseconds. */
export interface ClusterTimes {
  /** So long after a change reads go where it was made. */
  freshMs: number;
  /** So long after a change that another process made reads also wait until their node has it. */
  foreignMs: number;
  /** A node before the one that is written to must be well for so long until it is written to again. */
  failbackMs: number;
  /** So long is waited for a node when the last one has just been lost. */
  graceMs: number;
  /** So long after a change among the nodes they may differ about which one is written to. */
  unsettledMs: number;
}

/** What a cluster is made of. */
export interface ClusterOptions {
  /** In the order of preference for writing. */
  nodes: readonly DatabaseNode[];
  /** Whether the servers are nodes of a Galera cluster; known when one has been connected to. */
  isGalera(): boolean;
  log: DatabaseLog | undefined;
  times?: Partial<ClusterTimes> | undefined;
}

const TIMES: ClusterTimes = { freshMs: 5_000, foreignMs: 500, failbackMs: 30_000, graceMs: 3_000, unsettledMs: 60_000 };
const POLL_MS = 20;
const BARRIER = 'SET STATEMENT wsrep_sync_wait = 1 FOR SELECT 1';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function run(connection: Connection, sql: string): Promise<void> {
  return new Promise((resolve, reject) => connection.query(sql, (error) => (error ? reject(error) : resolve())));
}

/**
 * The nodes of the store. One is written to, the first that is well; it stays the one until it fails. Reads are spread
 * over all that have everything, but for a while after a change go where changes are made.
 */
export class DatabaseCluster {
  readonly nodes: readonly DatabaseNode[];
  readonly #log: DatabaseLog | undefined;
  readonly #isGalera: () => boolean;
  readonly #times: ClusterTimes;
  readonly #monitors: NodeMonitor[] = [];
  readonly #homes = new WeakMap<object, DatabaseNode>();
  readonly #fresh = new AsyncLocalStorage<boolean>();
  #writer: DatabaseNode;
  #hasWorked = false;
  #isClosed = false;
  #lostAt: number | undefined;
  #freshUntil = 0;
  #waitUntil = 0;
  #changedAt = Number.NEGATIVE_INFINITY;
  /** The node that took over may still lack what was written on the one before. */
  #isBarred = false;
  #turn = 0;

  constructor({ nodes, isGalera, log, times }: ClusterOptions) {
    const [first] = nodes;
    if (!first) throw new Error('A store has at least one node.');
    this.nodes = nodes;
    this.#writer = first;
    this.#log = log;
    this.#isGalera = isGalera;
    this.#times = { ...TIMES, ...times };
  }

  /** The node that is written to. */
  get writer(): DatabaseNode {
    return this.#writer;
  }

  /** A connection for a statement or transaction. @throws GALLEY_DATABASE_UNAVAILABLE when no node takes any */
  async acquire(role: Role): Promise<unknown> {
    if (this.nodes.length === 1) return await this.#connect(this.#writer);
    this.#watch();
    for (let tried = 0; ; tried++) {
      const node = role === 'reader' ? await this.#readNode() : await this.#writeNode();
      try {
        const connection = await this.#connect(node);
        if (node === this.#writer && this.#isBarred) await this.#pass(connection);
        this.#hasWorked = true;
        return connection;
      } catch (error) {
        if (tried > 2 * this.nodes.length || !isNodeFailure(error)) throw toDatabaseError(error);
        await this.#monitors[node.index]?.look();
      }
    }
  }

  /** Gives a connection back to the pool that it is from. */
  async release(connection: unknown): Promise<void> {
    await this.#homes.get(connection as object)?.client.releaseConnection(connection);
  }

  /** A statement failed: perhaps its node did. */
  failed(connection: unknown, error: unknown): void {
    const node = this.#homes.get(connection as object);
    if (!node || this.nodes.length === 1 || !databaseErrorDetails(error)?.lost) return;
    node.hesitates();
    void this.#monitors[node.index]?.look();
  }

  /**
   * The store was changed: reads must see it.
   * @param isForeign another process did, perhaps on a node that this one does not write to
   */
  noteChange(isForeign = false): void {
    const now = performance.now();
    this.#freshUntil = now + this.#times.freshMs;
    if (isForeign) this.#waitUntil = now + this.#times.foreignMs;
  }

  /** Runs `work` so that its reads see all that was written before. */
  async fresh<T>(work: () => PromiseLike<T>): Promise<T> {
    if (this.nodes.length === 1) return await work();
    return await this.#fresh.run(true, async () => await work()); // A query runs only when it is awaited.
  }

  /** Whether reads must see the latest change. */
  get isFresh(): boolean {
    return performance.now() < this.#freshUntil || this.#fresh.getStore() === true;
  }

  /**
   * Whether a read has to wait until its node has everything: where processes may differ about which node is written
   * to, going there is not enough.
   */
  get mustWait(): boolean {
    if (this.nodes.length === 1 || !this.#isGalera() || !this.isFresh) return false;
    const now = performance.now();
    const isUnsettled = now - this.#changedAt < this.#times.unsettledMs;
    return isUnsettled || now < this.#waitUntil || this.#fresh.getStore() === true;
  }

  /** Asks every node how it is. */
  async look(): Promise<void> {
    if (this.nodes.length > 1) this.#watch();
    await Promise.all(this.#monitors.map((monitor) => monitor.look()));
  }

  /** Looks at the nodes no more. */
  close(): void {
    this.#isClosed = true;
    for (const monitor of this.#monitors) monitor.close();
  }

  /** Begins to look after the nodes, the first time that somebody wants a connection. */
  #watch(): void {
    if (this.#monitors.length > 0 || this.#isClosed) return;
    for (const node of this.nodes) {
      const onChange = (changed: DatabaseNode): void => this.#onChange(changed);
      const isUrgent = (): boolean => this.nodes.every(({ health }) => health === 'down');
      const onLook = (): void => this.#failBack();
      this.#monitors.push(new NodeMonitor({ node, isGalera: this.#isGalera, isUrgent, onChange, onLook }));
    }
    for (const monitor of this.#monitors) void monitor.look();
  }

  async #connect(node: DatabaseNode): Promise<unknown> {
    const connection = await (this.nodes.length === 1 ? node.client.acquireConnection() : node.connect());
    this.#homes.set(connection as object, node);
    return connection;
  }

  async #readNode(): Promise<DatabaseNode> {
    if (this.isFresh) return await this.#writeNode();
    const fit = this.nodes.filter((node) => node.isFitForReads);
    if (fit.length === 0) return await this.#writeNode();
    const turn = this.#turn++ % fit.length;
    const inTurn = [...fit.slice(turn), ...fit.slice(0, turn)];
    return inTurn.reduce((best, node) => (node.used < best.used ? node : best));
  }

  /** The node that is written to; another one when it is down; waits when it is not known. */
  async #writeNode(): Promise<DatabaseNode> {
    for (;;) {
      if (this.#writer.isUsable) return this.#writer;
      if (this.#writer.health === 'suspect') await this.#monitors[this.#writer.index]?.look();
      if (this.#writer.isUsable) return this.#writer;
      const next = this.nodes.find((node) => node.isUsable) ?? this.nodes.find((node) => node.isLastResort);
      if (next) {
        next.trust();
        this.#lostAt = undefined;
        this.#moveTo(next);
        return next;
      }
      this.#lostAt ??= performance.now();
      if (!this.#hasWorked || performance.now() - this.#lostAt > this.#times.graceMs) throw noNodeError(this.nodes);
      await pause(POLL_MS);
    }
  }

  #moveTo(node: DatabaseNode): void {
    if (node === this.#writer) return;
    this.#log?.warn({ from: this.#writer.address, to: node.address }, 'database: another node is written to');
    this.#writer = node;
    this.#changedAt = performance.now();
    this.noteChange();
    this.#isBarred = this.#isGalera();
  }

  /** Before the first statement on a node that took over: it must have all that was written on the one before. */
  async #pass(connection: unknown): Promise<void> {
    try {
      await run(connection as Connection, BARRIER);
      this.#isBarred = false;
    } catch (error) {
      await this.release(connection);
      throw toDatabaseError(error);
    }
  }

  /** Back to a node further ahead in the list once it has been well for a while, so that all processes agree again. */
  #failBack(): void {
    const now = performance.now();
    const earlier = this.nodes.find((node) => node.index < this.#writer.index && node.isUsable);
    if (earlier && now - earlier.since > this.#times.failbackMs) this.#moveTo(earlier);
  }

  #onChange(node: DatabaseNode): void {
    if (this.#isClosed) return;
    this.#changedAt = performance.now();
    const { address, reason, isUsable } = node;
    if (isUsable) this.#lostAt = undefined;
    if (isUsable) this.#log?.warn({ node: address }, 'database: a node is back');
    else this.#log?.warn({ node: address, reason }, 'database: a node is not used');
  }
}
