// The protocol of clamd: a command, the file in pieces, one line in answer.
import { createReadStream } from 'node:fs';
import { createConnection, type NetConnectOpts } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What clamd says of a file. */
export type Verdict = { clean: true } | { clean: false; found: string };

const LENGTH_BYTES = 4;

/** `/run/clamav/clamd.ctl` is a socket of this machine, `host:3310` another's. */
function placeOf(address: string): NetConnectOpts {
  const [, host, port] = /^\[?([^/]+?)\]?:(\d+)$/.exec(address) ?? [];
  return host === undefined ? { path: address } : { host, port: Number(port) };
}

/** Each piece with its length before it; a piece of no length ends the file. */
function inPieces(): Transform {
  const length = (size: number): Buffer => {
    const bytes = Buffer.alloc(LENGTH_BYTES);
    bytes.writeUInt32BE(size);
    return bytes;
  };
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      this.push(length(piece.length));
      done(null, piece);
    },
    flush(done) {
      done(null, length(0));
    },
  });
}

/** Speaks to one clamd. */
export class Clamd {
  readonly #address: string;
  readonly #timeoutMs: number;

  /** @param timeoutMs how long clamd may say nothing */
  constructor(address: string, timeoutMs = 60_000) {
    this.#address = address;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws when clamd is not there */
  async ping(): Promise<void> {
    const answer = await this.#ask('PING');
    if (answer !== 'PONG') throw new Error(`clamd answers "${answer}".`);
  }

  /**
   * Sends a file over: clamd may be another user and see no file of ours.
   * @throws when clamd could not look, also because the file is larger than its StreamMaxLength
   */
  async scan(path: string): Promise<Verdict> {
    const answer = await this.#ask('INSTREAM', path);
    if (answer === 'stream: OK') return { clean: true };
    const [, found] = /^stream: (.+) FOUND$/.exec(answer) ?? [];
    if (found === undefined) throw new Error(`clamd answers "${answer}".`);
    return { clean: false, found };
  }

  async #ask(command: string, path?: string): Promise<string> {
    const socket = createConnection({ ...placeOf(this.#address) });
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let said = '';
    socket.setTimeout(this.#timeoutMs, () => socket.destroy(new Error('clamd says nothing.')));
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      said += text;
      // Answers end with NUL. Of a file that is too large clamd says so before it has all of it.
      if (said.includes('\0')) resolve(said.slice(0, said.indexOf('\0')));
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('clamd ended the connection.')));
    socket.write(`z${command}\0`);
    const sent = path === undefined ? undefined : pipeline(createReadStream(path), inPieces(), socket, { end: false });
    try {
      // What cannot be sent any more is told by the answer, or by its absence.
      return await Promise.race([promise, (sent ?? promise).then(() => promise)]);
    } finally {
      socket.destroy();
      await sent?.catch(() => undefined);
    }
  }
}
