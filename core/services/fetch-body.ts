import { pipeline, type Readable, Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { GalleyError, isGalleyError, messageOf } from '../lib/errors.ts';

/** The answer of another host. Read its body once, by one of the methods or as a stream. */
export interface FetchReply {
  status: number;
  /** 200 to 299. */
  ok: boolean;
  /** Names in lower case; several of one name joined by commas. */
  headers: Readonly<Record<string, string>>;
  /** The media type without parameters, in lower case; empty where none was sent. */
  type: string;
  /** Where the answer came from, after redirects. */
  url: string;
  /** The body, decompressed; fails when it has more than `maxBytes` or the time is up. */
  stream: Readable;
  bytes(): Promise<Buffer>;
  text(): Promise<string>;
  /** @throws SyntaxError when it is no JSON */
  json(): Promise<unknown>;
}

/** Lets so many bytes through and fails at the next. */
function limitTo(maxBytes: number, what: string): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      size += chunk.length;
      if (size > maxBytes) done(new GalleyError('GALLEY_FETCH_FAILED', `${what} has more than ${maxBytes} bytes.`));
      else done(null, chunk);
    },
  });
}

// An answer that ends early is as good as what came of it; the caller checks what it got.
const LENIENT = { finishFlush: constants.Z_SYNC_FLUSH };

function decoderFor(encoding: string): Transform | undefined {
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(LENIENT);
    case 'deflate':
      return createInflate(LENIENT);
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}

/** The body decompressed and bounded, before and after decompression. */
export function boundedBody(body: Readable, encoding: string, maxBytes: number, what: string): Readable {
  // A second encoding inside the first has no honest use.
  const [decoder] = encoding.split(',').flatMap((name) => decoderFor(name) ?? []);
  // pipeline passes errors on to the stream it returns, so its own callback has nothing to do.
  const done = (): void => undefined;
  if (!decoder) return pipeline(body, limitTo(maxBytes, what), done);
  return pipeline(body, limitTo(maxBytes, what), decoder, limitTo(maxBytes, what), done);
}

/** The ways to read a body. @param host where it comes from, for the message when it breaks off */
export function readersOf(stream: Readable, host: string): Pick<FetchReply, 'stream' | 'bytes' | 'text' | 'json'> {
  // Who reads gets the error from what he reads with; where nobody reads, it must not end the process.
  stream.on('error', () => undefined);
  const bytes = async (): Promise<Buffer> => {
    try {
      return await buffer(stream);
    } catch (error) {
      if (isGalleyError(error)) throw error;
      throw new GalleyError('GALLEY_FETCH_FAILED', `The answer of ${host} broke off: ${messageOf(error)}.`, {
        cause: error,
      });
    }
  };
  const text = async (): Promise<string> => (await bytes()).toString('utf8');
  return { stream, bytes, text, json: async () => JSON.parse(await text()) as unknown };
}
