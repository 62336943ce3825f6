import { AsyncLocalStorage } from 'node:async_hooks';
import { type Entry, type EntryDraft, GalleyError, isGalleyError, type Site, SYSTEM, type Viewer } from 'galley';
import { BESIDE_TEXT, type ChangeDraft, type ChangeRow, decodeChange, type PendingChange } from './change.ts';
import { indexOf, mayEnter, mayGoOut, mayMove, planOf } from './plan.ts';

const AT_ONCE = 50;
const LIVE = ['publish', 'private'];

/** Marks the save that a change goes out with: the guard of saves has nothing to add to what was checked here. */
const goingOut = new AsyncLocalStorage<number>();

/** Whether the save that runs now is that of a change which has passed. */
export const isPassing = (entryId: number | undefined): boolean =>
  entryId !== undefined && goingOut.getStore() === entryId;

/** Changes that wait beside live entries. Visitors see nothing of them until they go out. */
export class PendingChanges {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** The change that waits beside an entry. @throws GALLEY_PERMISSION_DENIED */
  async of(entry: Entry, viewer: Viewer): Promise<PendingChange | undefined> {
    this.#demandEdit(entry, viewer);
    const row = (await this.#site.database
      .write<ChangeRow>('workflow_changes')
      .select('*')
      .where({ entry_id: entry.id })
      .first()) as ChangeRow | undefined;
    return row && decodeChange(row);
  }

  /**
   * Keeps what was typed as the next version. What had passed begins again, unless its author may let it pass himself.
   * @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID | GALLEY_ENTRY_CONFLICT
   */
  async save(
    entry: Entry,
    typed: EntryDraft,
    { viewer, baseVersion, form }: { viewer: Viewer; baseVersion: number; form: PendingChange['form'] },
  ): Promise<PendingChange> {
    if (!LIVE.includes(entry.status))
      throw new GalleyError(
        'GALLEY_INPUT_INVALID',
        'Only what is published can have a change that waits. Save it instead.',
      );
    const before = await this.of(entry, viewer);
    const draft = await this.#cleaned(entry, typed, viewer);
    const plan = await planOf(this.#site, entry.type);
    const at = plan ? indexOf(plan, before?.stage) : 0;
    const stays = at === 0 || mayEnter(viewer, plan?.stages[at]);
    const row = {
      base_version: baseVersion,
      draft: JSON.stringify(draft),
      form: JSON.stringify(form),
      stage: plan?.stages[stays ? at : 0]?.id ?? '',
      author_id: viewer.id,
      changed_at: Date.now(),
      // A moment that was chosen for another text holds no more.
      publish_at: null,
      scheduled_by: null,
      problem: '',
      failed: 0,
    };
    if (before) await this.#update(before, row);
    else await this.#site.database.insert('workflow_changes', { entry_id: entry.id, ...row, version: 1 });
    return (await this.of(entry, viewer)) as PendingChange;
  }

  /** Whether somebody may let the change go out as it stands. */
  async mayPublish(entry: Entry, change: PendingChange, viewer: Viewer): Promise<boolean> {
    const type = this.#site.types.need(entry.type);
    const plan = await planOf(this.#site, entry.type);
    const mayEdit = this.#site.entries.may(viewer, 'edit', entry) && viewer.can(`publish_${type.capability}s`);
    return mayEdit && (!plan || mayGoOut(viewer, plan, indexOf(plan, change.stage)));
  }

  /** Moves the change to another stage. @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID | GALLEY_ENTRY_CONFLICT */
  async move(entry: Entry, change: PendingChange, to: string, viewer: Viewer): Promise<void> {
    this.#demandEdit(entry, viewer);
    const plan = await planOf(this.#site, entry.type);
    const target = plan?.stages.findIndex(({ id }) => id === to) ?? -1;
    if (!plan || target === -1) throw new GalleyError('GALLEY_INPUT_INVALID', 'There is no such stage.');
    if (!mayMove(viewer, plan, { from: indexOf(plan, change.stage), to: target }))
      throw new GalleyError('GALLEY_PERMISSION_DENIED', `You may not move this to “${plan.stages[target]?.title}”.`);
    await this.#update(change, { stage: to, publish_at: null, scheduled_by: null });
  }

  /** Chooses when the change goes out; null for not by itself. @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID */
  async schedule(entry: Entry, change: PendingChange, at: number | null, viewer: Viewer): Promise<void> {
    await this.#demandPublish(entry, change, viewer);
    if (at !== null && at <= Date.now())
      throw new GalleyError('GALLEY_INPUT_INVALID', 'That time has passed. Choose a later one, or publish it now.');
    await this.#update(change, {
      publish_at: at,
      scheduled_by: at === null ? null : viewer.id,
      problem: '',
      failed: 0,
    });
  }

  /** Throws the change away. @throws GALLEY_PERMISSION_DENIED | GALLEY_ENTRY_CONFLICT */
  async discard(entry: Entry, change: PendingChange, viewer: Viewer): Promise<void> {
    this.#demandEdit(entry, viewer);
    await this.#take(change);
  }

  /**
   * Lets the change go out: the entry is its text from now on, and the change is gone, both or neither.
   *
   * @param isOnTop whether it may replace what somebody saved since it was made
   * @throws GALLEY_ENTRY_CONFLICT where the entry was saved since, without `isOnTop`
   */
  async publish(
    entry: Entry,
    change: PendingChange,
    { viewer, isOnTop = false }: { viewer: Viewer; isOnTop?: boolean },
  ): Promise<Entry> {
    await this.#demandPublish(entry, change, viewer);
    const { database, entries } = this.#site;
    const version = isOnTop ? entry.version : change.baseVersion;
    return database.transaction(async () => {
      await this.#take(change);
      const draft = { id: entry.id, ...change.draft };
      // It was sanitised by the right of its author when it was kept.
      return goingOut.run(entry.id, () => entries.save(draft, { viewer, version, htmlBy: SYSTEM }));
    });
  }

  /** Lets those go out whose moment has come. Returns how many. */
  async publishDue(): Promise<number> {
    const rows = (await this.#site.database
      .write<ChangeRow>('workflow_changes')
      .select('*')
      .where('publish_at', '<=', Date.now())
      .orderBy('publish_at')
      .limit(AT_ONCE)) as ChangeRow[];
    let published = 0;
    for (const row of rows) if (await this.#publishOne(decodeChange(row))) published++;
    return published;
  }

  /** Those that did not go out when they should have, of entries that this person may edit; the latest first. */
  async failed(viewer: Viewer, limit = AT_ONCE): Promise<{ entry: Entry; change: PendingChange }[]> {
    const rows = (await this.#site.database
      .read<ChangeRow>('workflow_changes')
      .select('*')
      .where({ failed: 1 })
      .orderBy('id', 'desc')
      .limit(limit)) as ChangeRow[];
    const changes = rows.map(decodeChange);
    const entries = await this.#site.entries.getMany(
      changes.map(({ entryId }) => entryId),
      viewer,
    );
    return changes.flatMap((change) => {
      const entry = entries.get(change.entryId);
      return entry && this.#site.entries.may(viewer, 'edit', entry) ? [{ entry, change }] : [];
    });
  }

  /** Forgets the change of an entry that is gone. */
  async forget(entryId: number): Promise<void> {
    await this.#site.database.write('workflow_changes').where({ entry_id: entryId }).delete();
  }

  /** By the right that who chose the moment has now. What cannot go out waits on, and says why. */
  async #publishOne(change: PendingChange): Promise<boolean> {
    const { users, roles, entries, log } = this.#site;
    try {
      const user = change.scheduledBy === null ? undefined : await users.find(change.scheduledBy);
      if (user?.status !== 'active')
        throw new GalleyError('GALLEY_PERMISSION_DENIED', 'Who chose the moment has no account any more.');
      const viewer = await roles.viewerFor(user);
      const entry = await entries.need(change.entryId, viewer);
      await this.publish(entry, change, { viewer });
      return true;
    } catch (error) {
      if (!isGalleyError(error)) log.error({ err: error, entry: change.entryId }, 'A pending change could not go out');
      const problem = isGalleyError(error) ? error.message.slice(0, 500) : 'It could not go out. The log says more.';
      await this.#site.database
        .write('workflow_changes')
        .where({ id: change.id, version: change.version })
        .update({ publish_at: null, problem, failed: 1, version: change.version + 1 });
      return false;
    }
  }

