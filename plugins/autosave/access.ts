import { type Entry, GalleyError, type Site, type Viewer } from 'galley';
import type { Autosave } from './autosave.ts';
import type { AutosaveStore } from './autosave-store.ts';
import type { EditLocks } from './edit-locks.ts';

/** The parts that screens, routes and the form share. */
export interface Parts {
  site: Site;
  autosaves: AutosaveStore;
  locks: EditLocks;
}

/** The id of whoever asks. @throws GALLEY_LOGIN_REQUIRED */
export function userIdOf(viewer: Viewer): number {
  if (viewer.id === null) throw new GalleyError('GALLEY_LOGIN_REQUIRED', 'Please log in first.');
  return viewer.id;
}

/** An entry that the viewer may edit. @throws GALLEY_ENTRY_UNKNOWN | GALLEY_PERMISSION_DENIED */
export async function needEditable(site: Site, id: number, viewer: Viewer): Promise<Entry> {
  const entry = await site.entries.need(id, viewer);
  if (!site.entries.may(viewer, 'edit', entry))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not edit this.');
  return entry;
}

/** Whether somebody may begin something of a type. @throws GALLEY_TYPE_UNKNOWN | GALLEY_PERMISSION_DENIED */
export function demandWriter(site: Site, name: string, viewer: Viewer): void {
  const type = site.types.get(name);
  if (!type?.showInAdmin) throw new GalleyError('GALLEY_TYPE_UNKNOWN', 'There is no content of that type.');
  if (!viewer.can(`edit_${type.capability}s`))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', `You may not write ${type.title.toLowerCase()}.`);
}

/** Whether somebody may write anything at all in the admin. */
export function isWriter(site: Site, viewer: Viewer): boolean {
  return site.types.list().some(({ value }) => value.showInAdmin && viewer.can(`edit_${value.capability}s`));
}

/**
 * A kept text that the viewer may read: his own, or of him from whom he took the entry over, while he holds it; and
 * only of an entry that he may edit.
 * @throws GALLEY_ENTRY_UNKNOWN also where somebody else keeps it: nobody learns that it exists
 */
export async function needReadable({ site, autosaves, locks }: Parts, id: number, viewer: Viewer): Promise<Autosave> {
  const none = new GalleyError('GALLEY_ENTRY_UNKNOWN', 'Nothing is kept under this number any more.');
  const found = await autosaves.get(id);
  if (!found || found.state === 'saved') throw none;
  const userId = userIdOf(viewer);
  if (found.entryId === null) {
    if (found.userId !== userId) throw none;
    demandWriter(site, found.type, viewer);
    return found;
  }
  if (found.userId !== userId) {
    const lock = await locks.of(found.entryId);
    if (lock?.userId !== userId || lock.takenFrom !== found.userId) throw none;
  }
  await needEditable(site, found.entryId, viewer);
  return found;
}

/** The screen of an entry, or of what is new. */
export function formUrl({ type, entryId }: Pick<Autosave, 'type' | 'entryId'>): string {
  return `/admin/content/${type}/${entryId ?? 'new'}`;
}

/** The display name of a user. */
export async function nameOf({ site }: Pick<Parts, 'site'>, userId: number): Promise<string> {
  return (await site.users.find(userId))?.name ?? 'Somebody';
}
