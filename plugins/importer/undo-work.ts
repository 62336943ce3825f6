import { type Entry, type EntryQuery, isGalleyError, type Site, STATUSES, SYSTEM, type Viewer } from 'galley';
import type { MadeKind, MadeThing, MadeThings } from './import-made.ts';
import { forgetImported, type ImportKind } from './import-store.ts';
import { UndoCount } from './undo-report.ts';

/** How an import is taken back. */
export interface UndoRun {
  /** The name of the import. */
  run: string;
  viewer: Viewer;
  /**
   * Changes nothing, and tells what would happen: each thing is moved to the trash and brought back. Of entries and
   * people only the right is asked, which takes a fraction of it.
   */
  dryRun: boolean;
  signal?: AbortSignal;
  /** Told how many things were looked at. */
  progress?(done: number): void;
}

/** Something that an import made, as people call it. */
export interface UndoThing extends MadeThing {
  kind: MadeKind;
  /** `Posts`, `Categories`. */
  label: string;
  what: string;
}

/** All states but the trash. */
export const LIVING: readonly string[] = STATUSES.filter((status) => status !== 'trash');

/** Why things stay. */
export const STAY_TEXTS = {
  changed: 'It was changed since.',
  menu: 'It stands in a menu that stays.',
  led: 'A menu leads to it.',
  above: 'Something that stays stands below it.',
  front: 'It is the front page, or the page of posts.',
  used: 'Something that stays uses it.',
  wrote: 'Something of this person stays.',
  self: 'You are this person.',
} as const;

const IMPORTED: Record<MadeKind, readonly ImportKind[]> = {
  entry: ['item', 'file'],
  comment: ['comment'],
  term: ['term', 'term-id'],
  user: ['author'],
};

const PAGE = 1000;

/** Thrown to bring back what was only tried. */
class BroughtBack extends Error {}

/** What taking back shares among the kinds of things: what goes, what stays, and how one of them goes. */
export class UndoWork {
  readonly site: Site;
  readonly made: MadeThings;
  readonly options: UndoRun;
  readonly count = new UndoCount();
  /** What has gone, or would: it uses nothing any more. */
  readonly gone: Record<MadeKind, Set<number>> = {
    entry: new Set(),
    comment: new Set(),
    term: new Set(),
    user: new Set(),
  };

  /** How many of those that go a trial still finds, by author and by term. */
  readonly #still = new Map<string, number>();

  constructor(site: Site, made: MadeThings, options: UndoRun) {
    this.site = site;
    this.made = made;
    this.options = options;
  }

  leave({ label, what }: UndoThing, reason: string): void {
    this.count.left(label, what, reason);
    this.#tell();
  }

  /**
   * Moves a thing to the trash with what `work` does, in a transaction; what is refused stays, with the reason.
   * @param check refuses what `work` would; a trial does only this, where it is given
   */
  async take(thing: UndoThing, work: () => Promise<unknown>, check?: () => Promise<void>): Promise<boolean> {
    const { dryRun, signal } = this.options;
    const { kind, id, label } = thing;
    signal?.throwIfAborted();
    try {
      if (dryRun && check) await check();
      else
        await this.site.database.transaction(async () => {
          await work();
          await this.forget(kind, id);
          if (dryRun) throw new BroughtBack();
        });
    } catch (error) {
      if (!(error instanceof BroughtBack)) {
        if (!isGalleyError(error) || error.status >= 500) throw error;
        this.leave(thing, error.message);
        return false;
      }
    }
    // A transaction around this one may run again.
    if (!this.gone[kind].has(id)) this.count.gone(label);
    this.gone[kind].add(id);
    this.#tell();
    return true;
  }

  /** Forgets that the import made it, so that the same file can bring it in anew. */
  async forget(kind: MadeKind, id: number): Promise<void> {
    const { run } = this.options;
    await forgetImported(this.site, IMPORTED[kind], id);
    // Rows of a sheet are remembered by the run that made them.
    await this.site.database.write('import_items').where({ kind: 'row', local_id: id, fingerprint: run }).delete();
    await this.made.forget(run, kind, id);
  }

  /** Entries that are not in the trash, however many, in pages. */
  async *living(query: EntryQuery): AsyncGenerator<Entry> {
    const wanted = { ...query, status: LIVING, order: 'id', limit: PAGE, body: false } as const;
    let after: EntryQuery['after'];
    do {
      this.options.signal?.throwIfAborted();
      const page: Awaited<ReturnType<Site['entries']['find']>> = await this.site.entries.find(
        { ...wanted, after },
        SYSTEM,
      );
      yield* page.items;
      after = page.next ?? undefined;
    } while (after);
  }

  /** An entry goes. In a trial it is still there, and so it is counted for its author and its terms. */
  goes(entry: Pick<Entry, 'id' | 'type' | 'authorId'>, termIds: readonly number[] = []): void {
    this.gone.entry.add(entry.id);
    // What no plugin knows the type of is not found, and must not be counted.
    if (!this.options.dryRun || !this.site.types.has(entry.type)) return;
    for (const key of [`author:${entry.authorId}`, ...termIds.map((id) => `term:${id}`)])
      this.#still.set(key, (this.#still.get(key) ?? 0) + 1);
  }

  /** Whether anything of this person, or with this term, stays: more is there than what goes. */
  async stays(of: { author: number } | { taxonomy: string; term: number }): Promise<boolean> {
    const { entries, types } = this.site;
    const [key, part] =
      'author' in of
        ? [`author:${of.author}`, of]
        : [`term:${of.term}`, { term: { taxonomy: of.taxonomy, ids: [of.term] } }];
    const going = this.#still.get(key) ?? 0;
    const query = { ...part, type: types.names(), status: LIVING };
    return (await entries.count(query, SYSTEM, going + 1)) > going;
  }

  #tell(): void {
    this.options.progress?.(this.count.total);
  }
}
