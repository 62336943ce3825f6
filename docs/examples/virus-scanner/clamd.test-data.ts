// A real clamd for the test, which knows one thing: the harmless text that all scanners are tried with.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Clamd } from './clamd.ts';

const START_MS = 30_000;

/** In two parts, so that no scanner takes this file for it. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

function findClamd(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, 'clamd')).find((path) => existsSync(path));
}

/** Why tests with it are skipped, with how to get it; false when they can run. */
export function clamdMissing(): string | false {
  return findClamd() ? false : 'clamd is not installed. On Debian: apt-get install clamav-daemon';
}

/** One process of clamd, with a database of a single line. */
export class TestClamd {
  readonly folder = mkdtempSync(join(tmpdir(), 'clamd-'));
  readonly address = join(this.folder, 'clamd.sock');
  #child: ChildProcess | undefined;

  /** Starts it and waits until it answers. */
  async start(): Promise<void> {
    writeFileSync(join(this.folder, 'eicar.ndb'), `Eicar-Test-Signature:0:*:${Buffer.from(EICAR).toString('hex')}\n`);
    const lines = {
      LocalSocket: this.address,
      DatabaseDirectory: this.folder,
      Foreground: 'yes',
      StreamMaxLength: '1M',
    };
    const config = join(this.folder, 'clamd.conf');
    const text = Object.entries(lines).map(([name, value]) => `${name} ${value}\n`);
    writeFileSync(config, text.join(''));
    this.#child = spawn(findClamd() ?? 'clamd', ['--config-file', config], { stdio: 'ignore' });
    const clamd = new Clamd(this.address);
    const end = Date.now() + START_MS;
    while (
      !(await clamd.ping().then(
        () => true,
        () => false,
      ))
    ) {
      if (this.#child.exitCode !== null || Date.now() > end) throw new Error(`clamd does not start; see ${config}`);
      await delay(50);
    }
  }

  /** Ends it; its folder stays until `remove`. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
