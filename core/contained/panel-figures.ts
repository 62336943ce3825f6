import { type Given, listOf, MAX_ROWS, type Place, recordOf, targetOf, textOf, toneOf } from './panel-values.ts';

const LONG = 20_000;

/** What stands in a cell of a table: a text that may lead somewhere, a badge where it has a tone, or a number. */
interface Cell {
  text: string;
  url: string;
  tone: string;
  number: number;
  isNumber: boolean;
}

export function readCell(value: unknown, { link }: Place): Cell {
  const given = typeof value === 'object' ? recordOf(value) : { text: value };
  const isNumber = Number.isFinite(given['number']);
  return {
    text: textOf(given['text'], 500),
    url: link(given['to']),
    tone: toneOf(given['tone']),
    number: isNumber ? Number(given['number']) : 0,
    isNumber,
  };
}

function readLabelled(items: unknown, place: Place, max: number): Given[] {
  return listOf(items, max).map((item) => {
    const given = recordOf(item);
    return {
      label: textOf(given['label'], 100),
      value: textOf(given['value'], 500),
      change: textOf(given['change'], 100),
      tone: toneOf(given['tone']),
      url: targetOf(given, place),
    };
  });
}

/** Parts that show what is: figures, values, how far something is. */
export const FIGURE_PARTS: Record<string, (given: Given, place: Place) => Given | undefined> = {
  stats: ({ items }, place) => ({ items: readLabelled(items, place, 12) }),
  values: ({ title, items }, place) => ({ title: textOf(title, 200), items: readLabelled(items, place, MAX_ROWS) }),
  meter: ({ label, value, max, text }, { id }) => {
    const most = Number.isFinite(max) && Number(max) > 0 ? Number(max) : 100;
    const now = Number.isFinite(value) ? Math.min(Math.max(Number(value), 0), most) : 0;
    return { id, label: textOf(label, 200), value: now, max: most, text: textOf(text, 100) || percent(now / most) };
  },
  code: ({ text, label }) => ({ text: textOf(text, LONG), label: textOf(label, 200) || 'Code' }),
  divider: () => ({}),
  empty: ({ title, text, label, ...given }, place) => ({
    title: textOf(title, 200),
    text: textOf(text, 500),
    label: textOf(label, 100),
    url: targetOf(given, place),
  }),
};

const percent = (share: number): string => `${Math.round(share * 100)}%`;
