import { GalleyError } from '../lib/errors.ts';
import type { DatabaseCluster } from './database-cluster.ts';
import type { NodeClient } from './database-node.ts';

/** Asks a node whether it takes statements. */
export const IS_READY = "show global status like 'wsrep_ready'";

/** A node without the majority answers `select 1`, and nothing else. @throws GALLEY_DATABASE_UNAVAILABLE */
export function assertReady(answer: unknown): void {
  const [rows] = answer as [{ Value: string }[]];
  if (rows[0]?.Value === 'ON') return;
  throw new GalleyError(
    'GALLEY_DATABASE_UNAVAILABLE',
    'The node of the database does not belong to the majority of its cluster, so it takes no statements.',
  );
}

/** How one server of the store is, as this process sees it. */
export interface NodeState {
  address: string;
  /** What this process uses it for. */
  role: 'writer' | 'reader' | 'spare' | 'down';
  /** What it said last, for instance `Primary, Synced`; empty where it was not asked. */
  state: string;
  /** Why it is not used. */
  reason: string;
  /** Connections of this process that are in use. */
  used: number;
}

/** How the servers of a store are, in the order of DATABASE_URL. */
export function nodeStates({ nodes, writer }: DatabaseCluster): NodeState[] {
  return nodes.map((node) => ({
    address: node.address,
    role: node.health === 'down' ? 'down' : node === writer ? 'writer' : node.isFitForReads ? 'reader' : 'spare',
    state: node.facts.state,
    reason: node.reason,
    used: node.used,
  }));
}

/** What the pool of connections is doing. */
export interface PoolStats {
  used: number;
  free: number;
  /** Callers that wait for a connection. */
  waiting: number;
  max: number;
}

/** What the pools of all nodes are doing together. */
export function poolStats(clients: readonly NodeClient[]): PoolStats {
  const sum = { used: 0, free: 0, waiting: 0, max: 0 };
  for (const { pool } of clients) {
    if (!pool) continue;
    sum.used += pool.numUsed();
    sum.free += pool.numFree();
    sum.waiting += pool.numPendingAcquires();
    sum.max += pool.max;
  }
  return sum;
}
