import type { IncomingMessage } from 'node:http';
import { type BlockList, isIP } from 'node:net';
import { GalleyError } from '../lib/errors.ts';
import { readNetworks } from './networks.ts';

/** Where a request really comes from and which host it asks for, after believing only known proxies. */
export interface Origin {
  /** Host name in lower case, without the port. */
  hostname: string;
  /** Host name with the port where it is not the protocol's own. */
  host: string;
  isSecure: boolean;
  /** The visitor's address. */
  address: string;
}

/** What `Hosts` needs of the settings. */
export interface HostSettings {
  url: string;
  hosts: readonly string[];
  trustProxy: readonly string[];
  /** Development and test answer to the machine's own names as well. */
  allowLoopback: boolean;
}

const LOOPBACK = /^(localhost|[a-z0-9-]+\.localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::(\d{1,5}))?$/;

/** Whether a host name is one of the machine itself. */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/** Whether `hostname` is `pattern`, or below it for `*.example.org`. No pattern takes all. */
export function hostMatches(pattern: string | undefined, hostname: string): boolean {
  if (pattern === undefined) return true;
  return pattern.startsWith('*.') ? hostname.endsWith(pattern.slice(1)) : pattern === hostname;
}

/** The network that an address belongs to, for limits: /24 of IPv4, /64 of IPv6. */
export function networkOf(address: string): string {
  const plain = address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
  if (isIP(plain) === 4) return `${plain.slice(0, plain.lastIndexOf('.'))}.0/24`;
  const [head = '', tail = ''] = plain.split('%')[0]?.split('::') ?? [];
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const zeros = plain.includes('::') ? Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0') : [];
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

function lastOf(header: string | string[] | undefined): string | undefined {
  return header === undefined ? undefined : String(header).split(',').at(-1)?.trim();
}

/** Knows the names of the site and its proxies. */
export class Hosts {
  readonly #settings: HostSettings;
  readonly #proxies: BlockList;
  readonly #known: Set<string>;
  readonly #wild: readonly string[];
  /** `https://example.org` where the settings name it. */
  readonly publicOrigin: string | undefined;

  constructor(settings: HostSettings) {
    this.#settings = settings;
    this.#proxies = readNetworks('http.trustProxy', settings.trustProxy);
    const names = settings.hosts.map((name) => name.toLowerCase());
    this.#wild = names.filter((name) => name.startsWith('*.'));
    this.#known = new Set(names);
    this.publicOrigin = settings.url ? new URL(settings.url).origin : undefined;
    if (settings.url) this.#known.add(new URL(settings.url).hostname);
  }

  /** Whether the site answers to this name. */
  isKnown(hostname: string): boolean {
    if (this.#known.has(hostname) || this.#wild.some((pattern) => hostMatches(pattern, hostname))) return true;
    return this.#settings.allowLoopback && isLoopbackHost(hostname);
  }

  /**
   * Reads where a request comes from. Forwarded headers count only from known proxies.
   * @throws GALLEY_INPUT_INVALID for a Host header that is given twice or is no host
   */
  read(request: IncomingMessage): Origin {
    const peer = request.socket.remoteAddress ?? '';
    const isProxy = this.#isProxy(peer);
    if (countHosts(request.rawHeaders) > 1)
      throw new GalleyError('GALLEY_INPUT_INVALID', 'There is more than one Host header.');
    const forwarded = isProxy ? lastOf(request.headers['x-forwarded-host']) : undefined;
    const host = (forwarded ?? request.headers.host ?? '').toLowerCase();
    const parts = HOST.exec(host);
    if (host !== '' && !parts) throw new GalleyError('GALLEY_INPUT_INVALID', 'The Host header names no host.');
    const isSecure = isProxy ? lastOf(request.headers['x-forwarded-proto']) === 'https' : 'encrypted' in request.socket;
    return { hostname: parts?.[1] ?? '', host, isSecure, address: isProxy ? this.#client(request, peer) : peer };
  }

  #isProxy(address: string): boolean {
    if (this.#settings.trustProxy.length === 0) return false;
    const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
    const family = isIP(plain);
    return family !== 0 && this.#proxies.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  }

  /** The right-most address that is no proxy of ours: whatever stands left of it the client may have made up. */
  #client(request: IncomingMessage, peer: string): string {
    const chain = String(request.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((entry) => entry.trim());
    for (const address of chain.reverse()) {
      if (isIP(address) === 0) return peer;
      if (!this.#isProxy(address)) return address;
    }
    return peer;
  }
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count;
}
