import { type Cell, type Entry, formatDate, type ListFilter, type ScreenContext, SYSTEM } from 'galley';

/** The heads of what the trash says more than the library. */
export const TRASH_COLUMNS = [
  { key: 'deletedBy', label: 'Deleted by' },
  { key: 'deleted', label: 'Deleted', isMinor: true },
] as const;

const MOST = 300;

/** Who moved a file to the trash, as far as this person may know it, and when. */
export interface Deletion {
  who: string | undefined;
  at: number;
}

/** Who moved each file to the trash, and when. */
export async function deletionsOf(page: ScreenContext, entries: readonly Entry[]): Promise<Map<number, Deletion>> {
  const { site, viewer } = page;
  const farewells = await site.entries.farewells(
    entries.map(({ id }) => id),
    viewer,
  );
  const ids = [...new Set([...farewells.values()].flatMap(({ authorId }) => authorId ?? []))];
  const names = new Map((await site.users.findByIds(ids)).map(({ id, name }) => [id, name]));
  return new Map(
    entries.map(({ id, modifiedAt }) => {
      const farewell = farewells.get(id);
      const who = farewell && nameOf(page, farewell.authorId, names);
      return [id, { who, at: farewell?.createdAt ?? modifiedAt }];
    }),
  );
}

/** The same as cells of the table. */
export async function trashCells(
  page: ScreenContext,
  entries: readonly Entry[],
): Promise<Map<number, Record<string, Cell>>> {
  const deletions = await deletionsOf(page, entries);
  return new Map(
    [...deletions].map(([id, { who, at }]) => [id, { deletedBy: { text: who ?? '–' }, deleted: { time: at } }]),
  );
}

/** Accounts go too, and some things no person did. */
function nameOf(page: ScreenContext, id: number | null, names: ReadonlyMap<number, string>): string {
  return id === null ? page.t('The system') : (names.get(id) ?? page.t('Somebody who is not here any more'));
}

/** Narrows the trash to what one person moved there. */
export const DELETED_BY_FILTER: ListFilter = {
  name: 'deletedBy',
  label: 'Deleted by',
  kind: 'select',
  options: ({ site }) =>
    site.cache.remember('media:people', { tags: ['users'] }, async () => {
      const users = await site.users.list({ status: 'active', limit: MOST }, SYSTEM);
      return users.map(({ id, name }) => ({ value: String(id), label: name }));
    }),
  query: async (value, { site }) =>
    /^[1-9]\d{0,14}$/.test(value) ? { ids: await site.entries.trashedBy(Number(value)) } : undefined,
};

/** What is said of a file in the trash. */
export async function trashWords(page: ScreenContext, entry: Entry): Promise<string> {
  const farewell = (await page.site.entries.farewells([entry.id], page.viewer)).get(entry.id);
  const user = farewell?.authorId ? await page.site.users.find(farewell.authorId) : undefined;
  if (!farewell || !user) return page.t('This file is in the trash. Nobody sees it.');
  const zone = await page.site.options.get<string>('timezone');
  const when = formatDate(farewell.createdAt, { zone, language: page.language, format: 'j F Y, H:i' });
  return page.t('{who} moved this file to the trash ({when}). Nobody sees it.', { who: user.name, when });
}
