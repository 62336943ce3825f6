import { type Site, SYSTEM, type UserRemoval } from 'galley';
import { trashUser } from './trash.ts';

const STATUSES = ['publish', 'inherit', 'private', 'draft', 'pending', 'future', 'trash', 'auto-draft'];
const BATCH = 100;

/**
 * What becomes of the work of somebody who is deleted: it goes to another user, or to the trash, from where it can be
 * brought back. So can the account itself for some days. Runs in the transaction of the deletion.
 */
export async function handOver(site: Site, removal: UserRemoval): Promise<UserRemoval> {
  const { user, reassignTo } = removal;
  const type = site.types.names();
  const status = reassignTo === null ? STATUSES.filter((name) => name !== 'trash') : STATUSES;
  const entries: number[] = [];
  for (;;) {
    const query = { type, status, author: user.id, limit: BATCH, order: 'id', body: false } as const;
    const { items } = await site.entries.find(query, SYSTEM);
    for (const { id } of items) {
      if (reassignTo === null) await site.entries.trash(id, { viewer: SYSTEM });
      else await site.entries.save({ id, authorId: reassignTo }, { viewer: SYSTEM, isImport: true });
      entries.push(id);
    }
    if (items.length < BATCH) break;
  }
  await trashUser(site, removal, entries);
  return removal;
}
