// What the kernel and a plugin host tell each other. Values travel as JSON text, so that neither reads what it need not.

/** One call of one handler. */
export interface HostCall {
  id: number;
  plugin: string;
  /** `hooks.view:head`. */
  handler: string;
  /** Which of the batch's inputs. */
  input: number;
  /** The name of a template that is filled with each record of the answer. */
  template?: string;
}

/** `auto`: isolated-vm where it can be loaded, else QuickJS. */
export type EngineChoice = 'auto' | 'isolated-vm' | 'quickjs';

/** From the kernel. */
export type HostOrder =
  /** The engine and its limits; the first message. */
  | { kind: 'begin'; engine: EngineChoice; heapMb: number; handlerMs: number; maxChars: number }
  /** The code of a plugin and its checked templates. */
  | { kind: 'load'; plugin: string; index: number; code: string; templates: Record<string, string> }
  /** All that one firing asks of plugins. */
  | { kind: 'batch'; inputs: string[]; calls: HostCall[] }
  /** What a capability call came to. */
  | { kind: 'settle'; plugin: string; call: number; ask: number; isGood: boolean; text: string };

/** Something that came of a call. */
export type HostEvent =
  | { kind: 'done'; call: number; text: string }
  | { kind: 'failed'; call: number; message: string; strike?: 'time' | 'memory' }
  | { kind: 'ask'; call: number; ask: number; name: string; args: string };

/** From the host: that it has worked off one more order, and what came of it. */
export interface HostReport {
  events: HostEvent[];
  rssBytes: number;
  /** The engine that it uses; with its first report. */
  engine?: string;
}
