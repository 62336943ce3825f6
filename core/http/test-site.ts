// For the tests of this folder: a site with nothing but settings, hooks, a log in memory and the server.
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import type { Viewer } from '../identity/viewer.ts';
import { HookEngine } from '../kernel/hooks.ts';
import { attach } from '../kernel/module.ts';
import type { Site } from '../kernel/site.ts';
import { type ConfigOverrides, loadConfig } from '../services/config.ts';
import { createLog } from '../services/log.ts';
import { httpHooks } from './hooks.ts';
import { httpModule, routesModule } from './module.ts';

/** A session as the tests make it. */
export interface TestSession {
  userId: number;
  csrfSecret: string;
  viewer: Viewer;
}

/** A running site of the tests. */
export interface TestHttpSite {
  site: Site;
  /** Lines of the log, parsed. */
  logged: Record<string, unknown>[];
  sessions: Map<string, TestSession>;
  stop(): Promise<void>;
}

/** Someone who holds the given capabilities. */
export function testViewer(id: number, ...capabilities: string[]): Viewer {
  return {
    id,
    login: `user${id}`,
    name: `User ${id}`,
    roles: [],
    can: (capability) => capabilities.includes(capability),
  };
}

/** Starts the parts that a request needs, without store, plugins and theme. */
export async function startHttpSite(
  overrides: ConfigOverrides = {},
  before?: (site: Site) => void | Promise<void>,
): Promise<TestHttpSite> {
  const root = resolve(import.meta.dirname, '../..');
  const http = { shutdownSeconds: 2, accessLog: true, ...overrides.http };
  const config = await loadConfig({ root, env: { GALLEY_ENV: 'test' }, overrides: { ...overrides, http } });
  const logged: Record<string, unknown>[] = [];
  const { log, close } = await createLog(config, {
    console: { write: (line: string) => void logged.push(JSON.parse(line)) } as never,
  });
  log.level = 'info';
  const site = { id: 'test', owner: 'core', root } as Site;
  const hooks = new HookEngine();
  for (const [name, definition] of Object.entries(httpHooks)) hooks.define(name, definition);
  attach(site, 'config', config);
  attach(site, 'log', log);
  attach(site, 'hooks', hooks);
  const sessions = new Map<string, TestSession>();
  Object.assign(site, {
    sessions: {
      read: async (token: string) => {
        const session = sessions.get(token);
        return session && { factors: ['password'], ...session };
      },
    },
  });
  await routesModule.start(site);
  await before?.(site);
  await httpModule.start(site);
  const stop = async (): Promise<void> => {
    await httpModule.stop?.(site);
    close();
  };
  return { site, logged, sessions, stop };
}

/** Sends bytes as they are and returns all that comes back until the server closes or `ms` pass. */
export async function sendRaw(
  address: string,
  bytes: string | Buffer,
  ms = 20_000,
  answered: () => void = () => undefined,
): Promise<string> {
  const { hostname, port } = new URL(address);
  const { promise, resolve: done } = Promise.withResolvers<string>();
  const socket = connect(Number(port), hostname);
  let received = '';
  const timer = setTimeout(() => socket.destroy(), ms);
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
    answered();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    clearTimeout(timer);
    done(received);
  });
  socket.write(bytes);
  return promise;
}

/** What a request over a real socket brought. */
export interface Received {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A request over a real socket, with exactly these headers. */
export async function sendRequest(
  address: string,
  options: { method?: string; path?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Received> {
  const { hostname, port } = new URL(address);
  const { promise, resolve: done, reject } = Promise.withResolvers<Received>();
  const request = httpRequest(
    { hostname, port, method: options.method, path: options.path ?? '/', headers: options.headers, agent: false },
    (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }),
      );
      response.on('error', reject);
    },
  );
  request.on('error', reject);
  request.end(options.body);
  return promise;
}
