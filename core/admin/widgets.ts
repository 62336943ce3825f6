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
  /** What stands there where there are no items. */
  empty?: string;
  links?: { label: string; url: string }[];
}
