import { GalleyError, type RestoredThing, type Site, SYSTEM, type User, type UserRemoval, type Viewer } from 'galley';
import { PICTURE } from './pictures.ts';

const KIND = 'user';
const BATCH = 100;

/** An account that was deleted: never its password, nor anything that opens a door. */
interface TrashedUser {
  user: User;
  /** Of the profile. */
  meta: Record<string, string[]>;
  reassignTo: number | null;
  /** What went to somebody else, or to the trash. */
  entries: number[];
}

/** Keeps an account that is being deleted, in the transaction of that. */
export async function trashUser(site: Site, { user, reassignTo, by }: UserRemoval, entries: number[]): Promise<void> {
  const names = [...site.services.use('profiles').fields.names(), PICTURE];
  const meta = (await site.meta.of('user', [user.id], names)).get(user.id) ?? {};
  const data: TrashedUser = { user, meta, reassignTo, entries };
  await site.trash.put({ kind: KIND, title: user.name, data }, by);
}

const mayBringBack = (viewer: Viewer): boolean => viewer.can('delete_users') && viewer.can('create_users');

/** Lets people come back. */
export function defineUserTrash(site: Site): void {
  site.trash.define(KIND, {
    title: () => 'Person',
    may: mayBringBack,
    isSensitive: true,
    restore: (data, viewer) => bringBack(site, data as TrashedUser, viewer),
  });
}

/** Somebody comes back without a password, and with what went to others because of the deletion. */
async function bringBack(site: Site, data: TrashedUser, viewer: Viewer): Promise<RestoredThing> {
  if (!mayBringBack(viewer)) throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not bring people back.');
  const { user, meta, reassignTo, entries } = data;
  const { id, login, email, name, slug, bio, url, createdAt } = user;
  const roles = (await Promise.all(user.roles.map((role) => site.roles.get(role)))).flatMap((role) => role?.name ?? []);
  await site.users.create({ id, login, email, name, slug, bio, url, createdAt, roles }, viewer);
  if (user.status !== 'active') await site.users.setStatus(id, user.status, viewer);
  for (const [key, values] of Object.entries(meta)) await site.meta.set('user', id, key, values);
  for (let from = 0; from < entries.length; from += BATCH) {
    const known = await site.entries.getMany(entries.slice(from, from + BATCH), SYSTEM);
    for (const entry of known.values()) {
      if (reassignTo === null) {
        if (entry.status === 'trash') await site.entries.restore(entry.id, { viewer: SYSTEM });
      } else if (entry.authorId === reassignTo)
        await site.entries.save({ id: entry.id, authorId: id }, { viewer: SYSTEM, isImport: true });
    }
  }
  return { path: `/users/${id}`, note: 'Logging in needs a new password: send a link for it.' };
}

/** The number by which the account of somebody who was just deleted comes back. */
export async function trashedUser(site: Site, name: string, viewer: Viewer): Promise<number | undefined> {
  const { items } = await site.trash.list(viewer);
  return items.find(({ kind, title, authorId }) => kind === KIND && title === name && authorId === viewer.id)?.id;
}
