import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { GalleyError, isGalleyError } from '../lib/errors.ts';
import { Reply } from './reply.ts';

/** A file to be sent, wherever it lies. */
export interface FileSource {
  /** Bytes. */
  size: number;
  /** Epoch milliseconds. */
  modifiedAt: number;
  /** Reads from `start` to `end`, both included. */
  open(range: { start: number; end: number }): Readable;
}

/** How a file is sent. */
export interface SendFileOptions {
  /** Absolute path, or where else it comes from. Never made of what a visitor typed. */
  file: string | FileSource;
  /** Media type, from our own table and not from whoever uploaded it. */
  type: string;
  /** Shown in the browser, or saved. `attachment` unless said otherwise. */
  disposition?: 'inline' | 'attachment';
  /** The name that it is saved under. */
  filename?: string;
  /** Changes with the content; made of size and time where it is not given. */
  etag?: string;
  cacheControl?: string;
}

/**
 * The value of a Content-Disposition header, with the name in ASCII and in UTF-8 (RFC 6266 and 8187).
 */
export function contentDisposition(type: 'inline' | 'attachment', filename?: string): string {
  if (!filename) return type;
  const plain =
    filename
      .normalize('NFKD')
      .replace(/[^\x20-\x7e]/g, '')
      .replace(/["\\%]/g, '_') || 'file';
  const encoded = encodeURIComponent(filename).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return plain === filename
    ? `${type}; filename="${plain}"`
    : `${type}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** A range of bytes that a request asks for: undefined for the whole, `null` when it lies outside of the file. */
export function readRange(header: string | undefined, size: number): { start: number; end: number } | null | undefined {
  const parts = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (!parts || (!parts[1] && !parts[2])) return undefined; // Several ranges, other units: the whole is always right.
  const last = size - 1;
  if (!parts[1])
    return Number(parts[2]) === 0 || size === 0 ? null : { start: Math.max(0, size - Number(parts[2])), end: last };
  const start = Number(parts[1]);
  const end = parts[2] ? Math.min(Number(parts[2]), last) : last;
  return start > last || end < start ? null : { start, end };
}

async function fileSource(path: string): Promise<FileSource> {
  try {
    const handle = await open(path, 'r');
    const facts = await handle.stat();
    await handle.close();
    if (!facts.isFile()) throw new GalleyError('GALLEY_FILE_UNKNOWN', 'There is no such file.');
    return { size: facts.size, modifiedAt: facts.mtimeMs, open: (range) => createReadStream(path, range) };
  } catch (cause) {
    if (isGalleyError(cause)) throw cause;
    throw new GalleyError('GALLEY_FILE_UNKNOWN', 'There is no such file.', { cause });
  }
}

function isFresh(headers: IncomingHttpHeaders, etag: string, modifiedAt: number): boolean {
  const match = headers['if-none-match'];
  if (match !== undefined)
    return match === '*' || match.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return since >= Math.floor(modifiedAt / 1000) * 1000;
}

/**
 * A file as reply, whole or the part that was asked for. The browser may neither guess its type nor run what is in it.
 * @throws GALLEY_FILE_UNKNOWN when it is not there
 * @example return sendFile(context, { file: path, type: 'application/pdf', filename: 'Menu.pdf' });
 */
export async function sendFile(
  context: { headers: IncomingHttpHeaders; method: string },
  options: SendFileOptions,
): Promise<Reply> {
  const source = typeof options.file === 'string' ? await fileSource(options.file) : options.file;
  const { size, modifiedAt } = source;
  const etag = options.etag ?? `"${size.toString(36)}-${Math.trunc(modifiedAt).toString(36)}"`;
  const reply = new Reply(null, {
    headers: {
      'content-type': options.type,
      'content-disposition': contentDisposition(options.disposition ?? 'attachment', options.filename),
      'cache-control': options.cacheControl ?? 'public, max-age=3600',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
      'accept-ranges': 'bytes',
      'last-modified': new Date(modifiedAt).toUTCString(),
      etag,
    },
  });
  const { headers, method } = context;
  if (isFresh(headers, etag, modifiedAt)) {
    reply.status = 304;
    return reply;
  }
  const condition = headers['if-range'];
  const range = condition === undefined || condition === etag ? readRange(headers.range, size) : undefined;
  if (range === null) {
    reply.status = 416;
    return reply.header('content-range', `bytes */${size}`);
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (range) reply.header('content-range', `bytes ${start}-${end}/${size}`).status = 206;
  reply.header('content-length', String(end - start + 1));
  if (method !== 'HEAD' && size > 0) reply.body = source.open({ start, end });
  return reply;
}
