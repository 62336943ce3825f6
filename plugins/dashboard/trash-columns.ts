import type { Entry, ListColumn, ListFilter, ScreenContext } from 'galley';
import { AUTHOR } from './list-filters.ts';
import { nameOf, namesOf } from './removed-list.ts';

/** Who moved each entry to the trash: a column of the trash only. */
export const DELETED_BY: ListColumn<Entry> = {
  key: 'deletedBy',
  label: 'Deleted by',
  async cells(entries: readonly Entry[], page: ScreenContext) {
    const { site, viewer } = page;
    const ids = entries.map(({ id }) => id);
    const farewells = await site.entries.farewells(ids, viewer);
    const names = await namesOf(
      site,
      [...farewells.values()].map(({ authorId }) => authorId),
    );
    return ids.map((id) => {
      const farewell = farewells.get(id);
      return { text: farewell ? nameOf(page, farewell.authorId, names) : '–' };
    });
  },
};

/** Narrows the trash to what one person moved there. */
export const DELETED_BY_FILTER: ListFilter = {
  name: 'deletedBy',
  label: 'Deleted by',
  kind: 'select',
  options: (page) => AUTHOR.options?.(page) ?? [],
  query: async (value, { site }) =>
    /^[1-9]\d{0,14}$/.test(value) ? { ids: await site.entries.trashedBy(Number(value)) } : undefined,
};
