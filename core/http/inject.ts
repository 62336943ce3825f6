import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Response as InjectedResponse, InjectOptions } from 'light-my-request';

/** What takes a request in. */
export type Onward = (request: IncomingMessage, response: ServerResponse) => void;

/** A request for tests. */
export interface InjectRequest {
  /** GET unless given. */
  method?: string;
  /** Path and query, taken as they are. */
  url: string;
  headers?: Record<string, string>;
  cookies?: Record<string, string>;
  /** A form or text as string, an object as JSON. */
  payload?: string | Buffer | object;
  /** The address it seems to come from. */
  remoteAddress?: string;
}

/** Answers a request without a socket. */
export async function injectRequest(onward: Onward, request: InjectRequest, url: string): Promise<InjectedResponse> {
  const options: InjectOptions = {
    method: (request.method ?? 'GET') as 'GET',
    url: '/',
    headers: { host: url ? new URL(url).host : 'localhost', ...request.headers },
    cookies: request.cookies,
    payload: request.payload,
    remoteAddress: request.remoteAddress ?? '127.0.0.1',
  };
  const dispatch: Onward = (raw, response) => {
    raw.url = request.url; // As it is: the library would tidy up the very things that tests are about.
    onward(raw, response);
  };
  const { default: send } = await import('light-my-request'); // Loaded by who needs it.
  return send(dispatch as never, options);
}

/**
 * Asks for an address as a visitor who brings nothing but the headers given.
 * @returns the status of the answer
 */
export async function askAddress(
  onward: Onward,
  { host, protocol, pathname, search }: URL,
  headers: Record<string, string> = {},
): Promise<number> {
  const dispatch: Onward = (raw, response) => {
    raw.url = pathname + search;
    if (protocol === 'https:') Object.defineProperty(raw.socket, 'encrypted', { value: true });
    onward(raw, response);
  };
  const { default: send } = await import('light-my-request');
  return (await send(dispatch as never, { method: 'GET', url: '/', headers: { ...headers, host } })).statusCode;
}
