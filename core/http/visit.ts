import type { IncomingMessage, ServerResponse } from 'node:http';
import { GalleyError } from '../lib/errors.ts';
import type { ThemePreview } from '../theme/theme-previews.ts';
import { type FormValues, parseForm } from './form-values.ts';
import type { Origin } from './hosts.ts';
import type { Match } from './router.ts';
import type { Area } from './routes.ts';

/** Bytes of an address, at most. */
export const MAX_URL = 4096;
const MAX_QUERY_PARAMETERS = 30;

/** The address that a request asks for, read once. */
export interface Target {
  /** Decoded and normalised path: what routes match and cache keys hold. */
  readonly path: string;
  /** The query with its `?`, as it came. */
  readonly search: string;
  /** Where the canonical spelling is, when the request used another. */
  readonly movedTo: string | undefined;
}

/** One request on its way through the house: facts for routing, limits and logs. */
export interface Visit {
  readonly id: string;
  readonly startedAt: number;
  readonly method: string;
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  origin: Origin;
  target: Target;
  match: Match;
  /** What the page cache did. */
  cache: 'none' | 'hit' | 'miss' | 'bypass';
  userId: number | null;
  /** Whether only people who are logged in are served now. */
  needsSession: boolean;
  /** Whether its body is being read: how long that may take is the server's to say. */
  isReceiving: boolean;
  /** Whose fallback was running, where there is no route. */
  owner: string | undefined;
  /** Ends what is done for a visitor who has gone, or whose time is up; made when somebody asks for its signal. */
  abort: AbortController | undefined;
  /** Bytes of the body that were sent, where known. */
  bytes: number;
  /** The theme that the one who asks is trying; a page about an error is rendered with it too. */
  preview: ThemePreview | undefined;
}

/** A visit of which nothing is known yet. */
export function openVisit(id: string, raw: IncomingMessage, response: ServerResponse): Visit {
  return {
    id,
    startedAt: performance.now(),
    method: raw.method ?? 'GET',
    raw,
    response,
    origin: { hostname: '', host: '', isSecure: false, address: raw.socket.remoteAddress ?? '' },
    target: { path: '', search: '', movedTo: undefined },
    match: { kind: 'none' },
    cache: 'none',
    userId: null,
    needsSession: false,
    isReceiving: false,
    owner: undefined,
    abort: undefined,
    bytes: 0,
    preview: undefined,
  };
}

/** Aborts when the visitor leaves before his reply is out, or when the time for it is up. */
export function signalOf(visit: Visit): AbortSignal {
  const { response } = visit;
  if (visit.abort) return visit.abort.signal;
  const abort = new AbortController();
  visit.abort = abort;
  response.once('close', () => {
    if (!response.writableFinished) abort.abort();
  });
  return abort.signal;
}

/** The part of the house that a request goes to, also where there is no route. */
export function areaOf({ match, target }: Visit): Area {
  return match.kind === 'route' ? match.route.area : areaOfPath(target.path);
}

/** The part of the house that a path belongs to unless its route says otherwise. */
export function areaOfPath(path: string): Area {
  if (/^\/admin(?:\/|$)/.test(path)) return 'admin';
  return /^\/(?:api|wp-json)(?:\/|$)/.test(path) ? 'api' : 'public';
}

const refuse = (status: number, message: string): GalleyError =>
  new GalleyError('GALLEY_INPUT_INVALID', message, { status });

function decodePath(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch (cause) {
    throw new GalleyError('GALLEY_INPUT_INVALID', 'The path is not valid UTF-8 in percent-encoding.', { cause });
  }
}

/** A path as it stands in a URL. */
export function encodePath(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(segment).replace(/%(?:40|3A|24|26|2B|2C|3D)/g, decodeURIComponent))
    .join('/');
}

/**
 * Reads the request target. One path has one spelling: others are moved (`//`, decomposed Unicode) or not there at all
 * (dot segments, encoded slashes, backslashes, semicolons, control characters).
 * @throws GALLEY_INPUT_INVALID (400, 404 or 414)
 */
export function readTarget(url: string): Target {
  if (url.length > MAX_URL) throw refuse(414, `The address is longer than ${MAX_URL} bytes.`);
  if (!url.startsWith('/') || url.includes('#')) throw refuse(400, 'The request target must be a path.');
  const sign = url.indexOf('?');
  const rawPath = sign < 0 ? url : url.slice(0, sign);
  const search = sign < 0 ? '' : url.slice(sign);
  if (/[;\\]|%(?:2f|5c|00)/i.test(rawPath))
    throw new GalleyError('GALLEY_ROUTE_UNKNOWN', 'There is nothing at this address.');
  const decoded = rawPath.includes('%') ? decodePath(rawPath) : rawPath;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no path may hold.
  if (/[\u0000-\u001f\u007f]|\/\.{1,2}(?:\/|$)/.test(decoded))
    throw new GalleyError('GALLEY_ROUTE_UNKNOWN', 'There is nothing at this address.');
  const path = decoded.replace(/\/{2,}/g, '/').normalize('NFC');
  return { path, search, movedTo: path === decoded ? undefined : encodePath(path) + search };
}

/**
 * The query's values by name.
 * @throws GALLEY_INPUT_INVALID for broken encoding or more than 30 parameters
 */
export function readQuery(search: string): FormValues {
  return parseForm(search.slice(1), MAX_QUERY_PARAMETERS);
}
