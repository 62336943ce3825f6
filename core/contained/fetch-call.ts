import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import type { FetchedText } from './galley-api.ts';
import type { Granted } from './granted.ts';
import { fillKeys, withoutKeys } from './own-keys.ts';

const FETCH_BYTES = 64 * 1024;
const FETCH_MS = 5000;
const FETCH_HEADERS =
  /^(accept|accept-language|api-key|authorization|content-type|if-none-match|if-modified-since|x-[a-z-]+)$/i;

/** What a plugin says when it fetches. */
export interface FetchArgs {
  url: string;
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Record<string, string>;
  body?: string;
}

/** Fetches a text for a plugin, from where its manifest says. @throws GALLEY_PERMISSION_DENIED for any other host */
export async function fetchFor(
  site: Site,
  granted: Granted,
  { url, method, headers = {}, body }: FetchArgs,
): Promise<FetchedText> {
  const sent = Object.fromEntries(Object.entries(headers).filter(([name]) => FETCH_HEADERS.test(name)));
  const { headers: filled, keys } = await fillKeys(site, granted, url, sent);
  const reply = await site.fetch(url, {
    headers: filled,
    maxBytes: FETCH_BYTES,
    timeoutMs: FETCH_MS,
    // A redirect leads no further than what is declared.
    before: (address) => {
      granted.needHost(address);
      if (keys.length > 0) needSameHost(url, address);
    },
    ...(method === undefined ? {} : { method }),
    ...(body === undefined ? {} : { body }),
  });
  const kept = ['content-type', 'etag'].flatMap((name): [string, string][] => {
    const value = reply.headers[name];
    return value ? [[name, withoutKeys(value, keys)]] : [];
  });
  return {
    status: reply.status,
    headers: Object.fromEntries(kept),
    text: withoutKeys(await reply.text(), keys).slice(0, FETCH_BYTES / 2),
  };
}

/** @throws GALLEY_PERMISSION_DENIED where a redirect would take a key along to somebody else */
function needSameHost(url: string, address: string): void {
  const { host } = new URL(address);
  if (new URL(url).host !== host)
    throw new GalleyError('GALLEY_PERMISSION_DENIED', `A request with a key does not follow to ${host}.`);
}
