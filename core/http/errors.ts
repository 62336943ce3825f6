import type { Site } from '../kernel/site.ts';
import { type ErrorCode, GalleyError } from '../lib/errors.ts';
import { escapeHtml, escapeXml } from '../lib/escape.ts';
import type { Messages } from '../lib/i18n.ts';
import type { PartialView } from '../theme/view.ts';
import type { Format } from './negotiation.ts';
import { html, json, type Reply, view, xml } from './reply.ts';
import type { Area } from './routes.ts';
import type { Visit } from './visit.ts';

/** What is told about an error: never a stack, a query or a path. */
export interface Failure {
  status: number;
  code: ErrorCode;
  message: string;
  /** Id of the request, to find it in the log. */
  id: string;
  /** Whether nobody knows if what was sent counts. */
  isUnknown?: true;
  /** What is wrong, by field. */
  fields?: Record<string, string>;
  headers: Record<string, string>;
  /** The language of the message; English unless said. */
  language?: string;
}

interface Details {
  fields?: Record<string, string>;
  retryAfter?: number;
  allow?: readonly string[];
}

const TITLES: Record<number, string> = {
  400: 'That did not make sense',
  401: 'Please log in',
  403: 'This is not for you',
  404: 'There is nothing here',
  405: 'That cannot be done here',
  409: 'Something else came first',
  413: 'That is too much',
  415: 'That is not a form we can read',
  421: 'This is another site',
  429: 'Too many requests',
  500: 'Something went wrong',
  503: 'The site is busy',
};

/** What a page about an error of that status is called. */
const titleOf = (status: number): string => TITLES[status] ?? TITLES[status < 500 ? 400 : 500] ?? '';

/** Makes the error page of an area at once, from what it has at hand; undefined where it cannot. */
export type ErrorPage = (failure: Failure & { title: string; cookie?: string }) => string | undefined;

/** The texts in the language of whoever reads an error; undefined where the request names none that there are texts in. */
export type ErrorWords = (visit: Visit, status: number) => Promise<Messages | undefined>;

/** The other errors are told before there is time for a theme: too many requests, wrong host, broken request. */
const THEMED = new Set([401, 403, 404, 410, 500]);

const FOREIGN_TEXTS = {
  GALLEY_INPUT_TOO_LARGE: 'The request is too large.',
  GALLEY_MEDIA_TYPE_UNSUPPORTED: 'This type of content is not taken here.',
  GALLEY_INPUT_INVALID: 'The request cannot be read.',
};

const HIDDEN_TEXTS = {
  lost: 'The connection to the store was lost while this was being saved. Look whether it is there before you send it again.',
  away: 'The store of this site cannot be reached, so nothing can be saved right now. Please try again in a moment.',
  clash: 'This is there already, or somebody changed it at the same time. Please look and try again.',
  busy: 'The site is busy. Please try again in a moment.',
  broken: 'Something went wrong on our side.',
};

/** Errors of Fastify and its plugins have a status of their own. */
function foreignError(error: unknown): GalleyError | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const status = Number(error.statusCode);
  if (!(status >= 400 && status < 500)) return undefined;
  const code =
    status === 413
      ? 'GALLEY_INPUT_TOO_LARGE'
      : status === 415
        ? 'GALLEY_MEDIA_TYPE_UNSUPPORTED'
        : 'GALLEY_INPUT_INVALID';
  return new GalleyError(code, FOREIGN_TEXTS[code], { status, cause: error });
}

/** Any thrown thing as one of our errors. */
export function asGalleyError(error: unknown): GalleyError {
  if (error instanceof GalleyError) return error;
  return foreignError(error) ?? new GalleyError('GALLEY_INTERNAL', HIDDEN_TEXTS.broken, { cause: error });
}

const isUnknown = ({ details }: GalleyError): boolean =>
  (details as { unknown?: boolean } | undefined)?.unknown === true;

