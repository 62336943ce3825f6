import { isIP } from 'node:net';
import { GalleyError } from '../lib/errors.ts';
import { isForbiddenAddress } from './fetch-address.ts';

/** What may be fetched. */
export interface TargetPolicy {
  /** Ports that may be connected to. */
  ports: ReadonlySet<string>;
  /** Hosts of the operator's own network, in lower case. */
  privateHosts: ReadonlySet<string>;
}

/** A checked address of an outward request. */
export interface Target {
  url: URL;
  /** The host is one of the operator's own that this call may reach. */
  isPrivate: boolean;
}

/** Refuses a target; the message never tells what an internal name resolves to. */
export function refuse(url: string, why: string): GalleyError {
  return new GalleyError('GALLEY_FETCH_REFUSED', `Fetching ${url.slice(0, 200)} is refused: ${why}.`);
}

/** The host of a URL without brackets and without the dot that DNS allows at its end. */
export function hostOf(url: URL): string {
  return url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

/**
 * Checks where a request would go, as far as that can be told before the name is resolved: scheme, port, user info,
 * and addresses written as such (for those nobody asks the resolver).
 * @throws GALLEY_FETCH_REFUSED
 */
export function checkTarget(
  address: string,
  policy: TargetPolicy,
  { allowHttp = false, allowPrivate = false }: { allowHttp?: boolean; allowPrivate?: boolean },
): Target {
  if (!URL.canParse(address)) throw refuse(address, 'it is no address');
  const url = new URL(address);
  const shown = `${url.protocol}//${url.host}`;
  const host = hostOf(url);
  const isPrivate = allowPrivate && policy.privateHosts.has(host);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse(shown, 'only https and http are fetched');
  if (url.protocol === 'http:' && !allowHttp && !isPrivate) throw refuse(shown, 'plain http is not allowed here');
  if (url.username !== '' || url.password !== '') throw refuse(shown, 'an address with a user name is never fetched');
  if (isPrivate) return { url, isPrivate };
  const hint = allowPrivate ? `. If ${host} is your own, name it in the setting fetch.privateHosts` : '';
  if (!policy.ports.has(url.port || (url.protocol === 'https:' ? '443' : '80')))
    throw refuse(shown, `its port is not allowed${hint}`);
  if (isIP(host) !== 0 && isForbiddenAddress(host)) throw refuse(shown, `it is not a public address${hint}`);
  if (isIP(host) === 0 && !host.includes('.')) throw refuse(shown, `it is a name of a private network${hint}`);
  return { url, isPrivate };
}
