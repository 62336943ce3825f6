import type { ScreenContext } from './screen-context.ts';
import type { DashboardWidget, WidgetChart } from './widgets.ts';

/** A chart as its template gets it: a table with a row for each label, in the reader's language. */
export interface ChartView extends WidgetChart {
  rows: { label: string; values: (number | string)[] }[];
}

type Reader = Pick<ScreenContext, 't' | 'language'>;

/** Prepares the chart of a panel; labels and values that have no partner are filled up, so that the table is whole. */
export function chartView({ chart }: DashboardWidget, page: Reader): ChartView | undefined {
  if (!chart) return undefined;
  const months = new Intl.DateTimeFormat(page.language, { month: 'short', year: 'numeric', timeZone: 'UTC' });
  const labels = chart.labels.map((label) =>
    chart.labelKind === 'month' && /^\d{4}-\d{2}$/.test(label) ? months.format(new Date(`${label}-01`)) : page.t(label),
  );
  const series = chart.series.map(({ label, values }) => ({ label: page.t(label), values }));
  const rows = labels.map((label, index) => ({ label, values: series.map(({ values }) => values[index] ?? '') }));
  return { ...chart, labels, series, rows };
}