/** What is told instead of the message of an error that is ours to know. */
function hiddenMessage(error: GalleyError): string {
  const { status, code } = error;
  if (code === 'GALLEY_DATABASE_UNAVAILABLE') return isUnknown(error) ? HIDDEN_TEXTS.lost : HIDDEN_TEXTS.away;
  if (status === 409) return HIDDEN_TEXTS.clash;
  return status === 503 ? HIDDEN_TEXTS.busy : HIDDEN_TEXTS.broken;
}

/** What may be told about an error. */
export function toFailure(thrown: unknown, id: string): Failure {
  const error = asGalleyError(thrown);
  const isOurs = error.status < 500 && !error.code.startsWith('GALLEY_DATABASE_');
  const { fields, retryAfter, allow } = (isOurs || error.status === 503 ? (error.details ?? {}) : {}) as Details;
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  if (retryAfter !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfter)));
  else if (error.status === 503) headers['retry-after'] = '5';
  if (allow) headers['allow'] = allow.join(', ');
  const message = isOurs ? error.message : hiddenMessage(error);
  const unknown = isUnknown(error) ? { isUnknown: true as const } : {};
  return { status: error.status, code: error.code, message, id, fields, headers, ...unknown };
}

/** The same failure in the words of a language; those that have no translation stay. */
export function translateFailure(failure: Failure, messages: Messages): Failure {
  const { fields, message } = failure;
  const said = Object.entries(fields ?? {}).map(([name, text]) => [name, messages.translate(text)]);
  const translated = { ...failure, message: messages.translate(message), language: messages.language };
  return fields ? { ...translated, fields: Object.fromEntries(said) } : translated;
}

function plainPage({ status, message, id }: Failure): string {
  const title = escapeHtml(titleOf(status));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>${title}</title></head>
<body style="font:1.1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem">
<main><h1>${title}</h1><p>${escapeHtml(message)}</p><p><a href="/">To the start page</a></p><p><small>${[String(status), escapeHtml(id)].filter(Boolean).join(' · ')}</small></p></main>
</body></html>`;
}

/** What everybody may be told anyway the theme says in its own words and language. */
export function errorView({ status, id, code, message }: Failure): PartialView {
  const title = titleOf(status);
  const isPlain = code === 'GALLEY_ROUTE_UNKNOWN' || status >= 500;
  return {
    page: { title, heading: title, kind: 'error', robots: 'noindex', bodyClasses: [`error${status}`] },
    error: { status, code, id, message: isPlain ? '' : message },
  };
}

/** In which form an error is shown, and to whom. */
export interface Shown {
  format: Format;
  area: Area;
  /** What the browser sent, where the page is for it alone. */
  cookie?: string | undefined;
}

/** The reply for a failure in the form that was asked for. Pages come from the theme's `404`, `403`, `500` or `error`. */
export function failureReply(site: Site, failure: Failure, { format, area, cookie }: Shown): Reply {
  const { status, code, message, id, fields, headers } = failure;
  if (area === 'api' || format === 'json')
    return json({ error: { code, message, id, ...(fields ? { fields } : {}) } }, { status, headers });
  if (format === 'xml') {
    return xml(`<error><code>${code}</code><message>${escapeXml(message)}</message><id>${escapeXml(id)}</id></error>`, {
      status,
      headers,
    });
  }
  if (area === 'public' && THEMED.has(status) && 'render' in site)
    return view([String(status), 'error'], errorView(failure), { status, headers });
  const told = { ...failure, title: titleOf(status), ...(cookie === undefined ? {} : { cookie }) };
  const page = (site as Partial<Site>).errorPages?.get(area)?.(told);
  return page === undefined ? plainFailure(failure) : html(page, { status, headers });
}

/** The error page that needs no theme. */
export function plainFailure(failure: Failure): Reply {
  return html(plainPage(failure), { status: failure.status, headers: failure.headers });
}

declare module '../kernel/site.ts' {
  interface Site {
    /** How areas that are not the theme's show errors. */
    readonly errorPages: Map<Area, ErrorPage>;
    /** In whose words errors are told to people and their scripts; the theme has words of its own. */
    readonly errorWords: ErrorWords;
  }
}
