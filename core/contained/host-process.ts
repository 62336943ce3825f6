import { AsyncResource } from 'node:async_hooks';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, setPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { messageOf } from '../lib/errors.ts';
import type { EngineChoice, HostEvent, HostOrder, HostReport } from './host-messages.ts';
import type { ContainedLimits } from './limits.ts';

const ROOT = dirname(dirname(import.meta.dirname));
const PACKAGES = [
  'isolated-vm',
  'node-gyp-build',
  'quickjs-emscripten-core',
  '@jitl/quickjs-wasmfile-release-sync',
  '@jitl/quickjs-ffi-types',
  'handlebars',
  'neo-async',
  'minimist',
  'source-map',
  'wordwrap',
];
/** How long a host that does not get the processor may stay silent, in times of the deadline. */
const STARVED_FACTOR = 20;
const BEGIN_MS = 30_000;
const TICKS_A_SECOND = 100;

/** The folders that a host may read: the packages that it is made of. */
function readableFolders(): string[] {
  const { resolve } = createRequire(import.meta.url);
  return PACKAGES.flatMap((name) => {
    const places = (resolve.paths(name) ?? []).map((folder) => join(folder, name));
    return places.filter((folder) => existsSync(folder)).slice(0, 1);
  });
}

function flags(): string[] {
  const readable = readableFolders().map((folder) => `--allow-fs-read=${folder}/`);
  return [
    '--permission',
    '--allow-addons',
    ...readable,
    // Looked for by the loader of native parts, which asks what system this is.
    '--allow-fs-read=/etc/alpine-release',
    '--no-node-snapshot',
    '--disable-warning=SecurityWarning',
    '--disable-warning=ExperimentalWarning',
    '--max-old-space-size=128',
    '--max-semi-space-size=1',
    '--input-type=module',
  ];
}

/**
 * A file without a name in which the host writes who runs: four bytes, written over again and again. A pipe would wake
 * this process each time.
 */
function openTrace(): number {
  const path = join(tmpdir(), `galley-trace-${randomBytes(12).toString('hex')}`);
  const trace = openSync(path, 'wx+', 0o600);
  rmSync(path);
  return trace;
}

/** Time of the processor that a process has had, in milliseconds; undefined where the system does not tell. */
function processorMs(pid: number | undefined): number | undefined {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .slice(11, 13);
    return ((Number(user) + Number(system)) * 1000) / TICKS_A_SECOND;
  } catch {
    return undefined;
  }
}

/** Lets all others have the processor first. */
function giveWay(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, or the system does not allow it.
  }
}

/** Why a host has ended. */
export interface HostEnd {
  /** The number of the plugin that ran last; undefined where none was running. */
  culprit: number | undefined;
  reason: 'deadline' | 'crash' | 'stopped';
}