  async #cleaned(entry: Entry, typed: EntryDraft, viewer: Viewer): Promise<ChangeDraft> {
    const { title, content, excerpt, fields, featuredId, template } = await this.#site.entries.unsaved(
      { ...typed, id: entry.id },
      { viewer },
    );
    const terms: Record<string, number[]> = {};
    // Names become terms now, by the right of who typed them.
    for (const [taxonomy, wanted] of Object.entries(typed.terms ?? {}))
      terms[taxonomy] = await this.#site.terms.resolve(taxonomy, wanted, viewer);
    const beside = this.#beside(entry, typed, viewer);
    const meta = await this.#metaOf(entry, typed);
    return { title, content, excerpt, fields, featuredId, template, terms, meta, ...beside };
  }

  /** What is a part of the text though it is kept beside it: as typed, else as it is. Footnotes go out with their marks. */
  async #metaOf(entry: Entry, typed: EntryDraft): Promise<NonNullable<EntryDraft['meta']>> {
    const keys = this.#site.meta.textKeys();
    const news = Object.entries(typed.meta ?? {}).filter(([key]) => keys.has(key));
    return { ...(await this.#site.meta.ofText(entry.id)), ...Object.fromEntries(news) };
  }

  /** What of the settings beside the text is news. What only editors may say counts only where they say it. */
  #beside(entry: Entry, typed: EntryDraft, viewer: Viewer): ChangeDraft {
    const isEditor = viewer.can(`edit_others_${this.#site.types.need(entry.type).capability}s`);
    const changed = BESIDE_TEXT.filter(
      (name) =>
        typed[name] !== undefined &&
        typed[name] !== entry[name] &&
        (isEditor || (name !== 'authorId' && name !== 'sticky')),
    );
    const { status } = typed;
    return {
      ...Object.fromEntries(changed.map((name) => [name, typed[name]])),
      ...(status !== undefined && status !== entry.status && LIVE.includes(status) ? { status } : {}),
    };
  }

  async #update({ id, version }: PendingChange, values: Partial<ChangeRow>): Promise<void> {
    const count = await this.#site.database
      .write('workflow_changes')
      .where({ id, version })
      .update({ ...values, version: version + 1 });
    if (Number(count) === 0) throw stale();
  }

  async #take({ id, version }: PendingChange): Promise<void> {
    const count = await this.#site.database.write('workflow_changes').where({ id, version }).delete();
    if (Number(count) === 0) throw stale();
  }

  #demandEdit(entry: Entry, viewer: Viewer): void {
    if (!this.#site.entries.may(viewer, 'edit', entry))
      throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not change this.');
  }

  async #demandPublish(entry: Entry, change: PendingChange, viewer: Viewer): Promise<void> {
    if (!(await this.mayPublish(entry, change, viewer)))
      throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not let this go out. Move it to who may.');
  }
}

function stale(): GalleyError {
  return new GalleyError(
    'GALLEY_ENTRY_CONFLICT',
    'Somebody else did something with this change meanwhile. Look at it again.',
  );
}
