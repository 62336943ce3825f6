import { type Entry, messageOf, type Site } from 'galley';
import type { SearchIndex } from './search-index.ts';

const MOST = 500;
const WAIT_MS = 100;

/**
 * Entries that come in by the hundred, put into the index together: in a full-text index one transaction for each
 * text costs ten times as much as one for all.
 */
export class IndexQueue {
  readonly #site: Site;
  readonly #index: SearchIndex;
  #waiting = new Map<number, Entry>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(site: Site, index: SearchIndex) {
    this.#site = site;
    this.#index = index;
  }

  /** Puts an entry in, soon. Waits where too many are waiting already. */
  async add(entry: Entry): Promise<void> {
    this.#waiting.set(entry.id, entry);
    if (this.#waiting.size >= MOST) return this.flush();
    this.#timer ??= setTimeout(() => void this.flush().catch((error: unknown) => this.#report(error)), WAIT_MS);
  }

  /** What was to be put in is not to be any more: a later state of the entry was written, or it is gone. */
  forget(id: number): void {
    this.#waiting.delete(id);
  }

  /** Puts everything in that waits. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const entries = [...this.#waiting.values()];
    this.#waiting = new Map();
    const before = this.#writing.catch(() => undefined);
    this.#writing = entries.length > 0 ? before.then(() => this.#index.updateMany(entries)) : before;
    return this.#writing;
  }

  #report(error: unknown): void {
    this.#site.log.error(
      { problem: messageOf(error) },
      'Entries could not be put into the search index; run "galley search reindex"',
    );
  }
}
