import { AsyncLocalStorage } from 'node:async_hooks';
import type { Site } from 'galley';

/** What an import may make. Files of the library and items of menus are entries, menus are terms. */
export type MadeKind = 'entry' | 'comment' | 'term' | 'user';

/** The name of the run of a job. */
export const markOf = (job: number): string => `job:${job}`;

/** Something that an import made, as it left it. */
export interface MadeThing {
  id: number;
  version: number;
}

/** An import that made something. */
export interface MadeRun {
  run: string;
  count: number;
}

interface Versioned {
  id: number;
  version: number;
}

const CHUNK = 500;
const LISTED = 20;

/** Writes down what one run makes: after the commit of each transaction, and what it changes of that. */
class Ledger {
  readonly #site: Site;
  readonly #run: string;
  readonly #waiting = new Map<string, { kind: MadeKind; id: number; version: number }>();
  #writing: Promise<unknown> = Promise.resolve();
  #isPlanned = false;

  constructor(site: Site, run: string) {
    this.#site = site;
    this.#run = run;
  }

  made(kind: MadeKind, { id, version }: Versioned): void {
    this.#waiting.set(`${kind} ${id}`, { kind, id, version });
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    // What was made in one transaction is told one after the other, and written together.
    setImmediate(() => {
      this.#isPlanned = false;
      this.#next(() => this.#write());
    });
  }

  /** The run itself changed it; what somebody else changed in between stays changed. */
  changed(kind: MadeKind, previous: Versioned, { id, version }: Versioned): void {
    const waiting = this.#waiting.get(`${kind} ${id}`);
    if (waiting) {
      if (waiting.version === previous.version) waiting.version = version;
      return;
    }
    const where = { run: this.#run, kind, local_id: id, version: previous.version };
    this.#next(() => this.#site.database.write('import_made').where(where).update({ version }));
  }

  #next(work: () => PromiseLike<unknown>): void {
    this.#writing = this.#writing.then(work);
    // Told by `settle`: nobody waits for it before.
    this.#writing.catch(() => undefined);
  }

  async #write(): Promise<void> {
    const rows = [...this.#waiting.values()];
    this.#waiting.clear();
    if (rows.length === 0) return;
    await this.#site.database.insertMany(
      'import_made',
      rows.map(({ kind, id, version }) => ({ run: this.#run, kind, local_id: id, version })),
    );
  }

  async settle(): Promise<void> {
    this.#next(() => this.#write());
    await this.#writing;
  }
}

/** Remembers what each import made, whoever made it on the way, so that it can be taken back. */
export class MadeThings {
  readonly #site: Site;
  readonly #ledgers = new AsyncLocalStorage<Ledger>();

  constructor(site: Site) {
    this.#site = site;
    const { hooks } = site;
    hooks.addAction('entry:saved', ({ entry, previous }) => this.#saved('entry', entry, previous));
    hooks.addAction('term:saved', ({ term }) => {
      const { id, version } = term;
      this.#saved('term', term, version === 1 ? undefined : { id, version: version - 1 });
    });
    hooks.addAction('comment:saved', ({ comment, previous }) => this.#saved('comment', comment, previous));
    hooks.addAction('user:saved', ({ user, previous }) => this.#saved('user', user, previous ?? undefined));
    hooks.addAction('entry:removed', ({ entry }) => this.#forget('entry', entry.id));
    hooks.addAction('term:removed', ({ term }) => this.#forget('term', term.id));
    hooks.addAction('user:removed', ({ user }) => this.#forget('user', user.id));
  }

  /** Runs an import, and remembers what it makes under the name of the run. */
  async remember<T>(run: string, work: () => Promise<T>): Promise<T> {
    const ledger = new Ledger(this.#site, run);
    try {
      return await this.#ledgers.run(ledger, work);
    } finally {
      await ledger.settle();
    }
  }

  #saved(kind: MadeKind, now: Versioned, previous: Versioned | undefined): void {
    const ledger = this.#ledgers.getStore();
    if (!ledger) return;
    if (previous) ledger.changed(kind, previous, now);
    else ledger.made(kind, now);
  }

  /** What a run made of a kind, in the order in which it came. */
  async of(run: string, kind: MadeKind): Promise<MadeThing[]> {
    const found: MadeThing[] = [];
    for (let after = 0; ; ) {
      const rows = (await this.#site.database
        .write('import_made')
        .select('local_id', 'version')
        .where({ run, kind })
        .where('local_id', '>', after)
        .orderBy('local_id')
        .limit(CHUNK)) as { local_id: number; version: number }[];
      found.push(...rows.map(({ local_id, version }) => ({ id: Number(local_id), version })));
      after = found.at(-1)?.id ?? after;
      if (rows.length < CHUNK) return found;
    }
  }

  /** Whether a run made something that is still remembered. */
  async has(run: string): Promise<boolean> {
    return (await this.#site.database.write('import_made').select('id').where({ run }).first()) !== undefined;
  }

  /** The latest runs that made something. */
  async runs(): Promise<MadeRun[]> {
    const rows = (await this.#site.database
      .write('import_made')
      .select('run')
      .count({ amount: '*' })
      .max({ latest: 'id' })
      .groupBy('run')
      .orderBy('latest', 'desc')
      .limit(LISTED)) as { run: string; amount: number | string }[];
    return rows.map(({ run, amount }) => ({ run, count: Number(amount) }));
  }

  /** It was taken back, and may come in anew. */
  async forget(run: string, kind: MadeKind, id: number): Promise<void> {
    await this.#site.database.write('import_made').where({ run, kind, local_id: id }).delete();
  }

  async #forget(kind: MadeKind, id: number): Promise<void> {
    await this.#site.database.write('import_made').where({ kind, local_id: id }).delete();
  }
}
