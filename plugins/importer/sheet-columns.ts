import type { ScreenContext } from 'galley';
import { DATE_FORMS, type SheetChange, type SheetChanges } from './sheet-changes.ts';
import type { SheetPlan } from './sheet-map.ts';
import type { SheetField } from './sheet-target.ts';
import { textOf } from './sheet-values.ts';

const SAMPLE = 60;
const TEXTS = ['search', 'replace', 'date', 'split', 'empty'] as const;

/** What a column of the form is made of. */
export interface SheetColumn {
  heading: string;
  at: number;
  sample: string;
  isKey: boolean;
  options: { value: string; label: string; selected: boolean }[];
  change: SheetChange;
  /** A form of dates, for example. */
  dateForm: string;
  isChanged: boolean;
  isLower: boolean;
  isUpper: boolean;
}

/** The changes that were chosen in the form. */
export function changesOf(page: ScreenContext, headings: readonly string[]): SheetChanges {
  const changes = headings.map((heading, at) => [heading, changeAt(page, at)] as const);
  return Object.fromEntries(changes.filter(([, change]) => Object.keys(change).length > 0));
}

function changeAt(page: ScreenContext, at: number): SheetChange {
  const value = (name: string): string => page.value(`change.${at}.${name}`);
  const letters = value('letters');
  const texts = TEXTS.flatMap((name) => (value(name) === '' ? [] : [[name, value(name).slice(0, 200)]]));
  return {
    ...(value('trim') === '' ? {} : { trim: true }),
    ...(letters === 'lower' || letters === 'upper' ? { letters } : {}),
    ...Object.fromEntries(texts),
  };
}

/** The columns of a file as the form shows them. */
export function columnsOf(
  page: ScreenContext,
  {
    headings,
    samples,
    fields,
    plan,
  }: {
    headings: readonly string[];
    samples: Readonly<Record<string, unknown>>;
    fields: readonly SheetField[];
    plan: SheetPlan;
  },
): SheetColumn[] {
  const words = fields.map(({ name, label }) => ({ value: name, label: page.t(label) }));
  return headings.map((heading, at) => {
    const change = plan.changes?.[heading] ?? {};
    return {
      heading,
      at,
      sample: textOf(samples[heading]).slice(0, SAMPLE),
      isKey: plan.key === heading,
      options: words.map((option) => ({ ...option, selected: plan.map[heading] === option.value })),
      change,
      dateForm: DATE_FORMS[0],
      isChanged: Object.keys(change).length > 0,
      isLower: change.letters === 'lower',
      isUpper: change.letters === 'upper',
    };
  });
}

/** What the form offers as forms of dates. */
export const dateForms: readonly string[] = DATE_FORMS;
