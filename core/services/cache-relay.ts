// Layer: services. Cache changes among the workers of one supervisor, which works without Redis and without waiting.
import type { Cache } from './cache.ts';
import type { CacheChange } from './cache-backend.ts';

/** A process that can be sent messages: a cluster worker, a child process. */
export interface MessageTarget {
  send?(message: object): unknown;
}

/** The supervisor as a worker sees it: `process`. */
export interface MessageChannelEnd extends MessageTarget {
  readonly connected?: boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
}

const KEY = 'galleyCacheChange';

function readChange(message: unknown): CacheChange | undefined {
  const change = typeof message === 'object' && message !== null ? (Reflect.get(message, KEY) as unknown) : undefined;
  if (typeof change !== 'object' || change === null) return undefined;
  const { kind, items } = change as Partial<CacheChange>;
  if (kind !== 'tags' && kind !== 'keys' && kind !== 'all') return undefined;
  return Array.isArray(items) && items.every((item) => typeof item === 'string') ? { kind, items } : undefined;
}

/** In a worker: tells the supervisor of changes and takes over those of the siblings. Returns the function that ends it. */
export function joinSiblings(cache: Pick<Cache, 'onChange' | 'receive'>, channel: MessageChannelEnd): () => void {
  const listener = (message: unknown): void => {
    const change = readChange(message);
    if (change) cache.receive(change);
  };
  // A supervisor that is going has closed its end: its workers are going too.
  const stop = cache.onChange((change) => {
    if (channel.connected !== false) channel.send?.({ [KEY]: change });
  });
  channel.on('message', listener);
  return () => {
    stop();
    channel.off('message', listener);
  };
}

/**
 * In the supervisor: passes a worker's message on to its siblings. Returns false for messages of another kind.
 *
 * @example
 * cluster.on('message', (worker, message) => relayChange(message, worker, Object.values(cluster.workers ?? {})));
 */
export function relayChange(
  message: unknown,
  from: MessageTarget,
  workers: Iterable<MessageTarget | undefined>,
): boolean {
  const change = readChange(message);
  if (change === undefined) return false;
  for (const worker of workers) if (worker && worker !== from) worker.send?.({ [KEY]: change });
  return true;
}
