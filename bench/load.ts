// Load and its figures: wrk where it is installed, else autocannon; and a slow sequence of addresses, each asked once.
import { execFile, spawnSync } from 'node:child_process';
import { Agent, get } from 'node:http';
import { promisify } from 'node:util';
import autocannon from 'autocannon';

/** What a load gave. */
export interface Load {
  requests: number;
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** Load with what it cost the server. */
export interface Figures extends Load {
  cpuMsPerRequest: number;
}

const CONNECTIONS = 32;
const run = promisify(execFile);

/** The program that makes the load. */
export const loader = spawnSync('wrk', ['--version']).error === undefined ? 'wrk' : 'autocannon';

function milliseconds(text: string | undefined): number {
  const [, number = '0', unit] = /([\d.]+)(us|ms|s)/.exec(text ?? '') ?? [];
  return Number(number) * (unit === 'us' ? 0.001 : unit === 's' ? 1000 : 1);
}

async function byWrk(url: string, headers: Record<string, string>, seconds: number): Promise<Load> {
  const lines = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const { stdout } = await run('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--latency', ...lines, url]);
  const pick = (pattern: RegExp): string | undefined => pattern.exec(stdout)?.[1];
  if (
    /Non-2xx|Socket errors: connect [1-9]|read [1-9]|write [1-9]/.test(stdout) &&
    headers['if-none-match'] === undefined
  )
    throw new Error(`${url}: ${stdout}`);
  return {
    requests: Number(pick(/(\d+) requests in/)),
    requestsPerSecond: Number(pick(/Requests\/sec:\s+([\d.]+)/)),
    p50Ms: milliseconds(pick(/50%\s+(\S+)/)),
    p99Ms: milliseconds(pick(/99%\s+(\S+)/)),
  };
}

/** Thirty-two connections from one thread that ask as fast as they are answered. */
export async function load(url: string, headers: Record<string, string>, seconds: number): Promise<Load> {
  if (loader === 'wrk') return byWrk(url, headers, seconds);
  const { requests, latency, non2xx } = await autocannon({ url, headers, connections: CONNECTIONS, duration: seconds });
  if (non2xx > 0 && headers['if-none-match'] === undefined) throw new Error(`${url}: ${non2xx} answers were not 2xx`);
  return { requests: requests.total, requestsPerSecond: requests.average, p50Ms: latency.p50, p99Ms: latency.p99 };
}

function ask(url: string, agent: Agent): Promise<number> {
  const from = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { 'accept-encoding': 'gzip' } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url}: ${response.statusCode}`));
      response.resume().on('end', () => resolve(performance.now() - from));
    }).on('error', reject);
  });
}

/** Asks for each address once, a few at a time: for pages that are dear only the first time. */
export async function loadOnce(urls: readonly string[], connections = 4): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const waiting = [...urls];
  const times: number[] = [];
  const from = performance.now();
  const worker = async (): Promise<void> => {
    for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) times.push(await ask(url, agent));
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const seconds = (performance.now() - from) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { requests: times.length, requestsPerSecond: times.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** The median of several rounds, figure by figure. */
export function medians(rounds: readonly Figures[]): Figures {
  const of = (name: keyof Figures): number => median(rounds.map((figures) => figures[name]));
  return {
    requests: of('requests'),
    requestsPerSecond: of('requestsPerSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    cpuMsPerRequest: of('cpuMsPerRequest'),
  };
}
