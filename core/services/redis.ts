// Layer: services. The one place that connects to Redis.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { GalleyError, messageOf } from '../lib/errors.ts';

/** A connection to one Redis, to a group watched by sentinels, or to a cluster. */
export type RedisClient = Redis | Cluster;

interface RedisAddress {
  isTls: boolean;
  isSentinel: boolean;
  nodes: { host: string; port: number }[];
  username?: string;
  password?: string;
  /** What stands after the hosts: database, or group and database. */
  path: string[];
  /** A file with the certificates of the authority to trust, instead of those that the system trusts. */
  ca?: string;
}

/** Loaded by the first connection: sites without Redis start without it. */
const driver = (): typeof import('ioredis') => createRequire(import.meta.url)('ioredis') as typeof import('ioredis');

const FORM = /^(rediss?)(\+sentinel)?:\/\/(?:([^@/]*)@)?([^/?#]+)(?:\/([^?#]*))?(?:\?ca=([^&#]+))?$/;

function readNode(text: string, defaultPort: number): { host: string; port: number } {
  const [, host = '', port] = /^(\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host === '')
    throw new GalleyError(
      'GALLEY_CONFIG_INVALID',
      'redis.url: a host is missing or malformed. Write redis://host:6379.',
    );
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? defaultPort) };
}

/**
 * Reads `redis://`, `rediss://` (several hosts with commas: a cluster) and `redis+sentinel://host,host/group/database`;
 * with TLS also `?ca=/path/to/authority.pem`.
 * @throws GALLEY_CONFIG_INVALID, never with the password in it
 */
export function readRedisUrl(url: string): RedisAddress {
  const [, scheme, sentinel, userInfo, hosts = '', path = '', ca] = FORM.exec(url) ?? [];
  if (scheme === undefined)
    throw new GalleyError('GALLEY_CONFIG_INVALID', 'redis.url is no address such as redis://host:6379/0.');
  const colon = userInfo?.indexOf(':') ?? -1;
  const username = userInfo && colon > 0 ? decodeURIComponent(userInfo.slice(0, colon)) : undefined;
  const password = userInfo ? decodeURIComponent(userInfo.slice(colon + 1)) : undefined;
  const defaultPort = sentinel ? 26379 : 6379;
  return {
    isTls: scheme === 'rediss',
    isSentinel: sentinel !== undefined,
    nodes: hosts.split(',').map((node) => readNode(node, defaultPort)),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    path: path.split('/').filter((part) => part !== ''),
    ...(ca === undefined ? {} : { ca: decodeURIComponent(ca) }),
  };
}

/** @throws GALLEY_CONFIG_INVALID where the file of the authority cannot be read */
function tlsOptions({ ca }: RedisAddress): { ca?: Buffer } {
  if (ca === undefined) return {};
  try {
    return { ca: readFileSync(ca) };
  } catch (error) {
    throw new GalleyError(
      'GALLEY_CONFIG_INVALID',
      `redis.url: the authority's file cannot be read: ${messageOf(error)}`,
    );
  }
}

/** For a cache: a command fails at once when there is no connection, and soon when there is no answer. */
function cacheOptions(address: RedisAddress, timeoutMs: number): RedisOptions {
  return {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    commandTimeout: timeoutMs,
    connectTimeout: 2000,
    socketTimeout: 5000,
    retryStrategy: (attempt) => Math.min(attempt * 50, 1000),
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    ...(address.isTls ? { tls: tlsOptions(address) } : {}),
  };
}

/**
 * Connects in the background, for use as a cache: commands never wait for a connection. The caller adds an `error`
 * listener.
 * @param timeoutMs how long one command may take
 * @throws GALLEY_CONFIG_INVALID for an address that is none
 */
export function connectRedis(url: string, timeoutMs: number): RedisClient {
  const address = readRedisUrl(url);
  const options = cacheOptions(address, timeoutMs);
  const { Redis } = driver();
  if (address.isSentinel) {
    const [name = 'mymaster', db = '0'] = address.path;
    const tls = address.isTls ? { enableTLSForSentinelMode: true, sentinelTLS: tlsOptions(address) } : {};
    return new Redis({
      ...options,
      ...tls,
      sentinels: address.nodes,
      name,
      db: Number(db),
      sentinelRetryStrategy: (n) => Math.min(n * 50, 1000),
    });
  }
  if (address.nodes.length > 1) return connectCluster(address, options);
  return new Redis({ ...options, ...address.nodes[0], db: Number(address.path[0] ?? 0) });
}

function connectCluster(address: RedisAddress, redisOptions: RedisOptions): Cluster {
  const { Cluster } = driver();
  return new Cluster(address.nodes, {
    redisOptions,
    enableOfflineQueue: false,
    clusterRetryStrategy: (attempt) => Math.min(attempt * 50, 1000),
  });
}
