import { type Entry, isGalleyError, type ListAction, type Site, SYSTEM } from 'galley';

/** What the list of plants has more than other lists: a column, a filter, and something to do with several at once. */
export function extendList(site: Site): void {
  site.admin.lists.extend<Entry>('content:plant', {
    columns: [
      {
        key: 'sightings',
        label: 'Sightings',
        isNumber: true,
        // All rows of the page at once: one query for all of them.
        async cells(plants) {
          const ids = plants.map(({ id }) => id);
          const where = { plant: { in: ids } };
          const { items } = await site.entries.find(
            { type: 'sighting', status: ['publish', 'draft'], where, limit: 1000 },
            SYSTEM,
          );
          return ids.map((id) => ({ text: String(items.filter(({ fields }) => fields['plant'] === id).length) }));
        },
      },
    ],
    filters: [
      {
        name: 'tall',
        label: 'Height',
        kind: 'select',
        options: () => [
          { value: 'low', label: 'Up to the knee' },
          { value: 'tall', label: 'Above the head' },
        ],
        query: (value) => ({ where: { height: value === 'tall' ? { gte: 180 } : { lte: 50 } } }),
      },
    ],
    actions: [sow('loam', 'Needs loam', 'sand'), sow('sand', 'Needs sand', 'loam')],
  });
}

/** Sets the soil of several plants; the other one takes it back. */
function sow(soil: string, label: string, opposite: string): ListAction {
  return {
    name: `soil-${soil}`,
    label,
    capability: 'edit_posts',
    undo: `soil-${opposite}`,
    said: (count) => (count === 1 ? 'One plant is changed.' : `${count} plants are changed.`),
    async run(ids, { site, viewer }) {
      const done: number[] = [];
      let refusal = '';
      for (const id of ids) {
        try {
          await site.entries.save({ id, fields: { soil } }, { viewer });
          done.push(id);
        } catch (error) {
          if (!isGalleyError(error) || error.status >= 500) throw error;
          refusal = error.message;
        }
      }
      return { done, refusal };
    },
  };
}
