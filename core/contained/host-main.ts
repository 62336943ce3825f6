// The plugin host: a process with an empty environment and no rights, whose only door is the channel to the kernel.
// It may be killed at any moment and keeps nothing.
import { writeSync } from 'node:fs';
import { type Engine, Overrun, type Sandbox } from './engine.ts';
import type { EngineChoice, HostCall, HostEvent, HostOrder } from './host-messages.ts';
import type { fillTemplate } from './host-templates.ts';

/** Where the kernel reads which plugin runs. */
const TRACE_FD = 4;
/** A handler that was starved may try again with so many times the time. */
const STARVED_FACTOR = 20;
const LOAD_FACTOR = 10;
/** What goes on in the middle cannot be tried again, so it gets more time at once. */
const SETTLE_FACTOR = 4;
const LEAST = 0.2;
/** With so much of its time really used, it was not for want of the processor. */
const USED_UP = 0.6;

interface Resident {
  index: number;
  code: string;
  templates: Record<string, string>;
  sandbox: Sandbox | undefined;
  /** What is under way, and how much of its time is left. */
  calls: Map<number, { call: HostCall; leftMs: number }>;
}

const residents = new Map<string, Resident>();
let limits: Extract<HostOrder, { kind: 'begin' }>;
let engine: Engine;
/** Read with the first template. */
let fill: typeof fillTemplate | undefined;

/** Only the engine that is wanted is read. */
async function loadEngine(choice: EngineChoice): Promise<Engine> {
  const loadQuickJs = async (): Promise<Engine> => (await import('./engine-quickjs.ts')).loadQuickJs();
  if (choice === 'quickjs') return loadQuickJs();
  try {
    return (await import('./engine-isolated-vm.ts')).loadIsolatedVm();
  } catch (error) {
    if (choice !== 'auto') throw error;
    return loadQuickJs();
  }
}

const mark = Buffer.alloc(4);
let turns = 0;

/** Writes down who runs from now on: if this process stands still, it was he. */
function trace(index: number): void {
  mark.writeUInt16LE(index, 0);
  mark.writeUInt16LE(++turns & 0xffff, 2);
  writeSync(TRACE_FD, mark, 0, 4, 0);
}

const fault = (call: number, error: unknown): HostEvent => {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, 1000);
  const isStrike = error instanceof Overrun && error.processorMs >= limits.handlerMs * USED_UP;
  return { kind: 'failed', call, message, ...(isStrike ? { strike: error.kind } : {}) };
};

function sandboxOf(resident: Resident): Sandbox {
  const { heapMb, handlerMs } = limits;
  resident.sandbox ??= engine.create(resident.code, { heapMb, ms: handlerMs * LOAD_FACTOR });
  return resident.sandbox;
}

/** Throws the sandbox away, and with it all that the plugin had begun. */
function reset(resident: Resident, error: unknown): HostEvent[] {
  resident.sandbox?.dispose();
  resident.sandbox = undefined;
  const lost = [...resident.calls.keys()].map((call) => fault(call, error));
  resident.calls.clear();
  return lost;
}

function answerOf(resident: Resident, call: HostCall, text: string): HostEvent[] {
  resident.calls.delete(call.id);
  if (text.length > limits.maxChars) return [fault(call.id, 'its answer is too long')];
  if (call.template === undefined) return [{ kind: 'done', call: call.id, text }];
  try {
    if (!fill) throw new Error('the templates are not ready');
    const filled = fill(resident.templates[call.template] ?? '', text);
    return [{ kind: 'done', call: call.id, text: filled }];
  } catch (error) {
    return [fault(call.id, error)];
  }
}

/** What has come of the plugin's calls by now. */
function takeEvents(resident: Resident): HostEvent[] {
  const text = resident.sandbox?.enter(['take'], limits.handlerMs * SETTLE_FACTOR) ?? '[]';
  if (text.length > limits.maxChars * 4) throw new Error('it says too much at once');
  const found: unknown = JSON.parse(text);
  if (!Array.isArray(found)) return [];
  return found.flatMap((item: unknown): HostEvent[] => {
    const [id, what, first, name, args] = item as unknown[];
    const running = resident.calls.get(Number(id));
    if (!running) return [];
    if (what === '=') return answerOf(resident, running.call, String(first));
    if (what === '?')
      return [{ kind: 'ask', call: running.call.id, ask: Number(first), name: String(name), args: String(args) }];
    resident.calls.delete(running.call.id);
    return [fault(running.call.id, String(first))];
  });
}

