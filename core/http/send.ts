import { Readable } from 'node:stream';
import type { Reply } from './reply.ts';
import type { Visit } from './visit.ts';

type HeaderList = Record<string, string | string[]>;

function headersOf(reply: Reply, defaults: ReadonlyMap<string, string>): HeaderList {
  const headers: HeaderList = Object.fromEntries(defaults);
  for (const [name, value] of reply.headers) {
    if (value === '')
      delete headers[name]; // An empty value takes a default away.
    else headers[name] = value;
  }
  if (reply.cookies.length > 0) headers['set-cookie'] = reply.cookies;
  return headers;
}

function hasNoBody(visit: Visit, status: number): boolean {
  return visit.method === 'HEAD' || status === 204 || status === 304;
}

/** Resolves when all is sent or the visitor has gone. A source that breaks cuts the connection: that says it is not all. */
function sendStream({ response }: Visit, source: Readable): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  source.once('error', () => response.destroy());
  response.once('finish', resolve);
  response.once('close', () => {
    source.destroy();
    resolve();
  });
  source.pipe(response);
  return promise;
}

/** Writes a finished reply to the wire. Bodies are sent with their length, streams at the visitor's pace. */
export async function sendReply(visit: Visit, reply: Reply, defaults: ReadonlyMap<string, string>): Promise<void> {
  const { response } = visit;
  const { body } = reply;
  if (response.headersSent || response.destroyed) {
    if (body instanceof Readable) body.destroy(); // Too late: the visitor has gone, or was told that it took too long.
    return;
  }
  const headers = headersOf(reply, defaults);
  if (body instanceof Readable) {
    response.writeHead(reply.status, headers);
    if (!hasNoBody(visit, reply.status)) return sendStream(visit, body);
    body.destroy();
    response.end();
    return;
  }
  const bytes = typeof body === 'string' ? Buffer.from(body) : body instanceof Uint8Array ? body : Buffer.alloc(0);
  visit.bytes = bytes.length;
  if (reply.status !== 204 && reply.status !== 304) headers['content-length'] ??= String(bytes.length);
  response.writeHead(reply.status, headers);
  response.end(hasNoBody(visit, reply.status) ? undefined : bytes);
}
