import type { Site } from 'galley';

/** Where an entry stands. */
export interface Place {
  entryId: number;
  stage: string;
  /** Whether it was sent back to here. */
  isReturned: boolean;
  movedAt: number;
  version: number;
}

/** A move from one stage to another. */
export interface Move {
  from: string;
  to: string;
  by: number | null;
  at: number;
  note: string;
}

interface PlaceRow {
  entry_id: number;
  type: string;
  stage: string;
  is_returned: number;
  moved_at: number;
  version: number;
}

interface MoveRow {
  id: number;
  entry_id: number;
  from_stage: string;
  to_stage: string;
  moved_by: number | null;
  moved_at: number;
  note: string;
}

const KEPT_MOVES = 50;
const MAX_LISTED = 100;
const MAX_NARROWED = 1000;

const decode = (row: PlaceRow): Place => ({
  entryId: row.entry_id,
  stage: row.stage,
  isReturned: row.is_returned === 1,
  movedAt: row.moved_at,
  version: row.version,
});

/** Where entries stand, and how they got there. Whoever asks has checked who may see them. */
export class Places {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Of several entries; those that never moved are not there. */
  async of(entryIds: readonly number[]): Promise<Map<number, Place>> {
    if (entryIds.length === 0) return new Map();
    // Inside of a save this is its own transaction, so that two moves at once cannot both be right.
    const rows = (await this.#site.database
      .write<PlaceRow>('workflow_places')
      .select('*')
      .whereIn('entry_id', [...entryIds])) as PlaceRow[];
    return new Map(rows.map((row) => [row.entry_id, decode(row)]));
  }

  /** Entries at some stages of a type, those that have stood there longest first. */
  async at(type: string, stages: readonly string[], limit = 20): Promise<Place[]> {
    if (stages.length === 0) return [];
    const rows = (await this.#site.database
      .read<PlaceRow>('workflow_places')
      .select('*')
      .where({ type })
      .whereIn('stage', [...stages])
      .orderBy('moved_at')
      .limit(Math.min(limit, MAX_LISTED))) as PlaceRow[];
    return rows.map(decode);
  }

  /** The entries at a stage of a type, those that came there last; so many as a list can be narrowed to. */
  async idsAt(type: string, stage: string): Promise<number[]> {
    const rows = (await this.#site.database
      .read<PlaceRow>('workflow_places')
      .select('entry_id')
      .where({ type, stage })
      .orderBy('moved_at', 'desc')
      .limit(MAX_NARROWED)) as Pick<PlaceRow, 'entry_id'>[];
    return rows.map((row) => row.entry_id);
  }

  /** The moves of an entry, newest first. */
  async moves(entryId: number, limit = 20): Promise<Move[]> {
    const rows = (await this.#site.database
      .read<MoveRow>('workflow_moves')
      .select('*')
      .where({ entry_id: entryId })
      .orderBy('id', 'desc')
      .limit(Math.min(limit, KEPT_MOVES))) as MoveRow[];
    return rows.map((row) => ({
      from: row.from_stage,
      to: row.to_stage,
      by: row.moved_by,
      at: row.moved_at,
      note: row.note,
    }));
  }

  /** Moves an entry; false where somebody else moved it meanwhile. */
  async move(
    entry: { id: number; type: string },
    place: Place | undefined,
    {
      from,
      to,
      by,
      note,
      isReturned,
    }: { from: string; to: string; by: number | null; note: string; isReturned: boolean },
  ): Promise<boolean> {
    const { database } = this.#site;
    const moved_at = Date.now();
    const row = { type: entry.type, stage: to, is_returned: isReturned ? 1 : 0, moved_at };
    if (place) {
      const where = { entry_id: entry.id, version: place.version };
      const count = await database
        .write('workflow_places')
        .where(where)
        .update({ ...row, version: place.version + 1 });
      if (Number(count) === 0) return false;
    } else await database.write('workflow_places').insert({ entry_id: entry.id, ...row, version: 1 });
    await database.write('workflow_moves').insert({
      entry_id: entry.id,
      from_stage: from,
      to_stage: to,
      moved_by: by,
      moved_at,
      note: note.trim().slice(0, 2000),
    });
    return true;
  }

  /** Forgets an entry that is gone. */
  async forget(entryId: number): Promise<void> {
    for (const table of ['workflow_places', 'workflow_moves'])
      await this.#site.database.write(table).where({ entry_id: entryId }).delete();
  }
}
