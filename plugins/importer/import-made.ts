import { AsyncLocalStorage } from 'node:async_hooks';
import type { Site, WrittenThing } from 'galley';

const KINDS = ['entry', 'comment', 'term', 'user'] as const;

/** What an import may make. Files of the library and items of menus are entries, menus are terms. */
export type MadeKind = (typeof KINDS)[number];

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

const isMadeKind = (kind: string): kind is MadeKind => (KINDS as readonly string[]).includes(kind);

const CHUNK = 500;
const LISTED = 20;

/** Writes down what one run makes, and what it changes of that, in the transaction in which it does. */
class Ledger {
  readonly #site: Site;
  readonly #run: string;

  constructor(site: Site, run: string) {
    this.#site = site;
    this.#run = run;
  }

  async note(kind: MadeKind, things: readonly WrittenThing[]): Promise<void> {
    const { database } = this.#site;
    const made = things.filter(({ previous }) => previous === undefined);
    if (made.length > 0)
      await database.insertMany(
        'import_made',
        made.map(({ id, version }) => ({ run: this.#run, kind, local_id: id, version })),
      );
    for (const { id, version, previous } of things) {
      if (previous === undefined) continue;
      // What somebody else changed in between stays changed.
      const where = { run: this.#run, kind, local_id: id, version: previous };
      await database.write('import_made').where(where).update({ version });
    }
  }
}

/** Remembers what each import made, whoever made it on the way, so that it can be taken back. */
export class MadeThings {
  readonly #site: Site;
  readonly #ledgers = new AsyncLocalStorage<Ledger>();

  constructor(site: Site) {
    this.#site = site;
    const { hooks } = site;
    hooks.addFilter('thing:written', async (things, kind) => {
      if (isMadeKind(kind)) await this.#ledgers.getStore()?.note(kind, things);
      return things;
    });
    hooks.addAction('entry:removed', ({ entry }) => this.#forget('entry', entry.id));
    hooks.addAction('term:removed', ({ term }) => this.#forget('term', term.id));
    hooks.addAction('user:removed', ({ user }) => this.#forget('user', user.id));
  }

  /** Runs an import, and remembers what it makes under the name of the run. */
  async remember<T>(run: string, work: () => Promise<T>): Promise<T> {
    return this.#ledgers.run(new Ledger(this.#site, run), work);
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