/** A plugin host as the kernel sees it: takes orders, reports what came of them, and is killed when it stands still. */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #limits: ContainedLimits;
  readonly #onEvents: (events: HostEvent[]) => void;
  /** Fulfilled when it has ended. */
  readonly ended: Promise<HostEnd>;
  /** Fulfilled when it works; rejected when it ends before. */
  readonly ready: Promise<void>;
  rssBytes = 0;
  /** The engine that it uses, once it works. */
  engine = '';
  #outstanding = 0;
  #isBegun = false;
  #progressAt = 0;
  #processorMs: number | undefined;
  readonly #trace = openTrace();
  /** What stood in the trace the last time. */
  #mark = -1;
  #watch: NodeJS.Timeout | undefined;
  #reason: HostEnd['reason'] = 'crash';
  readonly #inOwnContext = new AsyncResource('galley-plugin-host');

  /** @param program from `bundleHost` */
  constructor(
    program: string,
    {
      engine,
      limits,
      onEvents,
      isSuspect = false,
      network = [],
    }: {
      engine: EngineChoice;
      limits: ContainedLimits;
      onEvents: (events: HostEvent[]) => void;
      /** Whether visitors and other plugins come before it where processors are scarce. */
      isSuspect?: boolean;
      /** The command that runs it where it reaches nobody, from `emptyNetwork`. */
      network?: readonly string[];
    },
  ) {
    this.#limits = limits;
    this.#onEvents = onEvents;
    const [command = process.execPath, ...args] = [...network, process.execPath, ...flags(), '--eval', program];
    this.#child = spawn(command, args, {
      env: {},
      // Where its packages are found from.
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc', this.#trace],
    });
    if (isSuspect) giveWay(this.#child.pid);
    const begun = Promise.withResolvers<void>();
    this.ready = begun.promise;
    this.ready.catch(() => undefined);
    this.#child.on('message', (report: HostReport) => {
      this.engine ||= report.engine ?? '';
      begun.resolve();
      this.#isBegun = true;
      this.#take(report);
    });
    this.ended = new Promise((resolve) => {
      this.#child.on('error', (error) => begun.reject(new Error(`it could not be started: ${messageOf(error)}`)));
      this.#child.on('close', () => {
        clearInterval(this.#watch);
        begun.reject(new Error('it ended before it worked'));
        const isIdle = this.#outstanding === 0 || this.#reason === 'stopped';
        const mark = this.#readMark();
        closeSync(this.#trace);
        resolve({ culprit: isIdle || mark === undefined ? undefined : mark & 0xffff, reason: this.#reason });
      });
    });
    // It must not keep the process alive that it belongs to.
    this.#child.unref();
    this.#child.channel?.unref();
    const { heapMb, handlerMs, maxChars } = limits;
    this.send({ kind: 'begin', engine, heapMb, handlerMs, maxChars });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Gives an order. What comes of it is told to `onEvents`. */
  send(order: HostOrder): void {
    if (!this.#child.connected) return;
    if (this.#outstanding++ === 0) this.#noteProgress();
    this.#watch ??= this.#startWatch();
    this.#child.send(order, (error) => {
      if (error) this.#child.kill('SIGKILL');
    });
  }

  /** In a context of its own: it may run for long, and the next order may be another's. */
  #startWatch(): NodeJS.Timeout {
    const look = (): void => this.#look();
    return this.#inOwnContext.runInAsyncScope(() => setInterval(look, this.#limits.deadlineMs / 5).unref());
  }

  /** Ends it; it has nothing to lose. */
  stop(): void {
    this.#reason = 'stopped';
    this.#child.kill('SIGKILL');
  }

  /** Fulfilled at once where nothing is under way: then nobody needs the timer. */
  #take({ events, rssBytes }: HostReport): void {
    this.rssBytes = rssBytes;
    this.#outstanding--;
    this.#noteProgress();
    if (this.#outstanding === 0) {
      clearInterval(this.#watch);
      this.#watch = undefined;
    }
    this.#onEvents(events);
  }

  /** Who runs, in the lower half, and a count of turns; undefined where nobody has run yet. */
  #readMark(): number | undefined {
    const bytes = Buffer.alloc(4);
    return readSync(this.#trace, bytes, 0, 4, 0) === 4 ? bytes.readUInt32LE() : undefined;
  }

  #noteProgress(): void {
    this.#progressAt = performance.now();
    this.#processorMs = undefined;
  }

  /** Looks whether it still does something, or has only not had the processor. */
  #look(): void {
    const { deadlineMs } = this.#limits;
    const mark = this.#readMark();
    if (mark !== undefined && mark !== this.#mark) this.#noteProgress();
    this.#mark = mark ?? -1;
    const silentMs = performance.now() - this.#progressAt;
    const usedMs = processorMs(this.pid);
    this.#processorMs ??= usedMs;
    if (silentMs < (this.#isBegun ? deadlineMs : BEGIN_MS)) return;
    const isStarved = usedMs !== undefined && usedMs - (this.#processorMs ?? usedMs) < deadlineMs / 2;
    if (isStarved && silentMs < deadlineMs * STARVED_FACTOR) return;
    this.#reason = 'deadline';
    this.#child.kill('SIGKILL');
  }
}
