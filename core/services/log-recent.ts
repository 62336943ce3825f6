/** A warning or an error, kept for the admin. */
export interface RecentEntry {
  /** ISO 8601, UTC. */
  time: string;
  level: string;
  /** The plugin or part that it concerns. */
  owner: string;
  message: string;
  /** Message of the error that was logged, if any, and of what caused it; the stack is in the log only. */
  error?: string;
}

interface LoggedError {
  message?: string;
  cause?: LoggedError;
}

/** What happened and, after a colon each, why. */
function messagesOf({ message = '', cause }: LoggedError): string {
  const why = cause?.message === undefined ? '' : messagesOf(cause);
  return why === '' || message.includes(why) ? message : `${message}: ${why}`;
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
    const error = entry['err'] as LoggedError | undefined;
    this.#entries.push({
      time: String(entry['time']),
      level: String(entry['level']),
      owner: String(entry['owner'] ?? 'core'),
      message: String(entry['msg'] ?? error?.message ?? ''),
      ...(error?.message === undefined ? {} : { error: messagesOf(error) }),
    });
    if (this.#entries.length > this.#limit) this.#entries.shift();
  }

  /** The entries, newest first, of one owner where it is given. */
  list(owner?: string): RecentEntry[] {
    const entries = owner === undefined ? this.#entries : this.#entries.filter((entry) => entry.owner === owner);
    return entries.toReversed();
  }
}
