import { createHash } from 'node:crypto';
import type { Viewer } from '../identity/viewer.ts';
import { Registry } from '../kernel/registry.ts';
import type { Owned, Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';

/** A thing as it was at one time: its parts by name, each a value that JSON can hold. */
export type Snapshot = Readonly<Record<string, unknown>>;

/** A part of a thing, as people compare it and bring it back. */
export interface HistoryPart {
  name: string;
  label: string;
  /** The value in words; text stays text unless given. */
  show?(value: unknown): string;
  /** Compared line by line, as code is, rather than word by word. */
  lines?: true;
}

/** A kind of thing that has a history. */
export interface HistoryKind {
  /** What people call one: `Menu`. */
  title: string;
  /** Bringing one back is a sensitive act: it asks for a fresh password. */
  fresh?: true;
  /** What the thing is called and where its form is; undefined where it is gone or this person may not change it. */
  find(subject: string, viewer: Viewer): Promise<{ title: string; url: string } | undefined>;
  /** The thing as it is now. What is secret is no part of it. */
  read(subject: string): Promise<Snapshot>;
  /** The parts of these snapshots, in the order of the form. */
  parts(subject: string, snapshots: readonly Snapshot[]): readonly HistoryPart[] | Promise<readonly HistoryPart[]>;
  /** Gives the named parts these values; undefined for one that was not there. Checks the right again. */
  restore(subject: string, changes: Snapshot, viewer: Viewer): Promise<unknown>;
}

/** What a thing was from some time on. */
export interface PastState {
  id: number;
  authorId: number | null;
  /** Null where nobody knows. */
  createdAt: number | null;
  snapshot: Snapshot;
}

/** Which part of which state is brought back, and what was there when that was chosen. */
export interface HistoryRestore {
  viewer: Viewer;
  /** All of it unless given. */
  part?: string;
  /** From `stateOf`: another one means that somebody has changed the thing meanwhile. */
  state: string;
}

interface Row {
  id: number;
  author_id: number | null;
  created_at: number | null;
  snapshot: string;
}

const KEPT = 100;
const SHOWN = 100;

/** Defines how much is kept of each thing. */
export function defineHistoryOptions(site: Site): void {
  site.options.define('history_kept', {
    default: KEPT,
    schema: { type: 'integer', minimum: 2, maximum: 1000 },
    label: 'Earlier versions kept of each term, menu and page of settings',
  });
}

const decode = (row: Row): PastState => ({
  id: row.id,
  authorId: row.author_id,
  createdAt: row.created_at,
  snapshot: JSON.parse(row.snapshot) as Snapshot,
});

/** Whether two parts, or two snapshots, are the same. Order of members does not count. */
export const isSameValue = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);

function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/**
 * The histories of things that are no entries: terms, menus, pages of settings, and what plugins have.
 *
 * @example
 * site.histories.define('feed', { title: 'Feed', find, read, parts, restore });
 * await site.histories.record('feed', String(id), after, { before, viewer });
 */
export class Histories implements Owned {
  readonly #site: Site;
  readonly #kinds: Registry<HistoryKind>;

  constructor(site: Site, kinds = new Registry<HistoryKind>('kind of history')) {
    this.#site = site;
    this.#kinds = kinds;
  }

  ownedBy(owner: string): this {
    return new Histories(this.#site, this.#kinds.ownedBy(owner)) as this;
  }

  removeOwner(owner: string): void {
    this.#kinds.removeOwner(owner);
  }

  /** Gives a kind of thing a history. @throws GALLEY_REGISTRY_DUPLICATE */
  define(kind: string, definition: HistoryKind): () => void {
    return this.#kinds.define(kind, definition);
  }

  get(kind: string): HistoryKind | undefined {
    return this.#kinds.get(kind);
  }

  /** What a thing looks like to whoever saw it; another value means that it has changed. */
  stateOf(snapshot: Snapshot): string {
    return createHash('sha256').update(canonical(snapshot)).digest('hex').slice(0, 24);
  }

  /**
   * Keeps what a thing is now, in the running transaction if there is one; of many, the oldest go. What it was before
   * is kept as well where nobody has yet, and nothing where nothing changed. Known secrets are taken out.
   */
  async record(
    kind: string,
    subject: string,
    after: Snapshot,
    { before, viewer }: { before?: Snapshot | undefined; viewer: Viewer },
  ): Promise<void> {
    if (before && isSameValue(before, after)) return;
    await this.#site.database.transaction(async () => {
      const [last] = await this.#rows(kind, subject, 1);
      const known = last && decode(last).snapshot;
      const clean = (snapshot: Snapshot): Snapshot => JSON.parse(this.#encode(snapshot)) as Snapshot;
      if (before && !(known && isSameValue(known, clean(before))))
        await this.#insert(kind, subject, { snapshot: before, authorId: null, createdAt: null });
      if (!before && known && isSameValue(known, clean(after))) return;
      await this.#insert(kind, subject, { snapshot: after, authorId: viewer.id, createdAt: Date.now() });
      await this.#prune(kind, subject);
    });
  }

