import { t } from './page.ts';

/** What is sent. */
export interface RequestOptions {
  /** POST where something is sent, else GET. */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as a form. */
  form?: FormData | URLSearchParams;
  signal?: AbortSignal;
  /** `text`: the answer is a page or the like, given back as it came. JSON unless said. */
  answer?: 'json' | 'text';
  /** Lets the request outlive the page, for a last save (64 KB at most). */
  keepalive?: boolean;
}

/** An answer that is no success, or none at all (`status` 0). */
export class RequestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: unknown;

  constructor(status: number, code: string, message: string, fields?: unknown) {
    super(message);
    this.name = 'RequestError';
    this.status = status;
    this.code = code;
    this.fields = fields;
  }

  /** Whether nobody answered: the network is gone, or the server. */
  get isOffline(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }

  /** Whether the person has to log in again. */
  get isLoggedOut(): boolean {
    return this.status === 401;
  }
}

/** The form token of the session, for requests that are not made with `request`. */
export const formToken = (): string =>
  document.querySelector<HTMLMetaElement>('meta[name="galley-token"]')?.content ?? '';

/**
 * Asks the server for JSON, with the form token of the session.
 *
 * @throws RequestError with the status, the code and the words of the server; `isOffline` where none came
 * @example const { id } = await request<{ id: number }>('/admin/api/notes', { json: { text } });
 */
export async function request<T = unknown>(path: string, options: RequestOptions = {}): Promise<T> {
  const { json, form, signal, keepalive, answer = 'json' } = options;
  const method = options.method ?? (json !== undefined || form ? 'POST' : 'GET');
  const headers: Record<string, string> = {
    accept: answer === 'text' ? 'text/html' : 'application/json',
    'x-csrf-token': formToken(),
  };
  if (json !== undefined) headers['content-type'] = 'application/json';
  const body = json !== undefined ? JSON.stringify(json) : form;
  let reply: Response;
  try {
    reply = await fetch(path, { method, headers, body, signal, keepalive, redirect: 'error', cache: 'no-store' });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new RequestError(0, 'GALLEY_OFFLINE', t('The server does not answer. Are you connected?'));
  }
  if (reply.status === 204) return undefined as T;
  const text = await reply.text();
  if (reply.ok && answer === 'text') return text as T;
  const value: unknown = isJson(reply) && text !== '' ? JSON.parse(text) : undefined;
  if (reply.ok) return value as T;
  const { error } = (value ?? {}) as { error?: { code?: string; message?: string; fields?: unknown } };
  throw new RequestError(reply.status, error?.code ?? '', error?.message ?? wordsFor(reply.status), error?.fields);
}

/** What is said where the answer has no words of its own, as those of a proxy. */
export const wordsFor = (status: number): string =>
  t('That did not work ({status}). Please try again in a moment.', { status: String(status) });

const isJson = (reply: Response): boolean => /\bjson\b/.test(reply.headers.get('content-type') ?? '');
