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

/**
 * Teaches Fastify the bodies that we take: JSON and forms, each with its limit in bytes. Fastify's own parsers go, so
 * that `text/plain`, which other sites may send without asking, is nothing but a stream that no route reads.
 */
export function addBodyParsers(app: FastifyInstance, limits: { json: number; form: number }): void {
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: limits.json }, (request, text, done) => {
    checkCharset(request);
    void parseJson(request, text as string, (error, value: unknown) => {
      if (error) done(error);
      else if (isTooDeep(value, MAX_JSON_DEPTH))
        done(new GalleyError('GALLEY_INPUT_INVALID', `The JSON is nested deeper than ${MAX_JSON_DEPTH}.`));
      else done(null, { kind: 'json', value } satisfies Body);
    });
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: limits.form },
    async (request: FastifyRequest, text: string) => {
      checkCharset(request);
      return { kind: 'form', values: parseForm(text, MAX_FORM_FIELDS) } satisfies Body;
    },
  );
  app.addContentTypeParser('*', async (request: FastifyRequest) => {
    const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    return { kind: 'raw', type } satisfies Body;
  });
}

/** The body as the parsers left it. */
export function bodyOf(request: FastifyRequest): Body {
  if (request.isMultipart()) return { kind: 'multipart' };
  const body = request.body as Body | undefined | null;
  return body && typeof body === 'object' && 'kind' in body ? body : { kind: 'none' };
}
