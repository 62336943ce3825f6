// For tests: a real mail server on this machine, and what it got.
import { SMTPServer } from 'smtp-server';

/** A mail as the server got it. */
export interface ReceivedMail {
  /** Of the envelope: whom it is really delivered to. */
  to: string[];
  from: string;
  /** The names are in small letters; several of one name are joined. */
  head: Record<string, string>;
  subject: string;
  text: string;
  html: string;
}

const WAIT_MS = 20_000;

const bytesOf = (encoded: string): Buffer =>
  Buffer.from(
    encoded
      .replace(/=\r?\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

/** A field of the head with its encoded words read. */
const wordsOf = (field: string): string =>
  field
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?UTF-8\?([QB])\?(.*?)\?=/gi, (_, kind: string, text: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString()
        : bytesOf(text.replaceAll('_', ' ')).toString(),
    );

function headOf(text: string): Record<string, string> {
  const head: Record<string, string> = {};
  for (const line of text.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const at = line.indexOf(':');
    const name = line.slice(0, at).toLowerCase();
    head[name] = [head[name] ?? [], line.slice(at + 1).trim()].flat().join(', ');
  }
  return head;
}

function split(raw: string): [Record<string, string>, string] {
  const at = raw.indexOf('\r\n\r\n');
  return [headOf(raw.slice(0, at)), raw.slice(at + 4)];
}

/** The text of the part of a kind, decoded. */
function partOf(raw: string, kind: string): string {
  const [head, body] = split(raw);
  const boundary = /boundary="?([^";]+)/.exec(head['content-type'] ?? '')?.[1];
  if (boundary)
    return body
      .split(`--${boundary}`)
      .slice(1, -1)
      .map((part) => partOf(part.replace(/^\r\n/, ''), kind))
      .join('');
  if (!head['content-type']?.startsWith(kind)) return '';
  const way = head['content-transfer-encoding'];
  const decoded =
    way === 'base64'
      ? Buffer.from(body, 'base64')
      : way === 'quoted-printable'
        ? bytesOf(body)
        : Buffer.from(body, 'latin1');
  return decoded.toString().replaceAll('\r\n', '\n');
}

/** A mail server for tests. It can be switched off and on again at the same address. */
export class Inbox {
  readonly mails: ReceivedMail[] = [];
  /** Addresses that it refuses for good. */
  readonly refused = new Set<string>();
  port = 0;
  readonly #isSecure: boolean;
  #server: SMTPServer | undefined;

  /** @param options.secure TLS from the start, with a certificate that nobody vouches for */
  constructor({ secure = false }: { secure?: boolean } = {}) {
    this.#isSecure = secure;
  }

  /** The address for the settings. */
  get url(): string {
    return `${this.#isSecure ? 'smtps' : 'smtp'}://galley:correct-horse@127.0.0.1:${this.port}`;
  }

  async start(): Promise<this> {
    const server = new SMTPServer({
      secure: this.#isSecure,
      authMethods: ['PLAIN'],
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: ({ password }, _session, done) =>
        password === 'correct-horse' ? done(null, { user: 1 }) : done(new Error('That is not the password')),
      onRcptTo: ({ address }, _session, done) =>
        this.refused.has(address) ? done(Object.assign(new Error('Nobody here'), { responseCode: 550 })) : done(),
      onData: (stream, { envelope }, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          const raw = Buffer.concat(parts).toString('latin1');
          const [head] = split(raw);
          this.mails.push({
            to: envelope.rcptTo.map(({ address }) => address),
            from: envelope.mailFrom ? envelope.mailFrom.address : '',
            head,
            subject: wordsOf(head['subject'] ?? ''),
            text: partOf(raw, 'text/plain'),
            html: partOf(raw, 'text/html'),
          });
          done();
        });
      },
    });
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject);
      server.listen(this.port, '127.0.0.1', () => resolve());
    });
    this.port = (server.server.address() as { port: number }).port;
    this.#server = server;
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Waits for the next mail to an address, and takes it out. */
  async next(address: string): Promise<ReceivedMail> {
    for (const end = Date.now() + WAIT_MS; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const at = this.mails.findIndex(({ to }) => to.includes(address));
      const [mail] = at < 0 ? [] : this.mails.splice(at, 1);
      if (mail) return mail;
      if (Date.now() > end) throw new Error(`No mail came to ${address}.`);
    }
  }
}
