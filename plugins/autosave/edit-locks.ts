import { isGalleyError, type Site } from 'galley';

/** Somebody who edits an entry. */
export interface EditLock {
  entryId: number;
  userId: number;
  /** His form. */
  holder: string;
  /** Whom he took the entry from, if anybody. */
  takenFrom: number | null;
  since: number;
  expiresAt: number;
}

interface LockRow {
  entry_id: number;
  user_id: number;
  holder: string;
  taken_from: number | null;
  since: number;
  expires_at: number;
}

/** Whoever wants to edit: a person, and the form he has open. */
export interface Claimant {
  entryId: number;
  userId: number;
  holder: string;
}

/** Browsers give a sign of life every 15 s; who gave none for this long is gone. */
export const LOCK_MS = 45_000;

const decode = (row: LockRow): EditLock => ({
  entryId: row.entry_id,
  userId: row.user_id,
  holder: row.holder,
  takenFrom: row.taken_from,
  since: row.since,
  expiresAt: row.expires_at,
});

/** Who is editing what. Every claim is one conditional UPDATE, whose row count decides. */
export class EditLocks {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Whoever edits the entry now. */
  async of(entryId: number): Promise<EditLock | undefined> {
    return (await this.ofMany([entryId])).get(entryId);
  }

  /** Whoever edits each of the entries now. One query. */
  async ofMany(entryIds: readonly number[], now = Date.now()): Promise<Map<number, EditLock>> {
    if (entryIds.length === 0) return new Map();
    const rows = (await this.#rows()
      .select('*')
      .whereIn('entry_id', [...new Set(entryIds)])
      .where('expires_at', '>', now)) as LockRow[];
    return new Map(rows.map((row) => [row.entry_id, decode(row)]));
  }

  /** Begins to edit, where nobody else does. A person who opens a second form goes on there. Returns who edits. */
  async open(claim: Claimant, now = Date.now()): Promise<EditLock | undefined> {
    const { entryId, userId, holder } = claim;
    const fresh = { holder, expires_at: now + LOCK_MS };
    // His own, also one that ran out: he keeps what he may read since he took over.
    const own = await this.#rows().where({ entry_id: entryId, user_id: userId }).update(fresh);
    if (Number(own) > 0) return this.of(entryId);
    const taken = await this.#rows()
      .where({ entry_id: entryId })
      .where('expires_at', '<=', now)
      .update({ ...fresh, user_id: userId, taken_from: null, since: now });
    if (Number(taken) === 0 && !(await this.#make(claim, now))) return this.of(entryId);
    return this.of(entryId);
  }

  async #make({ entryId, userId, holder }: Claimant, now: number): Promise<boolean> {
    if (await this.#rows().select('entry_id').where({ entry_id: entryId }).first()) return false;
    try {
      await this.#rows().insert({
        entry_id: entryId,
        user_id: userId,
        holder,
        taken_from: null,
        since: now,
        expires_at: now + LOCK_MS,
      });
      return true;
    } catch (error) {
      if (isGalleyError(error, 'GALLEY_DATABASE_DUPLICATE')) return false;
      throw error;
    }
  }

  /** A sign of life of the form that holds the entry. Returns whether it still does. */
  async renew({ entryId, userId, holder }: Claimant, now = Date.now()): Promise<boolean> {
    const changed = await this.#rows()
      .where({ entry_id: entryId, user_id: userId, holder })
      .update({ expires_at: now + LOCK_MS });
    return Number(changed) > 0;
  }

  /** Takes the entry from whoever edits it. */
  async take(claim: Claimant, now = Date.now()): Promise<void> {
    const { entryId, userId, holder } = claim;
    const current = await this.of(entryId);
    if (!current || current.userId === userId) {
      await this.open(claim, now);
      return;
    }
    // Only from whom was seen there: of two who take over at once, the second one looks again.
    await this.#rows()
      .where({ entry_id: entryId, holder: current.holder, user_id: current.userId })
      .update({ user_id: userId, holder, taken_from: current.userId, since: now, expires_at: now + LOCK_MS });
  }

  /** Stops editing, from this form. The row stays for a while: whoever comes back goes on where he was. */
  async leave({ entryId, userId, holder }: Claimant): Promise<void> {
    await this.#rows().where({ entry_id: entryId, user_id: userId, holder }).update({ expires_at: 0 });
  }

  async forget(entryId: number): Promise<void> {
    await this.#rows().where({ entry_id: entryId }).delete();
  }

  #rows() {
    return this.#site.database.write<LockRow>('edit_locks');
  }
}
