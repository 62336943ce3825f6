import type { DashboardWidget } from './widgets.ts';

/** How somebody has arranged the first screen: kept by id, so panels that come later stand at the end. */
export interface HomeLayout {
  order: readonly string[];
  hidden: readonly string[];
  /** Ids of panels that take the whole width, or half of it, other than their plugin says. */
  widths: Readonly<Record<string, 'half' | 'full'>>;
}

/** Name of the preference. */
export const HOME_PREFERENCE = 'home';
const MAX_PANELS = 200;

const words = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string').slice(0, MAX_PANELS) : [];

/** What was kept, or nothing where it is not what this version writes. */
export function readLayout(value: unknown): HomeLayout {
  const { order, hidden, widths } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  const pairs = typeof widths === 'object' && widths !== null ? Object.entries(widths) : [];
  const known = pairs.filter((pair): pair is [string, 'half' | 'full'] => pair[1] === 'half' || pair[1] === 'full');
  return { order: words(order), hidden: words(hidden), widths: Object.fromEntries(known) };
}

/** The panels in the order that the person likes, each with the width he gave it; those he never saw follow by their own order. */
export function arrangePanels(widgets: readonly DashboardWidget[], layout: HomeLayout): DashboardWidget[] {
  const places = new Map(layout.order.map((id, index) => [id, index]));
  const place = ({ id }: DashboardWidget): number => places.get(id) ?? layout.order.length;
  return [...widgets]
    .sort((a, b) => place(a) - place(b) || (a.order ?? 10) - (b.order ?? 10))
    .map((widget) => {
      const width = layout.widths[widget.id];
      return width === undefined ? widget : { ...widget, wide: width === 'full' };
    });
}
