import type { DashboardWidget, WidgetChart } from '../admin/widgets.ts';
import { FIGURE_PARTS, readCell } from './panel-figures.ts';
import {
  type Given,
  listOf,
  MAX_ROWS,
  NAME,
  type Place,
  recordOf,
  TONES,
  targetOf,
  textOf,
  urlOf,
} from './panel-values.ts';

const MAX_BLOCKS = 60;
const CHARTS: readonly WidgetChart['kind'][] = ['line', 'bar', 'doughnut'];
/** The kinds of fields of a form. */
export const FIELD_KINDS = [
  'text',
  'textarea',
  'number',
  'checkbox',
  'select',
  'email',
  'url',
  'date',
  'hidden',
  'radio',
  'secret',
];

/** A field of a form. */
export interface PanelField {
  name: string;
  label: string;
  kind: string;
  value: string;
  help: string;
  isRequired: boolean;
  isChecked: boolean;
  choices: { value: string; label: string; isChosen: boolean }[];
}

/** A part of a panel as its template gets it: one member says what it is. */
export type PanelBlock = { kind: string } & Given;

/** Numbers as a drawing; undefined where they do not fit together. */
function readChart(value: unknown): WidgetChart | undefined {
  const { kind, labels, series, heading, labelKind } = recordOf(value);
  const words = listOf(labels, MAX_ROWS).map((label) => textOf(label, 100));
  const rows = listOf(series, 10).map((item) => {
    const { label, values } = recordOf(item);
    const numbers = listOf(values, MAX_ROWS).map((number) => (Number.isFinite(number) ? Number(number) : 0));
    return { label: textOf(label, 100), values: words.map((_, index) => numbers[index] ?? 0) };
  });
  const known = CHARTS.find((name) => name === kind);
  if (!known || words.length === 0 || rows.length === 0) return undefined;
  return {
    kind: known,
    labels: words,
    series: known === 'doughnut' ? rows.slice(0, 1) : rows,
    heading: textOf(heading, 100),
    labelKind: labelKind === 'month' && words.every((word) => /^\d{4}-\d{2}$/.test(word)) ? 'month' : 'text',
  };
}

function readLinks(value: unknown): { label: string; url: string }[] {
  return listOf(value, 10).flatMap((item) => {
    const { label, url } = recordOf(item);
    return urlOf(url) && textOf(label, 100) ? [{ label: textOf(label, 100), url: urlOf(url) }] : [];
  });
}

/** A panel of the first screen out of what a plugin says; nothing where it has no title. */
export function readWidget(value: unknown, id: string, title: string): DashboardWidget[] {
  const given = recordOf(value);
  if (Object.keys(given).length === 0) return [];
  const chart = readChart(given['chart']);
  return [
    {
      id,
      title: textOf(given['title'], 100) || title,
      icon: textOf(given['icon'], 50) || 'puzzle',
      order: 50,
      ...(textOf(given['text']) ? { text: textOf(given['text']) } : {}),
      figures: listOf(given['figures'], 12).map((item) => {
        const { label, value: figure, url } = recordOf(item);
        return { label: textOf(label, 100), value: textOf(figure, 100), ...(urlOf(url) ? { url: urlOf(url) } : {}) };
      }),
      items: listOf(given['items'], 20).map((item) => {
        const { title: line, url, note } = recordOf(item);
        return {
          title: textOf(line, 200),
          ...(urlOf(url) ? { url: urlOf(url) } : {}),
          ...(textOf(note, 200) ? { note: textOf(note, 200) } : {}),
        };
      }),
      ...(chart ? { chart } : {}),
      links: readLinks(given['links']),
    },
  ];
}

function readField(value: unknown): PanelField[] {
  const { name, label, kind, value: now, help, required, choices } = recordOf(value);
  const known = FIELD_KINDS.find((item) => item === kind) ?? 'text';
  if (!NAME.test(textOf(name)) || (textOf(label) === '' && known !== 'hidden')) return [];
  const current = typeof now === 'boolean' ? '' : textOf(now, 10_000);
  return [
    {
      name: textOf(name),
      label: textOf(label, 200),
      kind: known,
      // What is secret is entered and never shown again.
      value: known === 'secret' ? '' : current,
      help: textOf(help, 500),
      isRequired: required === true,
      isChecked: now === true,
      choices: listOf(choices, 200).map((item) => {
        const choice = recordOf(item);
        const of = textOf(choice['value'], 200);
        return { value: of, label: textOf(choice['label'], 200) || of, isChosen: of === current };
      }),
    },
  ];
}

/** What a button sends besides its action. */
function valuesOf(value: unknown): { name: string; value: string }[] {
  const given = Object.entries(recordOf(value)).slice(0, 20);
  return given.flatMap(([name, item]) => (NAME.test(name) ? [{ name, value: textOf(item) }] : []));
}

