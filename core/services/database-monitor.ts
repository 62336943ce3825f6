import { AsyncResource } from 'node:async_hooks';
import { randomInt } from 'node:crypto';
import type { Connection } from 'mysql2';
import { cut, type DatabaseNode, isNodeFailure, type NodeFacts, reasonOf } from './database-node.ts';

/** How a node is looked after. */
export interface MonitorOptions {
  node: DatabaseNode;
  /** Whether the servers are nodes of a Galera cluster; known when one has been connected to. */
  isGalera(): boolean;
  /** Whether nothing can be done until a node is back, so that this one is asked more often. */
  isUrgent(): boolean;
  /** Told when the node became usable or ceased to be. */
  onChange(node: DatabaseNode): void;
  /** Told after each look. */
  onLook(): void;
}

const LOOK_EVERY_MS = 1_000;
const CALM_EVERY_MS = 400;
const SLOW_MS = 300;
const GIVE_UP_MS = 2_500;
const MAX_PAUSE_MS = 5_000;
const URGENT_PAUSE_MS = 500;
/** When this process itself was held up, a late answer says nothing of the node. */
const OWN_LAG_MS = 500;
const SYNCED = '4';
const STATUS = `SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_ready', 'wsrep_local_state', 'wsrep_local_state_comment', 'wsrep_cluster_status')`;

type StatusRow = { Variable_name: string; Value: string };

function factsOf(rows: readonly StatusRow[], isGalera: boolean): NodeFacts {
  if (!isGalera) return { isGalera, isReady: true, isSynced: true, state: '' };
  const values = new Map(rows.map((row) => [row.Variable_name, row.Value]));
  const status = values.get('wsrep_cluster_status');
  return {
    isGalera,
    isReady: values.get('wsrep_ready') === 'ON' && status === 'Primary',
    isSynced: values.get('wsrep_local_state') === SYNCED,
    state: `${status}, ${values.get('wsrep_local_state_comment')}`,
  };
}

function ask(connection: Connection): Promise<StatusRow[]> {
  return new Promise((resolve, reject) => {
    connection.query(STATUS, (error, rows) => (error ? reject(error) : resolve(rows as unknown as StatusRow[])));
  });
}

/** Looks at one node again and again, on a connection of its own, so that a full pool does not look like a dead node. */
export class NodeMonitor {
  readonly #options: MonitorOptions;
  readonly #inOwnContext = new AsyncResource('galley-database-monitor');
  #connection: Connection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(options: MonitorOptions) {
    this.#options = options;
  }

  /** Looks now; who asks while a look runs shares it. Never rejects. */
  look(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    clearTimeout(this.#timer);
    this.#looking ??= this.#inOwnContext
      .runInAsyncScope(() => this.#look())
      .finally(() => {
        this.#looking = undefined;
        this.#plan();
      });
    return this.#looking;
  }

  /** Looks no more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#connection) cut(this.#connection, 'closed');
  }

  #plan(): void {
    if (this.#isClosed) return;
    const { node, isUrgent } = this.#options;
    const longest = isUrgent() ? URGENT_PAUSE_MS : MAX_PAUSE_MS;
    const pause = node.health === 'down' ? Math.min(250 * 2 ** this.#failures, longest) : LOOK_EVERY_MS;
    const jittered = (node.health === 'up' && !node.isUsable ? CALM_EVERY_MS : pause) * (0.8 + randomInt(400) / 1_000);
    this.#inOwnContext.runInAsyncScope(() => {
      this.#timer = setTimeout(() => void this.look(), jittered).unref();
    });
  }

  async #look(): Promise<void> {
    const { node, onChange, onLook } = this.#options;
    try {
      const facts = factsOf(await this.#inTime(this.#ask()), this.#options.isGalera());
      this.#failures = 0;
      const has = facts.isReady ? node.wentWell(facts) : this.#notReady(facts);
      if (has) onChange(node);
    } catch (error) {
      this.#drop();
      this.#failures++;
      if (node.failed(reasonOf(error))) onChange(node);
    }
    onLook();
  }

  #notReady(facts: NodeFacts): boolean {
    const { node } = this.#options;
    this.#failures++;
    node.facts = facts;
    return node.failed(`it does not belong to the majority or has not got its data yet (${facts.state})`);
  }

  async #ask(): Promise<StatusRow[]> {
    this.#connection ??= await this.#connect();
    return await ask(this.#connection).catch(async (error: unknown) => {
      // The connection may merely have grown old, so a fresh one is asked before the node is judged.
      if (!isNodeFailure(error)) throw error;
      this.#drop();
      this.#connection = await this.#connect();
      return await ask(this.#connection);
    });
  }

  async #connect(): Promise<Connection> {
    const connection = await this.#options.node.client.acquireRawConnection();
    if (!this.#isClosed) return connection;
    cut(connection, 'closed'); // Meanwhile the store was; an open connection would keep the process alive.
    throw new Error('The store is closed.');
  }

  #drop(): void {
    if (this.#connection) cut(this.#connection, 'The node did not answer.');
    this.#connection = undefined;
  }

  /** The answer, or an error when it takes too long; the node is suspect before that. */
  async #inTime(answer: Promise<StatusRow[]>): Promise<StatusRow[]> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    let slow: NodeJS.Timeout | undefined;
    let end: NodeJS.Timeout | undefined;
    const wait = (from: number): void => {
      slow = setTimeout(() => this.#options.node.hesitates(), SLOW_MS).unref();
      end = setTimeout(() => {
        if (performance.now() - from > GIVE_UP_MS + OWN_LAG_MS) return wait(performance.now());
        reject(new Error(`it did not answer within ${GIVE_UP_MS} ms`));
      }, GIVE_UP_MS).unref();
    };
    wait(performance.now());
    answer.catch(() => undefined);
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(slow);
      clearTimeout(end);
    }
  }
}
