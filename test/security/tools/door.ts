// A door in front of the site through which tools go: they appear as whoever is wished, each time from another network,
// and every answer is counted and read for what must never be in one.
import { randomInt } from 'node:crypto';
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { namesVersion, renewed } from './seen-version.ts';

/** A session as a browser has it. */
export interface Ticket {
  cookie: string;
  token: string;
}

/** How it passes on. */
export interface DoorOptions {
  /** Who requests are of; nobody unless given. */
  ticket?: () => Promise<Ticket>;
  /** Addresses that it does not pass on: 404. */
  shut?: RegExp;
  /** Hands tools no more of a page than its main part: the frame around it is the same, and they would compare it each time. */
  isShort?: boolean;
  /** Writes into forms which version the screen shows now: they would be refused for it after the first that is saved. */
  isCurrent?: boolean;
}

/** What no answer may hold: hashes of passwords, what a store says of its syntax, the inside of the process. */
const NEVER =
  /\$argon2id\$|SQLITE_ERROR|SQLITE_CANTOPEN|near "[^"]{0,40}": syntax error|You have an error in your SQL syntax|ER_PARSE_ERROR|\n\s+at [\w.<>]+ \(|root:x:0:0|file:\/\/\/\S{1,200}\.(?:ts|js)\b/;
const MAIN = /<main[\s\S]*<\/main>/;
const FINDINGS_AT_MOST = 20;

const isForm = ({ method, headers }: IncomingMessage): boolean =>
  method === 'POST' && headers['content-type'] === 'application/x-www-form-urlencoded';

/** Counts and reads what the site answers to tools. */
export class Door {
  readonly statuses = new Map<number, number>();
  /** What was wrong with answers. */
  readonly findings: string[] = [];
  readonly #target: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #server: Server;
  readonly #options: DoorOptions;

  constructor(target: string, options: DoorOptions = {}) {
    this.#target = new URL(target);
    this.#options = options;
    this.#server = createServer((incoming, outgoing) => void this.#pass(incoming, outgoing));
  }

  /** What tools call. */
  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get count(): number {
    return [...this.statuses.values()].reduce((sum, count) => sum + count, 0);
  }

  /** `120 requests: 100 × 200, 20 × 404`. */
  get summary(): string {
    const parts = [...this.statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`);
    return `${this.count} requests: ${parts.join(', ')}`;
  }

  /** Starts counting anew. */
  reset(): void {
    this.statuses.clear();
    this.findings.length = 0;
  }

  open(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(0, '127.0.0.1', resolve);
    return promise;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (this.#options.shut?.test(incoming.url ?? '')) return void outgoing.writeHead(404).end();
    const ticket = await this.#options.ticket?.().catch(() => undefined);
    const address = Array.from({ length: 4 }, () => randomInt(1, 224)).join('.');
    const own = { 'x-forwarded-for': address, 'sec-fetch-site': 'same-origin' };
    const form =
      this.#options.isCurrent && isForm(incoming) ? await this.#current(incoming, ticket?.cookie) : undefined;
    const { 'content-length': length, ...came } = incoming.headers;
    const headers = {
      ...came,
      ...(form === undefined && length !== undefined && { 'content-length': length }),
      'accept-encoding': 'identity',
      ...own,
      ...(ticket && { cookie: ticket.cookie, 'x-csrf-token': ticket.token }),
    };
    const { method, url } = incoming;
    const what = `${method} ${url?.slice(0, 300)}`;
    const fail = (error: Error): void => {
      // The tool may have gone away; that the site has is a finding.
      if (!incoming.destroyed && !outgoing.headersSent) this.#find(`${what}: no answer (${error.message})`);
      outgoing.destroy();
    };
    try {
      const { hostname, port } = this.#target;
      const onward = request({ hostname, port, method, path: url, headers, agent: this.#agent }, (answer) => {
        void this.#answer(what, answer, outgoing).catch(fail);
      });
      onward.on('error', fail);
      if (form === undefined) incoming.pipe(onward);
      else onward.end(form);
    } catch {
      outgoing.writeHead(400).end(); // An address that not even a client would send.
    }
  }

  /** The form, as the screen at its address would send it now. */
  async #current(incoming: IncomingMessage, cookie = ''): Promise<string> {
    const body = await text(incoming);
    if (!namesVersion(body)) return body;
    const url = this.#target.origin + incoming.url;
    // An address that the client of this process does not send has no form.
    const screen = await fetch(url, { headers: { cookie }, redirect: 'manual' }).catch(() => undefined);
    return renewed(body, (await screen?.text()) ?? '');
  }

  async #answer(what: string, answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const status = answer.statusCode ?? 0;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    const { 'content-length': _length, 'transfer-encoding': _coding, ...headers } = answer.headers;
    const body = await buffer(answer);
    const isText = /text|json|xml/.test(headers['content-type'] ?? '') && headers['content-encoding'] === undefined;
    const shown = isText ? body.toString('latin1') : '';
    // Tools ask for more than the machine can do; that some are turned away then is meant.
    const isTurnedAway = status === 503 && shown.includes('GALLEY_SITE_BUSY');
    if (status >= 500 && !isTurnedAway) this.#find(`${what}: ${status} ${shown.slice(0, 160)}`);
    const [never] = NEVER.exec(shown) ?? [];
    if (never !== undefined) this.#find(`${what}: the answer holds "${never}"`);
    const [main] = (this.#options.isShort && MAIN.exec(shown)) || [];
    outgoing.writeHead(status, headers).end(main === undefined ? body : Buffer.from(main, 'latin1'));
  }

  #find(text: string): void {
    if (this.findings.length < FINDINGS_AT_MOST) this.findings.push(text);
  }
}
