import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type LockedPlugin, writeWhole } from './plugin-lock.ts';

/** What happens to one plugin: another version counts, or none does. */
export interface PluginStep {
  name: string;
  /** The versions that count before and after. */
  from: string | undefined;
  to: string | undefined;
  /** The version before the one that counts, as it was and as it will be. */
  previous: { from: string | undefined; to: string | undefined };
  /** Whether the version after was not there before. */
  isNew: boolean;
  /** Its lines in the lock file. */
  before: LockedPlugin | undefined;
  after: LockedPlugin | undefined;
  /** Whether it is to be switched on. */
  activate: boolean;
  /** Migrations that the change runs: taken back with it. */
  added?: string[];
  /** Migrations that the version after does without: taken back when the site serves with it. */
  outgrown?: string[];
}

/**
 * How far a change is. Until it is `settled` it is taken back when its process falls; from then on it is finished. What
 * is `removing` was asked for and confirmed, so it is finished too. In that, and in `clearing`, things go that nobody
 * needs any more when the processes have ended that were started before.
 */
export type Phase = 'staging' | 'migrating' | 'switching' | 'probing' | 'settled' | 'clearing' | 'removing';

/** A change of plugins that is under way. */
export interface PluginChange {
  phase: Phase;
  steps: PluginStep[];
  /** Data that go with a plugin that is removed. */
  drop: boolean;
  /** Options that go with it. */
  options: string[];
}

/** The change that is under way on this machine, written down before each of its steps. */
export class PluginJournal {
  readonly #file: string;

  constructor(folder: string) {
    this.#file = join(folder, 'journal.json');
  }

  async read(): Promise<PluginChange | undefined> {
    const json = await readFile(this.#file, 'utf8').catch(() => undefined);
    return json === undefined ? undefined : (JSON.parse(json) as PluginChange);
  }

  async write(change: PluginChange): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o750 });
    await writeWhole(this.#file, JSON.stringify(change));
  }

  /** Whether a change is under way. */
  async isOpen(): Promise<boolean> {
    return (await this.read()) !== undefined;
  }

  async close(): Promise<void> {
    await rm(this.#file, { force: true });
  }
}
