import { isGalleyError, type Site } from 'galley';
import { type Autosave, type AutosaveRow, decodeAutosave, keptPart } from './autosave.ts';

const KEPT_DONE_MS = 24 * 3600_000;
const KEPT_OPEN_MS = 90 * 24 * 3600_000;
const BEING_TYPED_MS = 24 * 3600_000;
const PRUNED = 500;

/** What is written to keep a text. */
export type AutosaveDraft = Pick<
  Autosave,
  'subject' | 'userId' | 'entryId' | 'type' | 'holder' | 'baseVersion' | 'form'
>;

/** The rows of what was typed. Whoever calls has checked the rights. */
export class AutosaveStore {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /**
   * Keeps a text, in the place of an earlier one of the same person. What a form sends late, after its text was saved,
   * is not taken.
   */
  async write(draft: AutosaveDraft): Promise<number> {
    const { subject, userId, entryId, type, holder, baseVersion } = draft;
    const now = Date.now();
    const row = {
      entry_id: entryId,
      type,
      holder,
      state: 'open',
      base_version: baseVersion,
      form: JSON.stringify(keptPart(draft.form)),
      updated_at: now,
    };
    const changed = await this.#rows()
      .where({ subject, user_id: userId })
      .whereNot((late) => late.where({ state: 'saved', holder }))
      .update(row);
    if (Number(changed) > 0 || (await this.find(subject, userId))) return now;
    try {
      await this.#site.database.insert('autosaves', { subject, user_id: userId, ...row });
    } catch (error) {
      // Two senders began at once; the other one made the row.
      if (!isGalleyError(error, 'GALLEY_DATABASE_DUPLICATE')) throw error;
      await this.#rows().where({ subject, user_id: userId }).update(row);
    }
    return now;
  }

  async find(subject: string, userId: number): Promise<Autosave | undefined> {
    const row = (await this.#rows().select('*').where({ subject, user_id: userId }).first()) as AutosaveRow | undefined;
    return row && decodeAutosave(row);
  }

  async get(id: number): Promise<Autosave | undefined> {
    const row = (await this.#rows().select('*').where({ id }).first()) as AutosaveRow | undefined;
    return row && decodeAutosave(row);
  }

  /** What somebody began and never saved, newest first. */
  async begun(userId: number, type: string, limit = 5): Promise<Autosave[]> {
    const rows = (await this.#rows()
      .select('*')
      .where({ user_id: userId, state: 'open', type })
      .whereNull('entry_id')
      .orderBy('updated_at', 'desc')
      .limit(limit)) as AutosaveRow[];
    return rows.map(decodeAutosave);
  }

  /** The forms whose text somebody saved into an entry lately. */
  async finished(userId: number, entryId: number): Promise<string[]> {
    const rows = (await this.#rows()
      .select('holder')
      .where({ entry_id: entryId, user_id: userId, state: 'saved' })
      .limit(20)) as Pick<AutosaveRow, 'holder'>[];
    return rows.map(({ holder }) => holder);
  }

  /** The text of a form was saved: it is let go, and what the form still sends is refused. */
  async finish(done: {
    subject: string;
    userId: number;
    holder: string;
    entry: { id: number; type: string };
  }): Promise<void> {
    const { subject, userId, holder, entry } = done;
    const row = { entry_id: entry.id, holder, state: 'saved', form: '{}', updated_at: Date.now() };
    const changed = await this.#rows().where({ subject, user_id: userId }).update(row);
    if (Number(changed) > 0) return;
    try {
      await this.#site.database.insert('autosaves', {
        subject,
        user_id: userId,
        type: entry.type,
        base_version: 0,
        ...row,
      });
    } catch (error) {
      if (!isGalleyError(error, 'GALLEY_DATABASE_DUPLICATE')) throw error;
      await this.#rows().where({ subject, user_id: userId }).update(row);
    }
  }

  /** Moves a text out of the way, or takes that back. Returns whether it was there. */
  async move(id: number, userId: number, from: 'open' | 'discarded'): Promise<boolean> {
    const state = from === 'open' ? 'discarded' : 'open';
    return Number(await this.#rows().where({ id, user_id: userId, state: from }).update({ state })) > 0;
  }

  /**
   * An entry is removed for good: what others than the remover typed lately stays theirs, as text of something new
   * under the name of the form that wrote it.
   */
  async setFree(entryId: number, removerId: number | null, now = Date.now()): Promise<void> {
    const rows = (await this.#rows()
      .select('id', 'holder')
      .where({ entry_id: entryId, state: 'open' })
      .where('updated_at', '>', now - BEING_TYPED_MS)
      .whereNot({ user_id: removerId ?? 0 })) as Pick<AutosaveRow, 'id' | 'holder'>[];
    for (const { id, holder } of rows)
      await this.#rows()
        .where({ id, entry_id: entryId })
        .update({ subject: `new:${holder}`, entry_id: null, base_version: 0 });
  }

  /** Forgets all about an entry that is gone. */
  async forget(entryId: number): Promise<void> {
    await this.#rows().where({ entry_id: entryId }).delete();
  }

  /** Forgets what is done with for a day, and what nobody came back to for three months. */
  async prune(now = Date.now()): Promise<void> {
    const remove = async (before: number, states: string[]): Promise<void> => {
      const rows = (await this.#rows()
        .select('id')
        .where('updated_at', '<', before)
        .whereIn('state', states)
        .limit(PRUNED)) as { id: number }[];
      if (rows.length > 0)
        await this.#rows()
          .whereIn(
            'id',
            rows.map(({ id }) => id),
          )
          .where('updated_at', '<', before)
          .delete();
    };
    await remove(now - KEPT_DONE_MS, ['saved', 'discarded']);
    await remove(now - KEPT_OPEN_MS, ['open']);
  }

  #rows() {
    return this.#site.database.write<AutosaveRow>('autosaves');
  }
}
