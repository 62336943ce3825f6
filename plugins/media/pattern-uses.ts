import type { Entry, Site } from 'galley';
import type { Library } from './library.ts';
import { PATTERN_TYPE } from './usage.ts';

const SHOWN = 50;
const NAMED = 20;

/** Says of synced patterns where they stand: on their form, in their list, and before one goes. */
export function addPatternUses(site: Site, { usage }: Library): void {
  site.admin.lists.extend<Entry>(`content:${PATTERN_TYPE}`, {
    columns: [
      {
        key: 'uses',
        label: 'Used in',
        isNumber: true,
        isMinor: true,
        async cells(patterns) {
          const counts = await usage.standingCounts(patterns.map(({ id }) => id));
          return patterns.map(({ id }) => ({ text: String(counts.get(id) ?? 0) }));
        },
      },
    ],
  });
  site.hooks.addFilter(
    'entry-form:building',
    async (form, { page, type, entry }) => {
      if (type.name !== PATTERN_TYPE || !entry) return form;
      const { count, places } = await usage.standing([entry.id], page.viewer, SHOWN);
      const title =
        count === 0
          ? page.t('Used nowhere yet')
          : page.t('Used in {count} places', { count }, { one: 'Used in {count} place' });
      const more = count - places.length;
      const rest = more > 0 ? page.t('{count} more', { count: more }) : '';
      const html = await page.fragment('media/pattern-uses', { places, more: rest });
      form.sidePanels.push({ id: 'uses', title, icon: 'link-45deg', order: 5, html });
      return form;
    },
    { optional: true },
  );
  site.hooks.addCollector(
    'entries:leaving',
    async ({ page, type, ids }) => {
      if (type.name !== PATTERN_TYPE) return [];
      const { count, places } = await usage.standing(ids, page.viewer, NAMED);
      if (count === 0) return [];
      const more = count - places.length;
      const text =
        ids.length === 1
          ? page.t(
              'It is used in {count} places, which will show nothing instead:',
              { count },
              { one: 'It is used in {count} place, which will show nothing instead:' },
            )
          : page.t(
              'They are used in {count} places, which will show nothing instead:',
              { count },
              { one: 'They are used in {count} place, which will show nothing instead:' },
            );
      const things = places.map(({ label }) => label);
      return [{ text, things: more > 0 ? [...things, page.t('{count} more', { count: more })] : things }];
    },
    { optional: true },
  );
}
