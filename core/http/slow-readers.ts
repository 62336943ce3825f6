import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** What may wait for a client gives it the sending time once more: at 30 s the least is 4 KB a second. */
const LEAST_BYTES = 120 * 1024;
const LOOKS = 6;

/** What a connection waits to hand over. */
interface Held {
  /** What was given to it so far; it grows while the other side takes what it asked for. */
  written: number;
  since: number;
}

/** Looks after connections whose other side does not take what it asked for. */
class SlowReaders {
  readonly #held = new Map<Socket, Held | undefined>();
  readonly #timeoutMs: number;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  add(socket: Socket): void {
    this.#held.set(socket, undefined);
    socket.once('close', () => this.#held.delete(socket));
  }

  /** Ends the connections that have taken nothing new in time, which is the longer the more they hold. */
  look(now: number): void {
    for (const [socket, held] of this.#held) {
      const { writableLength: waiting, bytesWritten: written } = socket;
      if (waiting === 0) this.#held.set(socket, undefined);
      else if (held?.written !== written) this.#held.set(socket, { written, since: now });
      else if (now - held.since > this.#timeoutMs * (1 + waiting / LEAST_BYTES)) socket.destroy();
    }
  }
}

/**
 * Ends connections that take what they asked for too slowly, as no timeout of Node's does: answers that nobody reads
 * would be held in memory for as long as the other side likes.
 * @param timeoutMs how long nothing need be taken, in milliseconds; what is held adds to it
 * @returns the same server
 * @example endSlowReaders(createServer(answer), 30_000)
 */
export function endSlowReaders(server: Server, timeoutMs: number): Server {
  const readers = new SlowReaders(timeoutMs);
  const timer = setInterval(() => readers.look(Date.now()), timeoutMs / LOOKS).unref();
  server.once('close', () => clearInterval(timer));
  return server.on('connection', (socket) => readers.add(socket));
}
