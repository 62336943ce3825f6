import type { Viewer } from '../identity/viewer.ts';
import { Registry } from '../kernel/registry.ts';
import type { Owned, Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { demandChanged } from './changed-row.ts';
import { TRASHED } from './farewells.ts';

/** Something that was thrown away and can come back. */
export interface TrashedThing {
  id: number;
  kind: string;
  /** What the right to it depends on, such as the name of a taxonomy. */
  scope: string;
  title: string;
  authorId: number | null;
  createdAt: number;
}

/** A kind of thing that can come back. */
export interface TrashKind {
  /** What people call one of that scope: `Category`. */
  title(scope: string): string;
  /** Whether this person may see what was thrown away, and bring it back; without a scope, anything of the kind. */
  may(viewer: Viewer, scope?: string): boolean;
  /** Whether somebody proves anew who he is before he brings one back. */
  isSensitive?: boolean;
  /** Brings it back, in a transaction; checks the right again. */
  restore(data: unknown, viewer: Viewer): Promise<RestoredThing>;
}

/** What came back. */
export interface RestoredThing {
  /** Where it is now, below `/admin`. */
  path: string;
  /** What else has to be done, if anything. */
  note?: string;
}

interface Row {
  id: number;
  kind: string;
  scope: string;
  title: string;
  author_id: number | null;
  created_at: number;
  data: string;
}

const DAYS = 30;
const DAY_MS = 86_400_000;
const PER_PAGE = 100;
const BATCH = 500;
const TITLE_MAX = 300;
const FACTS = ['id', 'kind', 'scope', 'title', 'author_id', 'created_at'] as const;

const decode = (row: Omit<Row, 'data'>): TrashedThing => ({
  id: row.id,
  kind: row.kind,
  scope: row.scope,
  title: row.title,
  authorId: row.author_id,
  createdAt: row.created_at,
});

/** Defines how long things can come back, and the job that forgets them then. */
export function defineTrash(site: Site): void {
  site.options.define('trash_days', {
    default: DAYS,
    schema: { type: 'integer', minimum: 1, maximum: 3650 },
    label: 'Days in which terms, menus and people can be brought back',
  });
  site.cron.define('empty-trash', {
    schedule: '23 4 * * *',
    summary: 'Forgets for good what was thrown away long ago.',
    run: async (host) => void (await host.trash.empty()),
  });
}

/**
 * Things that are no entries and were deleted: terms, menus, people, and what plugins have. They come back with all
 * that hung on them for as many days as the setting says. (Entries in the trash stay entries.)
 *
 * @example
 * site.trash.define('feed', { title: () => 'Feed', may: (viewer) => viewer.can('edit_feeds'), restore });
 * const id = await site.trash.put({ kind: 'feed', title: feed.name, data: feed }, viewer);
 */
export class Trash implements Owned {
  readonly #site: Site;
  readonly #kinds: Registry<TrashKind>;

  constructor(site: Site, kinds = new Registry<TrashKind>('kind of trash')) {
    this.#site = site;
    this.#kinds = kinds;
  }

  ownedBy(owner: string): this {
    return new Trash(this.#site, this.#kinds.ownedBy(owner)) as this;
  }

  removeOwner(owner: string): void {
    this.#kinds.removeOwner(owner);
  }

  /** Lets things of a kind come back. @throws GALLEY_REGISTRY_DUPLICATE */
  define(kind: string, definition: TrashKind): () => void {
    return this.#kinds.define(kind, definition);
  }

  get(kind: string): TrashKind | undefined {
    return this.#kinds.get(kind);
  }

  /** Keeps a thing that is being deleted, in the transaction of that. @returns the number by which it comes back */
  put(
    { kind, scope = '', title, data }: { kind: string; scope?: string; title: string; data: unknown },
    viewer: Viewer,
  ): Promise<number> {
    return this.#site.database.insert('trash', {
      kind,
      scope,
      title: title.slice(0, TITLE_MAX),
      author_id: viewer.id,
      created_at: Date.now(),
      data: JSON.stringify(data),
    });
  }

  /** Whether there is any kind of thing that this person may bring back. */
  isOpenTo(viewer: Viewer): boolean {
    return this.#kinds.list().some(({ value }) => value.may(viewer));
  }

  /** What this person may bring back, newest first, and the number before which there may be more. */
  async list(
    viewer: Viewer,
    { before }: { before?: number } = {},
  ): Promise<{ items: TrashedThing[]; before: number | undefined }> {
    const kinds = this.#kinds.list().map(({ name }) => name);
    const builder = this.#site.database
      .read<Row>('trash')
      .select(...FACTS)
      .whereIn('kind', kinds);
    if (before !== undefined) void builder.where('id', '<', before);
    const rows = (await builder.orderBy('id', 'desc').limit(PER_PAGE)) as Omit<Row, 'data'>[];
    const items = rows.map(decode).filter((thing) => this.#may(viewer, thing));
    return { items, before: rows.length === PER_PAGE ? rows.at(-1)?.id : undefined };
  }

  /** Which of these things are there, and are this person's to bring back. */
  async find(ids: readonly number[], viewer: Viewer): Promise<TrashedThing[]> {
    if (ids.length === 0) return [];
    const builder = this.#site.database.read<Row>('trash').select(...FACTS);
    const rows = (await builder.whereIn('id', [...ids]).orderBy('id', 'desc')) as Omit<Row, 'data'>[];
    return rows.map(decode).filter((thing) => this.#may(viewer, thing));
  }

  /**
   * Brings a thing back, once.
   * @returns where it is now
   * @throws GALLEY_TRASH_UNKNOWN where it is back or forgotten, or is not this person's to bring back
   */
  restore(id: number, viewer: Viewer): Promise<RestoredThing> {
    return this.#site.database.transaction(async () => {
      const row = (await this.#site.database.write<Row>('trash').select('*').where({ id }).first()) as Row | undefined;
      if (!row || !this.#may(viewer, row)) throw unknown();
      demandChanged(await this.#site.database.write('trash').where({ id }).delete(), 'trash');
      return this.#kinds.need(row.kind).restore(JSON.parse(row.data), viewer);
    });
  }

  /** Forgets a thing for good. @throws GALLEY_TRASH_UNKNOWN */
  async remove(id: number, viewer: Viewer): Promise<void> {
    const row = (await this.#site.database
      .write<Row>('trash')
      .select(...FACTS)
      .where({ id })
      .first()) as Row | undefined;
    if (!row || !this.#may(viewer, row)) throw unknown();
    await this.#site.database.write('trash').where({ id }).delete();
  }

  /** Forgets what is older than the setting says. @returns how much that was */
  async empty(): Promise<number> {
    const oldest = Date.now() - (await this.#site.options.get<number>('trash_days')) * DAY_MS;
    for (let sum = 0, last = 0; ; ) {
      const rows = (await this.#site.database
        .write('trash')
        .select('id', 'kind', 'scope')
        .where('created_at', '<', oldest)
        .where('id', '>', last)
        .orderBy('id')
        .limit(BATCH)) as Pick<Row, 'id' | 'kind' | 'scope'>[];
      if (rows.length === 0) return sum;
      last = rows.at(-1)?.id ?? last;
      const kept = await this.#stillThere(rows);
      const ids = rows.filter(({ scope, kind }) => kind !== TRASHED || !kept.has(scope)).map(({ id }) => id);
      await this.#site.database.write('trash').whereIn('id', ids).delete();
      sum += ids.length;
    }
  }

  /** Which of the entries that these rows tell of are in the trash: who moved one there is known as long as it is. */
  async #stillThere(rows: readonly Pick<Row, 'kind' | 'scope'>[]): Promise<Set<string>> {
    const ids = rows.filter(({ kind }) => kind === TRASHED).map(({ scope }) => Number(scope));
    if (ids.length === 0) return new Set();
    const found = (await this.#site.database
      .write('entries')
      .select('id')
      .whereIn('id', ids)
      .where({ status: 'trash' })) as { id: number }[];
    return new Set(found.map(({ id }) => String(id)));
  }

  #may(viewer: Viewer, { kind, scope }: Pick<TrashedThing, 'kind' | 'scope'>): boolean {
    return this.#kinds.get(kind)?.may(viewer, scope) ?? false;
  }
}

const unknown = (): GalleyError =>
  new GalleyError('GALLEY_TRASH_UNKNOWN', 'It is back already, or it was forgotten for good.');

declare module '../kernel/site.ts' {
  interface Site {
    /** Things that are no entries, were deleted and can come back. */
    readonly trash: Trash;
  }
}
