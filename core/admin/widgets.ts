/** A figure of a panel. */
export interface WidgetFigure {
  label: string;
  value: number | string;
  url?: string;
}

/** A line of a panel. */
export interface WidgetItem {
  title: string;
  url?: string;
  /** Small text below. */
  note?: string;
  /** ms since the epoch. */
  time?: number;
  badge?: { word: string; tone: string };
}

/** Numbers as a drawing, with a table of the same numbers behind it. */
export interface WidgetChart {
  kind: 'line' | 'bar' | 'doughnut';
  labels: string[];
  /** `month`: labels such as `2026-11`, shown in the reader's language. Else they are English texts. */
  labelKind?: 'month' | 'text';
  /** One or several rows of numbers, as long as `labels`; a doughnut has one. */
  series: { label: string; values: number[] }[];
  /** What the labels are, as the head of their column: "Month". */
  heading: string;
}

/** A panel of the first screen: plain data, so that every plugin can bring one. */
export interface DashboardWidget {
  id: string;
  title: string;
  /** Name of a Bootstrap icon. */
  icon?: string;
  /** Lower ones stand first; 10 unless given. */
  order?: number;
  /** Takes the whole width. */
  wide?: boolean;
  text?: string;
  figures?: WidgetFigure[];
  items?: WidgetItem[];
  chart?: WidgetChart;
  /** What stands there where there are no items. */
  empty?: string;
  links?: { label: string; url: string }[];
}
