import { destination, type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';
import { attach, type Module } from '../kernel/module.ts';
import type { Config } from './config-types.ts';
import { LogOutput, type LogSink, type LogStyle, openLogFiles } from './log-output.ts';
import { RecentEntries } from './log-recent.ts';
import { passwordsIn, redact, SecretFilter } from './redact.ts';

export type { RecentEntry } from './log-recent.ts';

/**
 * Structured log: `site.log.info({ entry: 12 }, 'saved')`. Members first, then a fixed message; text of users never
 * goes into the message. Members whose names sound secret, and all secrets of the settings, are taken out.
 * `site.log.child({ stream: 'security' })` writes to a file of its own; also `access` and `audit`.
 */
export interface Log extends Logger {
  /** The same log with `owner` on each line and the level that `log.levels` has for it. */
  ownedBy(owner: string): this;
  /** The latest warnings and errors of this process. */
  readonly recent: RecentEntries;
  /** Secrets that are taken out of every line; add those that become known later. */
  readonly secrets: SecretFilter;
}

/** The error as it is logged: with its code and causes, without the members that drivers hang on it. */
function errorFields(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return redact(error);
  const { code, details, errors } = error as Error & { code?: unknown; details?: unknown; errors?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: error.stack,
    ...(details === undefined ? {} : { details: redact(details) }),
    ...(error.cause === undefined || depth > 4 ? {} : { cause: errorFields(error.cause, depth + 1) }),
    ...(Array.isArray(errors) && depth < 2
      ? { errors: errors.slice(0, 10).map((e) => errorFields(e, depth + 1)) }
      : {}),
  };
}

function secretsOf(config: Config): SecretFilter {
  const filter = new SecretFilter();
  const { security, database, redis, http, mail, services } = config;
  for (const secret of [...security.secret, security.adminPassword, http.healthToken]) filter.add(secret);
  for (const url of [database.url, redis.url, mail.url]) for (const password of passwordsIn(url)) filter.add(password);
  for (const item of services.keys) filter.add(item.slice(item.indexOf('=') + 1));
  return filter;
}

function styleOf({ log, environment }: Config): LogStyle {
  const isTerminal = process.stderr.isTTY === true;
  if (log.format === 'json') return 'json';
  if (log.format === 'auto' && !(environment.name === 'development' && isTerminal)) return 'json';
  return isTerminal && !process.env['NO_COLOR'] ? 'colour' : 'plain';
}

function levelsOf(config: Config): Map<string, string> {
  return new Map(config.log.levels.map((item) => item.split('=') as [string, string]));
}

/** Where a log goes besides its files; the console's standard error unless given. */
export interface LogTargets {
  console?: LogSink;
}

/** Makes the log that the settings describe. Results of commands go to stdout, so the log goes to stderr. */
export async function createLog(config: Config, targets: LogTargets = {}): Promise<{ log: Log; close(): void }> {
  const recent = new RecentEntries(config.log.recent);
  const secrets = secretsOf(config);
  const isDirect = config.environment.name === 'development' || config.environment.name === 'test';
  const console = targets.console ?? (destination({ fd: 2, sync: isDirect }) as LogSink);
  const files = await openLogFiles(config.log);
  const output = new LogOutput({ console, files }, recent, styleOf(config));
  const options: LoggerOptions = {
    level: config.log.level,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: {
      level: (level) => ({ level }),
      log: (fields) => redact(fields) as Record<string, unknown>,
    },
    serializers: { err: errorFields, error: errorFields },
    hooks: { streamWrite: (line) => secrets.clean(line) },
  };
  const levels = levelsOf(config);
  const log = pino(options, output) as unknown as Log;
  // Children inherit from their parent, so these are on every child too.
  Object.assign(log, {
    recent,
    secrets,
    ownedBy(this: Logger, owner: string): Logger {
      const level = levels.get(owner);
      return this.child({ owner }, level ? { level } : {});
    },
  });
  return { log, close: () => output.close() };
}

/** The module that puts the log on the site. */
export function logModule(targets?: LogTargets): Module {
  let close: (() => void) | undefined;
  return {
    name: 'log',
    async start(site) {
      const made = await createLog(site.config, targets);
      attach(site, 'log', made.log);
      close = made.close;
    },
    stop: () => close?.(),
  };
}

declare module '../kernel/site.ts' {
  interface Site {
    /** The log, with the owner of this view of the site on each line. */
    readonly log: Log;
  }
}
