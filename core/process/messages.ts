// What supervisor and workers tell each other. Caches have messages of their own on the same channel.
import type { Role } from './role.ts';

/** Why a process fell: what was thrown, and the plugin that it came from, where one can be named. */
export interface Fault {
  message: string;
  plugin?: string;
  /** Whether that plugin may be switched off for it; those that come with Galley may not. */
  isRemovable?: boolean;
}

/** From a worker to its supervisor. */
export type WorkerMessage =
  /** It serves now; with what is to be shown to whoever started it, and the plugins that could not be set up in it. */
  | { galley: 'ready'; address?: string; lines: string[]; failed: string[] }
  /** A sign of life. */
  | { galley: 'beat'; rssBytes: number }
  /** It is about to end, because of this. */
  | { galley: 'fault'; fault: Fault }
  /** It could not start, and said why: nothing crashed. */
  | { galley: 'refused'; message: string }
  /** Something changed that needs new processes. */
  | { galley: 'outdated'; reason: string };

/** From the supervisor to a worker. */
export type SupervisorMessage =
  /** Finish what is in flight, and end. */
  | { galley: 'drain' }
  /** The generation that was to follow could not start: choose the plugins again that this one runs. */
  | { galley: 'restore'; reason: string; plugin?: string };

const WORKER_KINDS = ['ready', 'beat', 'fault', 'refused', 'outdated'];
const SUPERVISOR_KINDS = ['drain', 'restore'];

function kindOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null ? Reflect.get(message, 'galley') : undefined;
}

/** The message of a worker, or undefined for one of another kind. */
export function fromWorker(message: unknown): WorkerMessage | undefined {
  return WORKER_KINDS.some((kind) => kind === kindOf(message)) ? (message as WorkerMessage) : undefined;
}

/** The message of the supervisor, or undefined for one of another kind. */
export function fromSupervisor(message: unknown): SupervisorMessage | undefined {
  return SUPERVISOR_KINDS.some((kind) => kind === kindOf(message)) ? (message as SupervisorMessage) : undefined;
}

/** What a worker is started for; in its environment. */
export interface WorkerOrder {
  role: Role;
  /** The first of its generation: it migrates, and writes down what its supervisor decided. */
  isFirst: boolean;
  /** Plugins that keep bringing processes down, and why: left out, and switched off for all nodes. */
  switchOff: Record<string, string>;
  /** Plugins that failed in the generation before too. With any other that fails it does not start, while that serves. */
  mayFail?: string[];
}

const VARIABLE = '_GALLEY_WORKER';

/** The variables that tell a worker what it is for. */
export const orderVariables = (order: WorkerOrder): Record<string, string> => ({ [VARIABLE]: JSON.stringify(order) });

/** What this process was started for, or undefined where it has no supervisor. */
export function orderOf(env: Record<string, string | undefined>): WorkerOrder | undefined {
  const text = env[VARIABLE];
  return text ? (JSON.parse(text) as WorkerOrder) : undefined;
}