/** Parts within a part. All that have some name them so, and `partsOf` finds them there. */
function readNested(
  value: unknown,
  { id, depth, link }: Place,
  index: number,
): { label: string; blocks: PanelBlock[] } {
  const { label, blocks } = recordOf(value);
  return { label: textOf(label, 100), blocks: readBlocks(blocks, `${id}-${index}`, { depth: depth + 1, link }) };
}

const READERS: Record<string, (given: Given, place: Place) => Given | undefined> = {
  heading: ({ text }) => ({ text: textOf(text, 200) }),
  text: ({ text }) => ({ paragraphs: textOf(text, 10_000).split(/\n{2,}/) }),
  notice: ({ text, tone }) => ({ text: textOf(text), tone: TONES.find((item) => item === tone) ?? 'info' }),
  table: ({ caption, columns, rows }, place) => {
    const heads = listOf(columns, 20).map((column) => textOf(column, 100));
    const lines = listOf(rows, MAX_ROWS).map((row) => ({
      cells: heads.map((_, index) => readCell(listOf(row, 20)[index], place)),
    }));
    const isNumber = heads.map((_, at) => lines.length > 0 && lines.every(({ cells }) => cells[at]?.isNumber));
    const columnsOf = heads.map((text, at) => ({ text, isNumber: isNumber[at] }));
    return { caption: textOf(caption, 200), heads: columnsOf, lines };
  },
  list: ({ items, ordered }, place) => ({
    isOrdered: ordered === true,
    items: listOf(items, MAX_ROWS).map((item) => {
      const given = typeof item === 'string' ? { text: item } : recordOf(item);
      return { text: textOf(given['text'], 500), url: targetOf(given, place) };
    }),
  }),
  chart: ({ title, type, ...chart }, { id }) => {
    const read = readChart({ ...chart, kind: type });
    return read ? { id, title: textOf(title, 200), chart: read } : undefined;
  },
  image: ({ src, alt }) => {
    // From the site itself: a picture from elsewhere would tell its owner who looks.
    const own = /^\/(?![/\\])/.test(textOf(src)) ? textOf(src) : '';
    return own ? { src: own, alt: textOf(alt, 500) } : undefined;
  },
  frame: ({ name, title, text, data }, { id }) =>
    NAME.test(textOf(name)) && textOf(title)
      ? { id, name: textOf(name), title: textOf(title, 200), text: textOf(text, 500), data: data ?? null }
      : undefined,
  button: ({ label, action, danger, values, confirm, ...given }, place) => ({
    label: textOf(label, 100),
    action: NAME.test(textOf(action)) ? textOf(action) : '',
    values: valuesOf(values),
    confirm: textOf(confirm, 300),
    url: targetOf(given, place),
    isDanger: danger === true,
  }),
  form: ({ action, fields, submit }) => ({
    action: NAME.test(textOf(action)) ? textOf(action) : 'send',
    fields: listOf(fields, 40).flatMap(readField),
    submit: textOf(submit, 100) || 'Save',
  }),
  tabs: ({ tabs }, place) => ({ tabs: listOf(tabs, 10).map((tab, index) => readNested(tab, place, index)) }),
  accordion: ({ items }, place) => ({
    tabs: listOf(items, 30).map((item, index) => ({
      ...readNested(item, place, index),
      isOpen: recordOf(item)['open'] === true,
    })),
  }),
  columns: ({ columns }, place) => ({
    tabs: listOf(columns, 4).map((column, index) =>
      readNested(Array.isArray(column) ? { blocks: column } : column, place, index),
    ),
  }),
  ...FIGURE_PARTS,
};

/** The names of all parts. */
export const PANEL_PARTS: readonly string[] = Object.keys(READERS);

/** The parts of a panel out of what a plugin says. What is no known part, or stands too deep, is left out. */
export function readBlocks(value: unknown, id = 'panel', within: Partial<Omit<Place, 'id'>> = {}): PanelBlock[] {
  const { depth = 0, link = () => '' } = within;
  if (depth > 2) return [];
  return listOf(value, MAX_BLOCKS).flatMap((item, index): PanelBlock[] => {
    const given = recordOf(item);
    const kind = textOf(given['kind'], 20);
    const read = Object.hasOwn(READERS, kind)
      ? READERS[kind]?.(given, { id: `${id}-${index}`, depth, link })
      : undefined;
    return read ? [{ ...read, kind, [`is${kind.charAt(0).toUpperCase()}${kind.slice(1)}`]: true }] : [];
  });
}

/** The parts of one kind, at whatever depth: what a script draws. */
export function partsOf(blocks: readonly PanelBlock[], kind: string): PanelBlock[] {
  return blocks.flatMap((block) => {
    const tabs = (block['tabs'] ?? []) as { blocks: PanelBlock[] }[];
    return block.kind === kind ? [block] : tabs.flatMap((tab) => partsOf(tab.blocks, kind));
  });
}
