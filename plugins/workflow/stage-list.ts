import type { Entry, Site } from 'galley';
import type { Places } from './places.ts';
import { indexOf, planOf } from './plan.ts';

/** Shows in the lists of entries at which stage each stands, and narrows them by it. */
export function addStageList(site: Site, places: Places): void {
  site.admin.lists.extend<Entry>('content:*', {
    columns: [
      {
        key: 'stage',
        label: 'Stage',
        isMinor: true,
        isOptional: true,
        async cells(entries) {
          const [type] = entries.map((entry) => entry.type);
          const plan = type === undefined ? undefined : await planOf(site, type);
          if (!plan) return entries.map(() => ({ text: '–' }));
          const found = await places.of(entries.map(({ id }) => id));
          return entries.map(({ id }) => {
            const place = found.get(id);
            const word = plan.stages[indexOf(plan, place?.stage)]?.title ?? '';
            return { badge: { word, tone: place?.isReturned ? 'warning' : 'info' } };
          });
        },
      },
    ],
    filters: [
      {
        name: 'stage',
        label: 'Stage',
        kind: 'select',
        async options({ params }) {
          const plan = await planOf(site, params['type'] ?? '');
          return plan ? plan.stages.map(({ id, title }) => ({ value: id, label: title })) : [];
        },
        async query(stage, { params }) {
          const type = params['type'] ?? '';
          const plan = await planOf(site, type);
          const [first, ...later] = plan?.stages.map(({ id }) => id) ?? [];
          // What has never moved stands at the first stage: all that stands at no other one.
          if (stage === first)
            return { without: { table: 'workflow_places', column: 'entry_id', where: { stage: later } } };
          if (!later.includes(stage)) return undefined;
          return { ids: await places.idsAt(type, stage) };
        },
      },
    ],
  });
}
