import { parse } from 'node:path';
import type { Config } from './config-types.ts';
import { prettyLine } from './log-pretty.ts';
import type { RecentEntries } from './log-recent.ts';

/** How lines look on the console: JSON, or for people with or without colours. */
export type LogStyle = 'json' | 'plain' | 'colour';

/** Where lines end up. */
export interface LogSink {
  write(line: string): unknown;
  flushSync?(): void;
  end?(): void;
}

const STREAMS = ['access', 'security', 'audit'] as const;
const WARN = 40;
const ERROR = 50;

async function rollingFile(path: string, log: Config['log']): Promise<LogSink> {
  const { dir, name, ext } = parse(path);
  // Loaded where there is a file to write: it brings a library of dates along.
  const { default: buildRollingFile } = await import('pino-roll');
  const stream = await buildRollingFile({
    file: `${dir}/${name}`,
    extension: ext || '.log',
    size: `${log.maxMegabytes}m`,
    ...(log.rotate === 'never' ? {} : { frequency: log.rotate }),
    limit: { count: log.keep, removeOtherLogFiles: true },
    mkdir: true,
    mode: 0o600,
    sync: false,
  });
  // A full disk must not end the process; what is on the console is still there.
  stream.on('error', (error) => process.stderr.write(`The log file cannot be written: ${error.message}\n`));
  return stream;
}

/** `site.log` and `security` → `site-security.log` */
function pathFor(file: string, stream: string): string {
  const { dir, name, ext } = parse(file);
  return `${dir}/${name}-${stream}${ext || '.log'}`;
}

/**
 * Sends each line to the console, to the file of its stream (access, security, audit or the general one), errors to
 * the error file as well, and keeps the latest warnings and errors.
 */
export class LogOutput {
  /** Level of the line that is being written; pino sets it. */
  lastLevel = 0;
  readonly #console: LogSink;
  readonly #files: ReadonlyMap<string, LogSink>;
  readonly #recent: RecentEntries;
  readonly #style: LogStyle;

  constructor(
    sinks: { console: LogSink; files: ReadonlyMap<string, LogSink> },
    recent: RecentEntries,
    style: LogStyle,
  ) {
    Object.defineProperty(this, Symbol.for('pino.metadata'), { value: true });
    this.#console = sinks.console;
    this.#files = sinks.files;
    this.#recent = recent;
    this.#style = style;
  }

  write(line: string): void {
    this.#console.write(this.#style === 'json' ? line : prettyLine(line, this.#style === 'colour'));
    if (this.lastLevel >= WARN) this.#recent.add(line);
    if (this.#files.size === 0) return;
    // Quotes inside values are escaped, so only a real member looks like this.
    const stream = STREAMS.find((name) => line.includes(`"stream":"${name}"`)) ?? '';
    this.#files.get(stream)?.write(line);
    if (this.lastLevel >= ERROR) this.#files.get('error')?.write(line);
  }

  /** Writes what is still in memory and closes the files. */
  close(): void {
    for (const sink of [this.#console, ...this.#files.values()]) sink.flushSync?.();
    for (const file of this.#files.values()) file.end?.();
  }
}

/** Opens the files of the log, by stream; none where no file is set. */
export async function openLogFiles(log: Config['log']): Promise<Map<string, LogSink>> {
  const files = new Map<string, LogSink>();
  if (!log.file) return files;
  files.set('', await rollingFile(log.file, log));
  for (const stream of [...STREAMS, 'error']) files.set(stream, await rollingFile(pathFor(log.file, stream), log));
  return files;
}
