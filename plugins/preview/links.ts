import { type Entry, GalleyError, type Site, type Viewer } from 'galley';
import type { Shows } from './hooks.ts';

/** A link that works now. */
export interface PreviewLink {
  id: number;
  /** The path with the secret. */
  path: string;
  shows: Shows;
  /** For whom it is, in words. */
  note: string;
  madeBy: number;
  madeAt: number;
  endsAt: number;
}

interface LinkRow {
  id: number;
  entry_id: number;
  shows: string;
  note: string;
  made_by: number;
  made_at: number;
  ends_at: number;
  revoked_at: number | null;
}

const PURPOSE = 'preview link';
const HOUR_MS = 3_600_000;
const MAX_HOURS = 48;
const MAX_LINKS = 20;
const KEPT_MS = 7 * 24 * HOUR_MS;
const NO_MORE = 'This link does not work, or not any more. Ask for a new one.';

/** What is signed: the link, the entry, which version, and until when. */
const signedText = ({ id, entry_id, shows, ends_at }: LinkRow): string => [id, entry_id, shows, ends_at].join('\n');

/** Secret links for people without an account: each to one entry, for a while. */
export class PreviewLinks {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Makes a link. @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID */
  async make(
    entry: Entry,
    { viewer, hours, note = '', shows = 'entry' }: { viewer: Viewer; hours: number; note?: string; shows?: Shows },
  ): Promise<PreviewLink> {
    this.#demandEdit(entry, viewer);
    if (!(hours > 0 && hours <= MAX_HOURS))
      throw new GalleyError('GALLEY_INPUT_INVALID', `A preview link works for ${MAX_HOURS} hours at the longest.`);
    if ((await this.list(entry, viewer)).length >= MAX_LINKS)
      throw new GalleyError(
        'GALLEY_INPUT_INVALID',
        `An entry has at most ${MAX_LINKS} preview links. Take one back first.`,
      );
    const now = Date.now();
    const row = {
      entry_id: entry.id,
      shows,
      note: note.trim().slice(0, 200),
      made_by: viewer.id ?? 0,
      made_at: now,
      ends_at: now + hours * HOUR_MS,
      revoked_at: null,
    };
    const id = await this.#site.database.insert('preview_links', row);
    return this.#linkOf({ ...row, id });
  }

  /** The links to an entry that work now, newest first. @throws GALLEY_PERMISSION_DENIED */
  async list(entry: Entry, viewer: Viewer): Promise<PreviewLink[]> {
    this.#demandEdit(entry, viewer);
    const rows = (await this.#site.database
      .read<LinkRow>('preview_links')
      .select('*')
      .where({ entry_id: entry.id, revoked_at: null })
      .where('ends_at', '>', Date.now())
      .orderBy('id', 'desc')
      .limit(MAX_LINKS)) as LinkRow[];
    return rows.map((row) => this.#linkOf(row));
  }

  /** Takes a link back. @throws GALLEY_PERMISSION_DENIED */
  async revoke(entry: Entry, linkId: number, viewer: Viewer): Promise<void> {
    this.#demandEdit(entry, viewer);
    await this.#site.database
      .write('preview_links')
      .where({ id: linkId, entry_id: entry.id, revoked_at: null })
      .update({ revoked_at: Date.now() });
  }

  /**
   * What a link leads to: the entry as it stands now, and whether its maker may still show it.
   * @throws GALLEY_ENTRY_UNKNOWN the same for all that is wrong, so that nobody learns what there is
   */
  async open(token: string): Promise<{ entry: Entry; shows: Shows; viewer: Viewer }> {
    const row = await this.#rowOf(token);
    const maker = row && (await this.#site.users.find(row.made_by));
    if (!row || maker?.status !== 'active') throw new GalleyError('GALLEY_ENTRY_UNKNOWN', NO_MORE);
    const viewer = await this.#site.roles.viewerFor(maker);
    const entry = await this.#site.entries.get(row.entry_id, viewer);
    if (!entry || entry.status === 'trash' || !this.#site.entries.may(viewer, 'edit', entry))
      throw new GalleyError('GALLEY_ENTRY_UNKNOWN', NO_MORE);
    return { entry, shows: row.shows === 'pending' ? 'pending' : 'entry', viewer };
  }

  /** Forgets links that ended long ago. */
  async forgetOld(): Promise<void> {
    await this.#site.database
      .write('preview_links')
      .where('ends_at', '<', Date.now() - KEPT_MS)
      .delete();
  }

  /** Forgets the links to an entry that is gone. */
  async forgetEntry(entryId: number): Promise<void> {
    await this.#site.database.write('preview_links').where({ entry_id: entryId }).delete();
  }

  async #rowOf(token: string): Promise<LinkRow | undefined> {
    const [, id, mac] = /^([1-9]\d{0,14})\.([\w-]{43})$/.exec(token) ?? [];
    if (!id || !mac) return undefined;
    // From the writer, so that a link that was taken back is so at once.
    const row = (await this.#site.database
      .write('preview_links')
      .select('*')
      .where({ id: Number(id) })
      .first()) as LinkRow | undefined;
    const isGood = row && this.#site.keys.verify(PURPOSE, signedText(row), mac);
    return isGood && row.revoked_at === null && row.ends_at > Date.now() ? row : undefined;
  }

  #linkOf(row: LinkRow): PreviewLink {
    const { id, shows, note, made_by: madeBy, made_at: madeAt, ends_at: endsAt } = row;
    const path = `/preview/${id}.${this.#site.keys.sign(PURPOSE, signedText(row))}`;
    return { id, path, shows: shows === 'pending' ? 'pending' : 'entry', note, madeBy, madeAt, endsAt };
  }

  #demandEdit(entry: Entry, viewer: Viewer): void {
    if (!this.#site.entries.may(viewer, 'edit', entry))
      throw new GalleyError('GALLEY_PERMISSION_DENIED', 'Only who may edit this may show it to others.');
  }
}