  /** What a thing was, newest first. @throws GALLEY_HISTORY_UNKNOWN where this person may not change the thing */
  async list(kind: string, subject: string, viewer: Viewer): Promise<PastState[]> {
    await this.find(kind, subject, viewer);
    return (await this.#rows(kind, subject, SHOWN)).map(decode);
  }

  /** The thing, as far as this person may change it. @throws GALLEY_HISTORY_UNKNOWN */
  async find(
    kind: string,
    subject: string,
    viewer: Viewer,
  ): Promise<{ title: string; url: string; kind: HistoryKind }> {
    const definition = this.#kinds.get(kind);
    const found = await definition?.find(subject, viewer);
    if (definition && found) return { ...found, kind: definition };
    throw new GalleyError('GALLEY_HISTORY_UNKNOWN', 'There is no such history, or it is not yours to see.');
  }

  /**
   * Makes a thing what it was, in all or in one part. What it is now stays among what it was.
   * @throws GALLEY_HISTORY_UNKNOWN | GALLEY_ENTRY_CONFLICT where somebody has changed it meanwhile
   */
  async restore(kind: string, subject: string, id: number, { viewer, part, state }: HistoryRestore): Promise<void> {
    const { kind: definition } = await this.find(kind, subject, viewer);
    await this.#site.database.transaction(async () => {
      const wanted = (await this.list(kind, subject, viewer)).find((past) => past.id === id)?.snapshot;
      if (!wanted) throw new GalleyError('GALLEY_HISTORY_UNKNOWN', 'That version is not kept any more.');
      const now = await definition.read(subject);
      if (this.stateOf(now) !== state)
        throw new GalleyError('GALLEY_ENTRY_CONFLICT', 'Somebody has changed this meanwhile.');
      const names = part === undefined ? [...new Set([...Object.keys(wanted), ...Object.keys(now)])] : [part];
      const changed = names.filter((name) => !isSameValue(wanted[name], now[name]));
      if (changed.length === 0) return;
      await definition.restore(subject, Object.fromEntries(changed.map((name) => [name, wanted[name]])), viewer);
    });
  }

  async #rows(kind: string, subject: string, limit: number): Promise<Row[]> {
    const rows = await this.#site.database
      .write('histories')
      .select('id', 'author_id', 'created_at', 'snapshot')
      .where({ kind, subject })
      .orderBy('id', 'desc')
      .limit(limit);
    return rows as Row[];
  }

  async #insert(
    kind: string,
    subject: string,
    { snapshot, authorId, createdAt }: Omit<PastState, 'id'>,
  ): Promise<void> {
    await this.#site.database.insert('histories', {
      kind,
      subject,
      author_id: authorId,
      created_at: createdAt,
      snapshot: this.#encode(snapshot),
    });
  }

  #encode(snapshot: Snapshot): string {
    const { secrets } = this.#site.log;
    return JSON.stringify(snapshot, (_key, value: unknown) =>
      typeof value === 'string' ? secrets.clean(value) : value,
    );
  }

  async #prune(kind: string, subject: string): Promise<void> {
    const kept = await this.#site.options.get<number>('history_kept');
    const { database } = this.#site;
    const oldest = (await database
      .write('histories')
      .select('id')
      .where({ kind, subject })
      .orderBy('id', 'desc')
      .offset(kept)
      .first()) as { id: number } | undefined;
    if (oldest) await database.write('histories').where({ kind, subject }).where('id', '<=', oldest.id).delete();
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    /** What things that are no entries were before. */
    readonly histories: Histories;
  }
}
