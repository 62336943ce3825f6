/** A warning or an error, kept for the admin. */
export interface RecentEntry {
  /** ISO 8601, UTC. */
  time: string;
  level: string;
  /** The plugin or part that it concerns. */
  owner: string;
  message: string;
  /** Message of the error that was logged, if any; the stack is in the log only. */
  error?: string;
}

/** The last warnings and errors of this process, newest first. */
export class RecentEntries {
  readonly #entries: RecentEntry[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a finished, redacted line of JSON. */
  add(line: string): void {
    if (this.#limit === 0) return;
    const entry = JSON.parse(line) as Record<string, unknown>;
    const error = entry['err'] as { message?: string } | undefined;
    this.#entries.push({
      time: String(entry['time']),
      level: String(entry['level']),
      owner: String(entry['owner'] ?? 'core'),
      message: String(entry['msg'] ?? error?.message ?? ''),
      ...(error?.message === undefined ? {} : { error: error.message }),
    });
    if (this.#entries.length > this.#limit) this.#entries.shift();
  }

  /** The entries, newest first, of one owner where it is given. */
  list(owner?: string): RecentEntry[] {
    const entries = owner === undefined ? this.#entries : this.#entries.filter((entry) => entry.owner === owner);
    return entries.toReversed();
  }
}
