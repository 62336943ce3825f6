import { type HistoryPart, type Site, type Snapshot, sanitizeContent } from 'galley';
import { stateOf, storeWidgets } from './widget-form.ts';
import { INACTIVE, type WidgetAreas } from './widgets.ts';

/** All widgets of the site are one thing with one history. */
const SUBJECT = 'all';

const read = (site: Site): Promise<WidgetAreas> => site.options.get<WidgetAreas>('widgets');

/** Gives the widgets a history, place by place. */
export function defineWidgetHistory(site: Site): void {
  site.histories.define('widgets', {
    title: 'Widgets',
    async find(subject, viewer) {
      if (subject !== SUBJECT || !viewer.can('edit_theme_options')) return undefined;
      return { title: 'Widgets', url: '/admin/widgets' };
    },
    read: () => read(site),
    parts: (_subject, snapshots) => partsOf(site, snapshots),
    async restore(_subject, changes, viewer) {
      const before = await read(site);
      const unfiltered = viewer.can('unfiltered_html');
      // What somebody with more rights once stored comes back by the right of whoever brings it back.
      const wanted = Object.entries({ ...before, ...changes }).map(([area, list]) => {
        const texts = Array.isArray(list) ? list : [];
        return [area, texts.map((markup) => sanitizeContent(String(markup), { unfiltered }).content)];
      });
      const after = Object.fromEntries(wanted) as WidgetAreas;
      await storeWidgets(site, { change: () => after, state: stateOf(before) }, viewer);
    },
  });
}

async function partsOf(site: Site, snapshots: readonly Snapshot[]): Promise<HistoryPart[]> {
  const { theme } = await site.themes.active();
  const names = [...new Set(snapshots.flatMap((snapshot) => Object.keys(snapshot)))];
  return names.map((name) => ({
    name,
    label: name === INACTIVE ? 'Set aside' : (theme.manifest.widgets[name] ?? name),
    show: (value) => (Array.isArray(value) ? value.join('\n\n') : ''),
  }));
}
