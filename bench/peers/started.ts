// What runs beside Galley in a bench.
import { createConnection, type NetConnectOpts } from 'node:net';

/** Whether something listens at a port or socket. */
export function listens(at: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(at, () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}

/** Stops everything that was started, the last first. */
export class Started {
  readonly #stops: (() => Promise<void> | void)[] = [];

  add<T extends { stop(): Promise<void> | void }>(running: T): T {
    this.#stops.push(() => running.stop());
    return running;
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop();
  }
}
