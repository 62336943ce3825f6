import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { type Reply, stream } from './reply.ts';

/** One message of a stream of server-sent events. */
export interface ServerEvent {
  /** Name that the page listens to; `message` without one. */
  event?: string;
  /** Sent as JSON unless it is text. */
  data: unknown;
  /** The browser sends it back in `Last-Event-ID` when it connects again. */
  id?: string;
  /** Milliseconds after which the browser shall try again when the connection ends. */
  retry?: number;
}

const HEARTBEAT_MS = 15_000;

function oneLine(text: string): string {
  return text.replace(/[\r\n\0]/g, ' ');
}

/** The text of an event as it goes over the wire. */
export function formatEvent({ event, data, id, retry }: ServerEvent): string {
  const lines: string[] = [];
  if (event !== undefined) lines.push(`event: ${oneLine(event)}`);
  if (id !== undefined) lines.push(`id: ${oneLine(id)}`);
  if (retry !== undefined) lines.push(`retry: ${Math.trunc(retry)}`);
  const text = typeof data === 'string' ? data : (JSON.stringify(data) ?? 'null');
  for (const line of text.split(/\r\n|\r|\n/)) lines.push(`data: ${line}`);
  return `${lines.join('\n')}\n\n`;
}

async function pump(source: AsyncIterator<ServerEvent>, output: PassThrough): Promise<void> {
  for (;;) {
    const { done, value } = await source.next();
    if (done || output.destroyed) break;
    if (!output.write(formatEvent(value))) await once(output, 'drain');
  }
  output.end();
}

/**
 * A stream of events to a page (`EventSource`). A comment is sent now and then so that nobody on the way closes the
 * connection. The source is ended (`return`) when the visitor has gone.
 *
 * @param options.heartbeatMs how often, in milliseconds
 * @example return eventStream(async function* () { for (;;) yield { data: await nextMessage() }; }());
 */
export function eventStream(events: AsyncIterable<ServerEvent>, options: { heartbeatMs?: number } = {}): Reply {
  const output = new PassThrough();
  const source = events[Symbol.asyncIterator]();
  const heartbeat = setInterval(() => output.write(':\n\n'), options.heartbeatMs ?? HEARTBEAT_MS).unref();
  output.once('close', () => {
    clearInterval(heartbeat);
    void source.return?.(undefined);
  });
  pump(source, output).catch((error: Error) => output.destroy(error));
  return stream(output, 'text/event-stream; charset=utf-8', {
    headers: { 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  });
}
