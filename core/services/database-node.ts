import type { Connection } from 'mysql2';
import { GalleyError, messageOf } from '../lib/errors.ts';
import { databaseErrorDetails, toDatabaseError } from './database-errors.ts';
import type { DatabaseHost } from './database-url.ts';

/** Whether statements are given to a node: `suspect` ones only where no other can have them. */
export type NodeHealth = 'up' | 'suspect' | 'down';

/** What a node says of itself. */
export interface NodeFacts {
  /** It belongs to a Galera cluster. */
  isGalera: boolean;
  /** It takes statements: it belongs to the majority and has its data. */
  isReady: boolean;
  /** It has all that the others have, as far as it knows. */
  isSynced: boolean;
  /** In words, for instance `Synced` or `Donor/Desynced`. */
  state: string;
}

/** How connections to one node are made; a knex client of its own with a pool of its own. */
export interface NodeClient {
  acquireConnection(): Promise<unknown>;
  releaseConnection(connection: unknown): Promise<unknown>;
  /** A connection beside the pool. */
  acquireRawConnection(): Promise<Connection>;
  pool?: { numUsed(): number; numFree(): number; numPendingAcquires(): number; max: number };
}

const UNKNOWN: NodeFacts = { isGalera: false, isReady: true, isSynced: true, state: '' };
/** Looks that must go well in a row before a node that was down is used again while others work. */
const CALM_LOOKS = 3;

/** One server of the store: its connections, and what is known of its health. */
export class DatabaseNode {
  readonly index: number;
  /** `host:port`, or the path of the socket. */
  readonly address: string;
  readonly client: NodeClient;
  /** All connections, also those being made, so that they can be cut when the node hangs. */
  readonly connections: Set<Connection>;
  health: NodeHealth = 'up';
  facts: NodeFacts = UNKNOWN;
  /** Why it is not up. */
  reason = '';
  /** Since when it is as it is; milliseconds of `performance.now()`. */
  since = performance.now();
  /** Callers that wait for a connection, told when it goes down. */
  readonly #waiting = new Set<(error: Error) => void>();
  #goodLooks = CALM_LOOKS;

  constructor(index: number, address: string, client: NodeClient, connections: Set<Connection>) {
    this.index = index;
    this.address = address;
    this.client = client;
    this.connections = connections;
  }

  /** Whether it takes statements. */
  get isUsable(): boolean {
    return this.health === 'up' && this.#isWell;
  }

  /** A node that hesitates is well until it is known better. */
  get #isWell(): boolean {
    return this.health !== 'down' && this.facts.isReady && this.#goodLooks >= CALM_LOOKS;
  }

  /** Whether it may answer reads beside the node that is written to. */
  get isFitForReads(): boolean {
    return this.isUsable && this.facts.isGalera && this.facts.isSynced;
  }

  /** Whether it takes statements where nobody better is left. */
  get isLastResort(): boolean {
    return this.health !== 'down' && this.facts.isReady;
  }

  /** Connections in use, and callers that wait for one. */
  get used(): number {
    const { pool } = this.client;
    return pool ? pool.numUsed() + pool.numPendingAcquires() : 0;
  }

  /** A connection out of the pool; rejected at once when the node goes down, for which the pool would wait. */
  async connect(): Promise<unknown> {
    const { promise: lost, reject } = Promise.withResolvers<never>();
    this.#waiting.add(reject);
    const connecting = this.client.acquireConnection();
    try {
      return await Promise.race([connecting, lost]);
    } catch (error) {
      void connecting.then(
        (late) => this.client.releaseConnection(late),
        () => undefined,
      );
      throw error;
    } finally {
      this.#waiting.delete(reject);
    }
  }

  /** A look went well. @returns whether it is back by that, or gone because it is not ready */
  wentWell(facts: NodeFacts): boolean {
    const was = this.#isWell;
    this.facts = facts;
    this.health = 'up';
    if (facts.isReady && (facts.isSynced || !facts.isGalera)) this.#goodLooks++;
    else this.#goodLooks = 0;
    this.reason = this.isUsable ? '' : `it is not ready (${facts.state})`;
    return this.#changed(was);
  }

  /** It did not answer in time, which may be nothing. */
  hesitates(): void {
    if (this.health !== 'up') return;
    this.health = 'suspect';
    this.reason = 'it answers slowly';
  }

  /** It cannot be used. Its connections are cut: whoever waits on one learns of it. @returns whether that is news */
  failed(reason: string): boolean {
    const was = this.#isWell;
    this.health = 'down';
    this.reason = reason;
    this.#goodLooks = 0;
    this.#cut();
    return this.#changed(was);
  }

  /** Nobody else is left, so it need not prove itself first. */
  trust(): void {
    this.#goodLooks = CALM_LOOKS;
  }

  #changed(was: boolean): boolean {
    if (this.#isWell === was) return false;
    this.since = performance.now();
    return true;
  }

  #cut(): void {
    const reason = `The node ${this.address} is down.`;
    for (const connection of this.connections) cut(connection, reason);
    for (const reject of this.#waiting) reject(lostError(reason));
  }
}

/** Ends a connection so that whoever waits for its answer gets an error, which mysql2's own `destroy` leaves out. */
export function cut(connection: Connection, reason: string): void {
  const { stream } = connection as unknown as { stream?: { destroy(error?: Error): void } };
  connection.on('error', () => undefined); // Whoever waits is told by the answer that he waits for.
  stream?.destroy(lostError(reason));
}

function lostError(reason: string): Error {
  return Object.assign(new Error(reason), { code: 'ETIMEDOUT' });
}

/** How an address is written. */
export function addressOf(host: DatabaseHost | undefined, socket: string | undefined): string {
  if (!host) return socket ?? '';
  return `${host.host.includes(':') ? `[${host.host}]` : host.host}:${host.port}`;
}

/** Whether an error tells of the node and not of the statement. */
export function isNodeFailure(error: unknown): boolean {
  return databaseErrorDetails(toDatabaseError(error))?.lost === true;
}

/** The error when nobody is there to take a statement. */
export function noNodeError(nodes: readonly DatabaseNode[]): GalleyError {
  const list = nodes.map(({ address, reason, health }) => `${address}: ${reason || health}`).join('; ');
  return new GalleyError(
    'GALLEY_DATABASE_UNAVAILABLE',
    `No node of the database takes statements now, so nothing can be saved (${list}).`,
    { details: { retryable: false, lost: true } },
  );
}

/** Why a look failed, in a few words. */
export function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  return messageOf(cause ?? error)
    .split('\n')[0]
    ?.slice(0, 200) as string;
}
