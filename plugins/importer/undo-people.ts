import type { Site, Viewer } from 'galley';
import { STAY_TEXTS, type UndoThing, type UndoWork } from './undo-work.ts';

/** What is asked of whichever plugin keeps comments. */
interface CommentKeeper {
  setStatus(id: number, status: 'trash', viewer: Viewer): Promise<unknown>;
  store: {
    get(id: number): Promise<Kept | undefined>;
    ofUser(userId: number): Promise<{ id: number; entryId: number }[]>;
  };
}

interface Kept {
  id: number;
  entryId: number;
  authorName: string;
  status: string;
  version: number;
}

const keeperOf = (site: Site): CommentKeeper | undefined => site.services.get('comments') as CommentKeeper | undefined;

/** Takes back comments on what stays; those on what goes are in the trash with it. */
export async function undoComments(work: UndoWork): Promise<void> {
  const { site, made, options, gone } = work;
  const keeper = keeperOf(site);
  if (!keeper) return;
  for (const { id, version } of await made.of(options.run, 'comment')) {
    const comment = await keeper.store.get(id);
    if (!comment || comment.status === 'trash') continue;
    if (gone.entry.has(comment.entryId)) {
      gone.comment.add(id);
      if (!options.dryRun) await work.forget('comment', id);
      continue;
    }
    const thing: UndoThing = { id, version, kind: 'comment', label: 'Comments', what: comment.authorName || `#${id}` };
    if (comment.version !== version) work.leave(thing, STAY_TEXTS.changed);
    else await work.take(thing, () => keeper.setStatus(id, 'trash', options.viewer));
  }
}

/** Takes back people of whom nothing stays. */
export async function undoPeople(work: UndoWork): Promise<void> {
  const { site, made, options } = work;
  const things = await made.of(options.run, 'user');
  const users = new Map((await site.users.findByIds(things.map(({ id }) => id))).map((user) => [user.id, user]));
  for (const { id, version } of things) {
    const user = users.get(id);
    if (!user) continue;
    const thing: UndoThing = { id, version, kind: 'user', label: 'People', what: user.name };
    if (id === options.viewer.id) work.leave(thing, STAY_TEXTS.self);
    else if (user.version !== version) work.leave(thing, STAY_TEXTS.changed);
    else if (await hasWritten(work, id)) work.leave(thing, STAY_TEXTS.wrote);
    else
      await work.take(
        thing,
        () => site.users.remove(id, { reassignTo: null }, options.viewer),
        () => site.users.assertMayRemove(user, options.viewer),
      );
  }
}

async function hasWritten(work: UndoWork, author: number): Promise<boolean> {
  const { site, gone } = work;
  if (await work.stays({ author })) return true;
  const comments = (await keeperOf(site)?.store.ofUser(author)) ?? [];
  return comments.some(({ id, entryId }) => !(gone.comment.has(id) || gone.entry.has(entryId)));
}
