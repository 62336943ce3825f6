import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GalleyError } from '../lib/errors.ts';
import { type FormValues, parseForm } from './form-values.ts';

/** The body of a request before validation. */
export type Body =
  | { kind: 'none' }
  | { kind: 'json'; value: unknown }
  | { kind: 'form'; values: FormValues }
  | { kind: 'multipart' }
  /** Anything else: only for routes that say so, read as a stream. */
  | { kind: 'raw'; type: string };

const MAX_JSON_DEPTH = 20;
const MAX_FORM_FIELDS = 1000;

function isTooDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((item) => isTooDeep(item, left - 1));
}

function checkCharset(request: FastifyRequest): void {
  const charset = /charset\s*=\s*"?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (charset && !/^utf-?8$/i.test(charset)) {
    throw new GalleyError('GALLEY_MEDIA_TYPE_UNSUPPORTED', `Send text as UTF-8, not as ${charset.slice(0, 20)}.`);
  }
}

type ParseJson = ReturnType<FastifyInstance['getDefaultJsonParser']>;

/** How many bytes a body may have. */
export interface BodyLimits {
  json: number;
  form: number;
}

const size = (bytes: number): string =>
  bytes >= 1024 ** 2 ? `${Math.floor(bytes / 1024 ** 2)} MB` : `${Math.floor(bytes / 1024)} KB`;

function tooLarge(limit: number): GalleyError {
  const message = `What was sent is longer than the ${size(limit)} that are taken here. Nothing was saved. Go back to what you wrote, and make it shorter or divide it.`;
  return new GalleyError('GALLEY_INPUT_TOO_LARGE', message);
}

/**
 * Reads a body as text. One that is too long is read to its end all the same and thrown away: a browser that cannot
 * send all of it would show that the connection broke, and not what we have to say.
 */
function readText({ raw }: FastifyRequest, limit: number): Promise<string> {
  const declared = raw.headers['content-length'];
  if (Number(declared ?? 0) > limit) {
    raw.resume();
    return Promise.reject(tooLarge(limit));
  }
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const broken = (): void => reject(new GalleyError('GALLEY_INPUT_INVALID', 'The request was not sent to its end.'));
  const chunks: Buffer[] = [];
  let length = 0;
  raw.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    else {
      chunks.length = 0;
      reject(tooLarge(limit));
    }
  });
  raw.once('end', () => {
    if (declared !== undefined && Number(declared) !== length) broken();
    else resolve(Buffer.concat(chunks).toString('utf8'));
  });
  raw.once('error', broken).once('close', broken);
  return promise;
}

/** Reads the bodies that we take: JSON and forms. It happens when it is known who sends them, so limits may depend on it. */
export class BodyReader {
  readonly #parseJson: ParseJson;

  /**
   * Teaches Fastify to leave bodies alone. Its own parsers go, so that `text/plain`, which other sites may send
   * without asking, is nothing but a stream that no route reads.
   */
  constructor(app: FastifyInstance) {
    app.removeAllContentTypeParsers();
    this.#parseJson = app.getDefaultJsonParser('error', 'error');
    app.addContentTypeParser('*', async (request: FastifyRequest) => {
      const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
      return { kind: 'raw', type } satisfies Body;
    });
  }

  /**
   * The body, as far as it is read at once.
   * @throws GALLEY_INPUT_TOO_LARGE | GALLEY_INPUT_INVALID | GALLEY_MEDIA_TYPE_UNSUPPORTED
   */
  async read(request: FastifyRequest, limits: BodyLimits): Promise<Body> {
    const body = bodyOf(request);
    if (body.kind !== 'raw') return body;
    if (body.type === 'application/json') {
      checkCharset(request);
      return this.#json(request, await readText(request, limits.json));
    }
    if (body.type !== 'application/x-www-form-urlencoded') return body;
    checkCharset(request);
    return { kind: 'form', values: parseForm(await readText(request, limits.form), MAX_FORM_FIELDS) };
  }

  #json(request: FastifyRequest, text: string): Promise<Body> {
    const { promise, resolve, reject } = Promise.withResolvers<Body>();
    void this.#parseJson(request, text, (error, value: unknown) => {
      if (error) reject(error);
      else if (isTooDeep(value, MAX_JSON_DEPTH))
        reject(new GalleyError('GALLEY_INPUT_INVALID', `The JSON is nested deeper than ${MAX_JSON_DEPTH}.`));
      else resolve({ kind: 'json', value });
    });
    return promise;
  }
}

/** The body as Fastify left it. */
function bodyOf(request: FastifyRequest): Body {
  if (request.isMultipart()) return { kind: 'multipart' };
  const body = request.body as Body | undefined | null;
  return body && typeof body === 'object' && 'kind' in body ? body : { kind: 'none' };
}
