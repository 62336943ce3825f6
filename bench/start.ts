// From the command to the first page: a new process each time, with everything installed.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../infra/local/processes.ts';
import type { Bench, Row } from './report.ts';
import { ROOT } from './sites.ts';

const GIVE_UP_MS = 60_000;
const SETTLE_MS = 1500;
const PAGES_TO_WARM = ['/', '/about/', '/feed/', '/?s=page', '/category/workshop/', '/nowhere/'];

/** What a start took. */
export interface Started {
  seconds: number;
  rssMb: number;
  warmRssMb: number;
}

function status(url: string): Promise<number> {
  return new Promise((resolve) => {
    get(url, (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0))).on('error', () =>
      resolve(0),
    );
  });
}

function memoryMb(pid: number | undefined): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024;
}

/** Starts a site and stops it. @param contentDir its content folder */
export async function startOnce(contentDir: string): Promise<Started> {
  const [port] = await freePorts(1);
  const from = performance.now();
  const env = { ...process.env, GALLEY_ENV: 'development', GALLEY_CONTENT_DIR: contentDir, PORT: String(port) };
  const child = spawn(process.execPath, ['bin/galley', 'serve'], { cwd: ROOT, env, stdio: 'ignore' });
  try {
    const url = `http://127.0.0.1:${port}`;
    while ((await status(`${url}/`)) !== 200) {
      if (performance.now() - from > GIVE_UP_MS || child.exitCode !== null)
        throw new Error('The server did not start.');
      await delay(5);
    }
    const seconds = (performance.now() - from) / 1000;
    await delay(SETTLE_MS);
    const rssMb = memoryMb(child.pid);
    for (const path of PAGES_TO_WARM) await status(url + path);
    return { seconds, rssMb, warmRssMb: memoryMb(child.pid) };
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
}

function row(what: string, runs: readonly Started[]): Row {
  const middle = runs.toSorted((a, b) => a.seconds - b.seconds)[Math.floor(runs.length / 2)];
  return {
    start: what,
    'to first 200, s': middle?.seconds ?? Number.NaN,
    'RSS, MB': middle?.rssMb ?? Number.NaN,
    'after six pages, MB': middle?.warmRssMb ?? Number.NaN,
  };
}

/** Start-up. */
export const startBench: Bench = {
  title: 'Start: `bin/galley serve` with SQLite, from the command to the first page',
  async run({ quick }): Promise<Row[]> {
    const contentDir = mkdtempSync(join(tmpdir(), 'galley-start-'));
    try {
      const first = await startOnce(contentDir);
      const runs: Started[] = [];
      for (let run = 0; run < (quick ? 1 : 5); run++) runs.push(await startOnce(contentDir));
      return [row('the very first, with migrations and welcome content', [first]), row('again', runs)];
    } finally {
      rmSync(contentDir, { recursive: true, force: true });
    }
  },
};
