import { Readable } from 'node:stream';
import type { WebSocket } from 'ws';
import { GalleyError } from '../lib/errors.ts';
import type { PartialView } from '../theme/view.ts';

/** A page that the theme renders: the first template of the list that exists, filled with the view. */
export interface PageBody {
  readonly templates: readonly string[];
  readonly view: PartialView;
}

/** A connection that goes on as a WebSocket. */
export class SocketBody {
  readonly open: (socket: WebSocket) => void;
  readonly maxBytes: number;

  constructor(open: (socket: WebSocket) => void, maxBytes: number) {
    this.open = open;
    this.maxBytes = maxBytes;
  }
}

/** What a reply carries. An error is shown in the form that the visitor asked for. */
export type ReplyBody = string | Uint8Array | Readable | PageBody | SocketBody | GalleyError | null;

/** Status, headers and further facts of a reply. */
export interface ReplyOptions {
  status?: number;
  headers?: Readonly<Record<string, string>>;
}

const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What a handler answers. Made by `html`, `json`, `view`, `redirect` and their kin. */
export class Reply {
  status: number;
  body: ReplyBody;
  /** Where a redirect may lead elsewhere because the target is ours and not the visitor's. */
  isExternal = false;
  /** The same whoever asks, so that caches may keep it although somebody is logged in. */
  isForAll = false;
  readonly headers = new Map<string, string>();
  readonly cookies: string[] = [];

  constructor(body: ReplyBody, { status = 200, headers = {} }: ReplyOptions = {}) {
    this.body = body;
    this.status = status;
    for (const [name, value] of Object.entries(headers)) this.header(name, value);
  }

  /**
   * Sets a header.
   * @throws GALLEY_INTERNAL for values that are no header text (line breaks, characters beyond Latin-1)
   */
  header(name: string, value: string): this {
    if (!HEADER_VALUE.test(value))
      throw new GalleyError(
        'GALLEY_INTERNAL',
        `The value of the header "${name}" holds characters that no header may.`,
      );
    this.headers.set(name.toLowerCase(), value);
    return this;
  }
}

function typed(body: ReplyBody, type: string, options: ReplyOptions = {}): Reply {
  return new Reply(body, { ...options, headers: { 'content-type': type, ...options.headers } });
}

/** Whether a body is still to be rendered by the theme. */
export function isPage(body: ReplyBody): body is PageBody {
  return typeof body === 'object' && body !== null && 'templates' in body;
}

/** An HTML page. The text must be escaped already; `view` renders a template. */
export function html(body: string | Uint8Array, options?: ReplyOptions): Reply {
  return typed(body, 'text/html; charset=utf-8', options);
}

/** Plain text. */
export function text(body: string, options?: ReplyOptions): Reply {
  return typed(body, 'text/plain; charset=utf-8', options);
}

/** XML; `type` for feeds and their kin, such as `application/rss+xml`. */
export function xml(body: string, options: ReplyOptions & { type?: string } = {}): Reply {
  return typed(body, `${options.type ?? 'application/xml'}; charset=utf-8`, options);
}

/** A value as JSON. */
export function json(value: unknown, options?: ReplyOptions): Reply {
  return typed(JSON.stringify(value) ?? 'null', 'application/json; charset=utf-8', options);
}

/** No content, 204. */
export function empty(options?: ReplyOptions): Reply {
  return new Reply(null, { status: 204, ...options });
}

/** Bytes as they come; the visitor's pace slows the source down. */
export function stream(
  source: Readable | AsyncIterable<string | Uint8Array>,
  type: string,
  options?: ReplyOptions,
): Reply {
  return typed(source instanceof Readable ? source : Readable.from(source), type, options);
}

/** A page of the theme: the first of `templates` that exists. */
export function view(templates: readonly string[], data: PartialView, options?: ReplyOptions): Reply {
  return typed({ templates, view: data }, 'text/html; charset=utf-8', options);
}

/** The error page 404, or its JSON. */
export function notFound(message = 'There is nothing at this address.'): Reply {
  return new Reply(new GalleyError('GALLEY_ROUTE_UNKNOWN', message), { status: 404 });
}

/**
 * Sends the visitor to another address of the site.
 * @param status 303 after a form (default), 301 or 308 for good, 302 or 307 for now
 * @param options.external allows another site; only for targets that are ours, never for what a visitor typed
 * @throws GALLEY_INPUT_INVALID when the target leads elsewhere without `external`
 */
export function redirect(
  target: string,
  status: 301 | 302 | 303 | 307 | 308 = 303,
  options: { external?: boolean } = {},
): Reply {
  const local = localPath(target);
  if (local === undefined && !options.external) {
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      'A redirect leads away from the site. Use safeRedirect for what visitors typed.',
    );
  }
  const reply = new Reply(null, { status });
  reply.isExternal = local === undefined;
  return reply.header('location', local ?? new URL(target).href);
}

/** The path of a target that stays on the site, or undefined. Browsers take `\` for `/` and drop tabs and line breaks. */
function localPath(target: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what browsers drop.
  if (!target.startsWith('/') || /^\/[/\\]|[\u0000-\u001f\\]/.test(target)) return undefined;
  const base = 'http://site.invalid';
  const url = URL.canParse(target, base) ? new URL(target, base) : undefined;
  return url?.origin === base ? url.pathname + url.search + url.hash : undefined;
}

/**
 * Where to go after a form, from what the visitor's request says: a path of this site, or the fallback.
 * @param origin of the site, so that its own absolute addresses are taken too
 */
export function safeRedirect(target: string | undefined, fallback = '/', origin?: string): string {
  const relative = target && origin && target.startsWith(`${origin}/`) ? target.slice(origin.length) : target;
  return (relative && localPath(relative)) || fallback;
}