/** Lets a plugin run, and says what came of it; whatever it does, this returns or the process stands still. */
function run(
  resident: Resident,
  id: number,
  { factor, work }: { factor: number; work: (sandbox: Sandbox, ms: number) => HostEvent[] },
): HostEvent[] {
  trace(resident.index);
  let from = performance.now();
  try {
    const sandbox = sandboxOf(resident);
    from = performance.now();
    const left = resident.calls.get(id)?.leftMs ?? limits.handlerMs;
    return work(sandbox, Math.ceil(left * factor));
  } catch (error) {
    return error instanceof Overrun ? reset(resident, error) : endCall(resident, id, error);
  } finally {
    const running = resident.calls.get(id);
    // Others may have had the processor: something is always left for what is to come.
    if (running) running.leftMs = Math.max(running.leftMs - (performance.now() - from), limits.handlerMs * LEAST);
  }
}

function endCall(resident: Resident, id: number, error: unknown): HostEvent[] {
  resident.calls.delete(id);
  return [fault(id, error)];
}

function start(call: HostCall, input: string): HostEvent[] {
  const resident = residents.get(call.plugin);
  if (!resident) return [fault(call.id, 'the plugin is not loaded')];
  const work = (sandbox: Sandbox, ms: number): HostEvent[] => {
    const text = sandbox.enter(['start', call.id, call.handler, input], ms);
    if (text === '') return takeEvents(resident);
    if (text[0] === '=') return answerOf(resident, call, text.slice(1));
    return endCall(resident, call.id, text.slice(1));
  };
  const once = (factor: number): HostEvent[] => {
    resident.calls.set(call.id, { call, leftMs: limits.handlerMs });
    return run(resident, call.id, { factor, work });
  };
  const events = once(1);
  const isStarved = events.some((event) => event.kind === 'failed' && event.message === STARVED && !event.strike);
  return isStarved && events.length === 1 ? once(STARVED_FACTOR) : events;
}

const STARVED = new Overrun('time').message;

function settle(order: Extract<HostOrder, { kind: 'settle' }>): HostEvent[] {
  const resident = residents.get(order.plugin);
  if (!resident?.calls.has(order.call)) return [];
  const work = (sandbox: Sandbox, ms: number): HostEvent[] => {
    sandbox.enter(['settle', order.ask, order.isGood ? 1 : 0, order.text], ms);
    return takeEvents(resident);
  };
  return run(resident, order.call, { factor: SETTLE_FACTOR, work });
}

async function obey(order: HostOrder): Promise<HostEvent[]> {
  switch (order.kind) {
    case 'begin':
      limits = order;
      engine = await loadEngine(order.engine);
      return [];
    case 'load': {
      const { plugin, index, code, templates } = order;
      if (Object.keys(templates).length > 0) fill ??= (await import('./host-templates.ts')).fillTemplate;
      const resident: Resident = { index, code, templates, sandbox: undefined, calls: new Map() };
      residents.set(plugin, resident);
      // Made now, so that the first who asks need not wait for it. What is wrong with it, he is told.
      return run(resident, 0, { factor: 1, work: () => [] });
    }
    case 'batch':
      return order.calls.flatMap((call) => start(call, order.inputs[call.input] ?? 'null'));
    case 'settle':
      return settle(order);
  }
}

const WEIGH_MS = 1000;
let weighedAt = -WEIGH_MS;
let rssBytes = 0;

/** How much memory this process holds, as of a moment ago: to ask costs as much as some handlers. */
function weight(): number {
  if (performance.now() - weighedAt < WEIGH_MS) return rssBytes;
  weighedAt = performance.now();
  rssBytes = process.memoryUsage.rss();
  return rssBytes;
}

let queue: Promise<void> = Promise.resolve();
process.on('message', (order: HostOrder) => {
  queue = queue.then(async () => {
    const events = await obey(order);
    process.send?.({ events, rssBytes: weight(), ...(order.kind === 'begin' ? { engine: engine.name } : {}) });
  });
});
// The kernel is gone.
process.on('disconnect', () => process.exit(0));
