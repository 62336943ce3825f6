// Layer: services. Knows lib and kernel.
import { isIP } from 'node:net';
import { isAbsolute, resolve } from 'node:path';
import { GalleyError } from '../lib/errors.ts';

/** An address of a MariaDB or MySQL server. */
export interface DatabaseHost {
  host: string;
  port: number;
}

/** What a `sqlite:` address says. */
export interface SqliteTarget {
  kind: 'sqlite';
  /** Absolute path of the file; undefined for `sqlite::memory:`, which lives in a temporary file. */
  filename: string | undefined;
}

/** What a `mysql://` address says. */
export interface MysqlTarget {
  kind: 'mysql';
  /** All hosts, in order; the first that answers is used. */
  hosts: readonly DatabaseHost[];
  /** Path of a Unix socket, used instead of the hosts. */
  socket: string | undefined;
  user: string;
  password: string;
  database: string;
  /** `verify`: TLS with a verified certificate; `off`: none. */
  ssl: 'verify' | 'off';
  /** Path of a PEM file with the certificate authorities to trust, instead of the system's. */
  ca: string | undefined;
}

/** Where the store is, read from `DATABASE_URL`. */
export type DatabaseTarget = SqliteTarget | MysqlTarget;

const MYSQL =
  /^(?:mysql|mariadb):\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^/?]*)(?:\/(?<database>[^?]*))?(?:\?(?<query>.*))?$/;
const HOST = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<name>[A-Za-z0-9._-]+))(?::(?<port>\d{1,5}))?$/;
const PARAMETERS = ['ssl', 'ca', 'socket'];
const HELP =
  'Use sqlite:path/to/file.sqlite or mysql://user:password@host1,host2/database (optional: ?ssl=verify&ca=/path).';

function refuse(problem: string): never {
  throw new GalleyError('GALLEY_CONFIG_INVALID', `DATABASE_URL ${problem}. ${HELP}`);
}

function decode(part: string, what: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return refuse(`has a ${what} with a wrong percent sign; write a percent sign as %25`);
  }
}

function parseHost(text: string): DatabaseHost {
  const groups = HOST.exec(text)?.groups;
  const host = groups?.['v6'] ?? groups?.['name'];
  const port = Number(groups?.['port'] ?? 3306);
  if (host === undefined) return refuse(`has the host "${text}", which is not a host name, address or [IPv6 address]`);
  if (port < 1 || port > 65_535) return refuse(`has the port ${port} for ${host}; ports are 1 to 65535`);
  return { host, port };
}

function parseSsl(value: string | null): MysqlTarget['ssl'] {
  if (value === null || value === 'off') return 'off';
  if (value === 'verify') return 'verify';
  return refuse('has an ssl parameter that is neither "verify" nor "off" (TLS without verification protects nothing)');
}

function parseMysql(url: string): MysqlTarget {
  const groups = MYSQL.exec(url)?.groups;
  if (!groups) return refuse('is not a complete mysql:// address; write @ / : in the password as %40 %2F %3A');
  const query = new URLSearchParams(groups['query'] ?? '');
  for (const name of query.keys()) {
    if (!PARAMETERS.includes(name)) refuse(`has the unknown parameter "${name}"; known are ${PARAMETERS.join(', ')}`);
  }
  const database = decode(groups['database'] ?? '', 'database name');
  if (!/^[A-Za-z0-9_$-]{1,64}$/.test(database))
    refuse('names no database, or one with characters other than A-Z a-z 0-9 _ $ -');
  const user = decode(groups['user'] ?? '', 'user name');
  if (user === '') refuse('names no user');
  const socket = query.get('socket') ?? undefined;
  const hosts = (groups['hosts'] ?? '')
    .split(',')
    .filter((host) => host !== '')
    .map(parseHost);
  if (hosts.length === 0 && socket === undefined) refuse('names no host');
  const ssl = parseSsl(query.get('ssl'));
  const address = hosts.find(({ host }) => isIP(host) !== 0)?.host;
  // mysql2 compares the certificate of an address with the name "localhost", so nothing would be verified.
  if (ssl === 'verify' && address !== undefined)
    refuse(`asks for ssl=verify with the address ${address}; certificates are for host names, so write the name`);
  const password = decode(groups['password'] ?? '', 'password');
  return {
    kind: 'mysql',
    hosts,
    socket,
    user,
    password,
    database,
    ssl,
    ca: query.get('ca') ?? undefined,
  };
}

/**
 * Reads `DATABASE_URL`. The password never appears in a message.
 *
 * @param url `sqlite:path`, `sqlite::memory:` or `mysql://user:password@host1,host2:3307/database?ssl=verify`
 * @param root folder that a relative SQLite path is relative to
 * @throws GALLEY_CONFIG_INVALID saying what is wrong and how it is written
 */
export function parseDatabaseUrl(url: string, root = process.cwd()): DatabaseTarget {
  if (url.startsWith('sqlite:')) {
    const path = url.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '');
    if (path === ':memory:') return { kind: 'sqlite', filename: undefined };
    if (path === '' || path.endsWith('/') || path.includes('\0') || path.includes('?')) refuse('names no SQLite file');
    return { kind: 'sqlite', filename: isAbsolute(path) ? path : resolve(root, path) };
  }
  if (/^(mysql|mariadb):\/\//.test(url)) return parseMysql(url);
  return refuse(`starts with "${url.slice(0, Math.max(0, url.indexOf(':') + 1)) || 'no scheme'}"`);
}
