import { fileURLToPath } from 'node:url';

const PROBE_MS = 3000;
const STEP_MS = 50;

interface DebuggerMessage {
  method?: string;
  params?: { scriptId?: string; url?: string; callFrames?: { url: string; location: { scriptId: string } }[] };
}

/** Where the debugger of a process listens, once it does. */
async function debuggerAddress(port: number, signal: AbortSignal): Promise<string> {
  for (;;) {
    try {
      const reply = await fetch(`http://127.0.0.1:${port}/json/list`, { signal });
      const [target] = (await reply.json()) as { webSocketDebuggerUrl: string }[];
      if (target) return target.webSocketDebuggerUrl;
    } catch {
      signal.throwIfAborted(); // It takes a moment until it listens.
    }
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

function callsOf(address: string, signal: AbortSignal): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  const socket = new WebSocket(address);
  const files = new Map<string, string>();
  signal.addEventListener('abort', () => reject(signal.reason));
  socket.addEventListener('error', () => reject(new Error('The debugger did not answer.')));
  socket.addEventListener('open', () => {
    for (const [id, method] of ['Debugger.enable', 'Debugger.pause'].entries())
      socket.send(JSON.stringify({ id: id + 1, method }));
  });
  socket.addEventListener('message', ({ data }) => {
    const { method, params } = JSON.parse(String(data)) as DebuggerMessage;
    if (method === 'Debugger.scriptParsed') files.set(params?.scriptId ?? '', params?.url ?? '');
    if (method !== 'Debugger.paused') return;
    const urls = (params?.callFrames ?? []).map(({ url, location }) => url || files.get(location.scriptId) || '');
    resolve(urls.map((url) => (url.startsWith('file:') ? fileURLToPath(url) : url)));
  });
  return promise.finally(() => socket.close());
}

/**
 * Looks what a process is doing that answers nothing any more: it stops it by Node's own debugger, which opens on
 * SIGUSR1 also in the middle of an endless loop. Only for a process that is ended right after.
 *
 * @param port where its debugger is to listen, on the loopback address: `--inspect-port`
 * @returns the files of the calls that it is in, the innermost first; empty where that cannot be found out
 * @see https://nodejs.org/api/process.html#signal-events
 */
export async function whereItHangs(pid: number, port: number): Promise<string[]> {
  const signal = AbortSignal.timeout(PROBE_MS);
  try {
    process.kill(pid, 'SIGUSR1');
    return await callsOf(await debuggerAddress(port, signal), signal);
  } catch {
    return [];
  }
}
