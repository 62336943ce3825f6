import { type Entry, type Site, SYSTEM } from 'galley';

const AT_ONCE = 100;

/** Whether everybody may see an entry, or could before it went to the trash. */
function isOpen({ status, formerStatus, password }: Pick<Entry, 'status' | 'formerStatus' | 'password'>): boolean {
  const own = status === 'trash' ? formerStatus : status;
  return own === 'publish' && password === '';
}

/**
 * An entry is about to go for good. Files that were hidden with it stay hidden: alone they would belong to nothing and be
 * public, or fall to the page above. They become private, until somebody who may says that everybody may see them.
 * Runs inside of the transaction that removes the entry.
 */
export async function keepHidden(site: Site, entry: Entry): Promise<void> {
  if (entry.type === 'attachment' || isOpen(entry)) return;
  for (;;) {
    const { items } = await site.entries.find(
      { type: 'attachment', status: 'inherit', parent: entry.id, order: 'id', limit: AT_ONCE, body: false },
      SYSTEM,
    );
    for (const { id } of items) await site.entries.save({ id, status: 'private' }, { viewer: SYSTEM });
    if (items.length < AT_ONCE) return;
  }
}
