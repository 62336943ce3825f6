import { type Entry, GalleyError, type Site, SYSTEM, type User, type Viewer } from 'galley';
import { type Anchor, decodeNote, type Note, type NoteRow, quoteOf } from './note.ts';

const MAX_NOTES = 500;
const MAX_BODY = 5000;
const MAX_PEOPLE = 300;
const LISTED = 50;

/** A mention that waits to be seen. */
export interface Mention {
  entry: Entry;
  note: Note;
  isSeen: boolean;
}

/** Notes on entries. Their rights are those of the entry: who may not edit it learns nothing of them. */
export class Notes {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** All notes of an entry, oldest first. @throws GALLEY_PERMISSION_DENIED */
  async list(entry: Entry, viewer: Viewer): Promise<Note[]> {
    this.#demand(entry, viewer);
    const rows = (await this.#site.database
      .read<NoteRow>('workflow_notes')
      .select('*')
      .where({ entry_id: entry.id })
      .orderBy('id')
      .limit(MAX_NOTES)) as NoteRow[];
    return rows.map(decodeNote);
  }

  /** Writes a note, or with `threadId` an answer. @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID */
  async add(
    entry: Entry,
    { body, anchor, threadId = null }: { body: string; anchor?: Anchor; threadId?: number | null },
    viewer: Viewer,
  ): Promise<Note> {
    this.#demand(entry, viewer);
    const text = body.replace(/\r\n?/g, '\n').trim();
    if (text === '' || text.length > MAX_BODY)
      throw new GalleyError('GALLEY_INPUT_INVALID', `A note has between 1 and ${MAX_BODY} characters.`);
    const all = await this.list(entry, viewer);
    if (all.length >= MAX_NOTES)
      throw new GalleyError('GALLEY_INPUT_INVALID', 'There are too many notes here already.');
    if (threadId !== null && !all.some(({ id, threadId: own }) => id === threadId && own === null))
      throw new GalleyError('GALLEY_INPUT_INVALID', 'There is no such note to answer.');
    const people = await this.mentionable(entry, viewer);
    const row = {
      entry_id: entry.id,
      thread_id: threadId,
      author_id: viewer.id,
      body: text,
      anchor: anchor?.kind ?? 'entry',
      place: (anchor?.place ?? '').slice(0, 100),
      quote: quoteOf(anchor?.quote ?? ''),
      made_at: Date.now(),
      resolved_at: null,
      resolved_by: null,
    };
    const mentioned = mentionedIn(text, people).filter(({ id }) => id !== viewer.id);
    return this.#site.database.transaction(async () => {
      const id = await this.#site.database.insert('workflow_notes', row);
      for (const user of mentioned)
        await this.#site.database.insert('workflow_mentions', {
          note_id: id,
          entry_id: entry.id,
          user_id: user.id,
          made_at: row.made_at,
          seen_at: null,
        });
      const note = decodeNote({ id, ...row });
      await this.#site.database.afterCommit(() =>
        this.#site.hooks.doAction('note:added', { entry, note, mentioned, by: viewer }),
      );
      return note;
    });
  }

  /** Marks a thread as done, or opens it again. @throws GALLEY_PERMISSION_DENIED */
  async resolve(entry: Entry, noteId: number, isResolved: boolean, viewer: Viewer): Promise<void> {
    this.#demand(entry, viewer);
    const change = isResolved
      ? { resolved_at: Date.now(), resolved_by: viewer.id }
      : { resolved_at: null, resolved_by: null };
    const thread = this.#site.database
      .write('workflow_notes')
      .where({ id: noteId, entry_id: entry.id, thread_id: null });
    if (isResolved) await thread.whereNull('resolved_at').update(change);
    else await thread.whereNotNull('resolved_at').update(change);
  }

  /** Who may be mentioned: those who may edit the entry, and nobody else. @throws GALLEY_PERMISSION_DENIED */
  async mentionable(entry: Entry, viewer: Viewer): Promise<User[]> {
    this.#demand(entry, viewer);
    const { users, roles, entries } = this.#site;
    const active = await users.list({ status: 'active', limit: MAX_PEOPLE }, SYSTEM);
    const may = await Promise.all(active.map(async (user) => entries.may(await roles.viewerFor(user), 'edit', entry)));
    return active.filter((_, index) => may[index]);
  }

  /** What somebody is mentioned in, newest first; of entries that he may edit still. */
  async mentions(viewer: Viewer, { onlyUnseen = false }: { onlyUnseen?: boolean } = {}): Promise<Mention[]> {
    if (viewer.id === null) return [];
    const builder = this.#site.database
      .read('workflow_mentions')
      .select('note_id', 'entry_id', 'seen_at')
      .where({ user_id: viewer.id });
    if (onlyUnseen) void builder.whereNull('seen_at');
    const rows = (await builder.orderBy('id', 'desc').limit(LISTED)) as {
      note_id: number;
      entry_id: number;
      seen_at: number | null;
    }[];
    if (rows.length === 0) return [];
    const entries = await this.#site.entries.getMany(
      rows.map((row) => row.entry_id),
      viewer,
    );
    const notes = (await this.#site.database
      .read<NoteRow>('workflow_notes')
      .select('*')
      .whereIn(
        'id',
        rows.map((row) => row.note_id),
      )) as NoteRow[];
    const byId = new Map(notes.map((row) => [row.id, decodeNote(row)]));
    return rows.flatMap((row) => {
      const [entry, note] = [entries.get(row.entry_id), byId.get(row.note_id)];
      if (!entry || !note || !this.#site.entries.may(viewer, 'edit', entry)) return [];
      return [{ entry, note, isSeen: row.seen_at !== null }];
    });
  }

  /** Remembers that somebody has seen the notes of an entry. */
  async markSeen(entry: Entry, viewer: Viewer): Promise<void> {
    await this.#site.database
      .write('workflow_mentions')
      .where({ entry_id: entry.id, user_id: viewer.id, seen_at: null })
      .update({ seen_at: Date.now() });
  }

  /** Forgets the notes of an entry that is gone. */
  async forget(entryId: number): Promise<void> {
    for (const table of ['workflow_notes', 'workflow_mentions'])
      await this.#site.database.write(table).where({ entry_id: entryId }).delete();
  }

  #demand(entry: Entry, viewer: Viewer): void {
    if (!this.#site.entries.may(viewer, 'edit', entry))
      throw new GalleyError('GALLEY_PERMISSION_DENIED', 'Only who may edit this sees its notes.');
  }
}

/** The people whose name stands behind an @, the longest name first. */
export function mentionedIn(text: string, people: readonly User[]): User[] {
  const byLength = [...people].sort((a, b) => b.name.length - a.name.length);
  const found = new Set<User>();
  for (const [, rest = ''] of text.matchAll(/@(?=(.{1,100}))/gs)) {
    const name = byLength.find((user) => {
      const isThere = user.name !== '' && rest.toLowerCase().startsWith(user.name.toLowerCase());
      return isThere && !/^[\p{L}\p{N}]/u.test(rest.slice(user.name.length));
    })?.name;
    for (const user of people) if (name !== undefined && user.name === name) found.add(user);
  }
  return [...found];
}
