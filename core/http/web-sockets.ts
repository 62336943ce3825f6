import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { GalleyError } from '../lib/errors.ts';
import { Reply, SocketBody } from './reply.ts';

const MAX_MESSAGE_BYTES = 64 * 1024;
const HEARTBEAT_MS = 30_000;
const GOODBYE_MS = 1000;
/** The house is closing; the page connects again, and meets the next process. RFC 6455, section 7.4.1. */
const GOING_AWAY = 1001;

/** Whether a request asks for a WebSocket. RFC 6455, section 4.1. */
export function asksForSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * Goes on with the connection as a WebSocket: messages in both directions, from a route that guards it as any other.
 * Only pages of the site itself can open it, or programs with a token of their own. Who falls silent is let go.
 *
 * @param open gets the socket when it is open
 * @param options.maxBytes of a message that comes in; 64 KB unless given
 * @throws GALLEY_INPUT_INVALID (426) when it is sent to somebody who did not ask for a WebSocket
 * @example
 * site.routes.get('/chat', { authenticated: true }, () =>
 *   webSocket((socket) => socket.on('message', (text) => socket.send(`You said ${text}`))));
 */
export function webSocket(open: (socket: WebSocket) => void, options: { maxBytes?: number } = {}): Reply {
  return new Reply(new SocketBody(open, options.maxBytes ?? MAX_MESSAGE_BYTES));
}

/** The WebSockets of a server: the handshake, the heartbeat, and their end. */
export class WebSockets {
  readonly #server = new WebSocketServer({ noServer: true, clientTracking: true });
  readonly #waiting = new WeakMap<IncomingMessage, { socket: Duplex; head: Buffer }>();
  readonly #silent = new WeakSet<WebSocket>();
  /** All connections that left the server by asking for a WebSocket, also those that have none yet: it cuts off none of them. */
  readonly #connections = new Set<Duplex>();
  #heartbeat: NodeJS.Timeout | undefined;

  /** Keeps what the handshake needs, and returns what any answer but a WebSocket is written to. */
  receive(raw: IncomingMessage, socket: Duplex, head: Buffer): ServerResponse {
    this.#waiting.set(raw, { socket, head });
    const response = new ServerResponse(raw);
    response.shouldKeepAlive = false;
    response.assignSocket(raw.socket);
    response.once('finish', () => {
      response.detachSocket(raw.socket);
      raw.socket.destroySoon(); // Who was refused does not hold the connection by not closing it.
    });
    this.#connections.add(socket);
    socket.on('close', () => this.#connections.delete(socket));
    socket.on('error', () => socket.destroy());
    return response;
  }

  /** Answers with the handshake. @throws GALLEY_INPUT_INVALID */
  open(raw: IncomingMessage, response: ServerResponse, { open, maxBytes }: SocketBody): void {
    const waiting = this.#waiting.get(raw);
    if (!waiting) throw new GalleyError('GALLEY_INPUT_INVALID', 'This address speaks WebSocket only.', { status: 426 });
    response.detachSocket(raw.socket);
    response.statusCode = 101;
    response.emit('close'); // Nothing more comes by it; whoever counts requests counts this one as answered.
    this.#server.options.maxPayload = maxBytes;
    this.#server.handleUpgrade(raw, waiting.socket, waiting.head, (socket) => {
      socket.on('pong', () => this.#silent.delete(socket));
      socket.on('error', () => socket.terminate());
      this.#heartbeat ??= setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
      open(socket);
    });
  }

  /** Says goodbye to all, and cuts off who does not answer. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    const { clients } = this.#server;
    const gone = [...clients].map((client) => new Promise((resolve) => client.once('close', resolve)));
    for (const client of clients) client.close(GOING_AWAY);
    const late = setTimeout(() => {
      for (const client of clients) client.terminate();
    }, GOODBYE_MS);
    await Promise.all(gone);
    clearTimeout(late);
  }

  /** Cuts off what is left when the server has waited long enough. */
  destroy(): void {
    for (const socket of this.#connections) socket.destroy();
  }

  #beat(): void {
    for (const client of this.#server.clients) {
      if (this.#silent.has(client)) client.terminate();
      this.#silent.add(client);
      client.ping();
    }
  }
}
