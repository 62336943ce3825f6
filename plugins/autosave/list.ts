import type { Cell, Entry, ScreenContext } from 'galley';
import type { Parts } from './access.ts';

/** Says in lists of entries who is editing which. */
export function joinLists({ site, locks }: Parts): void {
  site.admin.lists.extend<Entry>('content:*', {
    columns: [
      {
        key: 'editing',
        label: 'Being edited',
        isMinor: true,
        cells: async (entries, page: ScreenContext): Promise<(Cell | undefined)[]> => {
          const held = await locks.ofMany(entries.map(({ id }) => id));
          const users = await site.users.findByIds([...held.values()].map(({ userId }) => userId));
          const names = new Map(users.map((user) => [user.id, user.name]));
          return entries.map(({ id }) => {
            const lock = held.get(id);
            if (!lock) return { text: '–' };
            const name = names.get(lock.userId) ?? page.t('Somebody');
            return { text: page.t('{name} is editing', { name }) };
          });
        },
      },
    ],
  });
}
