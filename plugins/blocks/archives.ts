import {
  type BlockContext,
  type BlockDefinition,
  type BlockInstance,
  escapeHtml,
  formatDate,
  type Permalinks,
  zonedParts,
} from 'galley';
import { flag, isOn, number, text } from './attributes.ts';
import { linksOf } from './entries.ts';
import { link, wrap } from './html.ts';

/** A month with posts. */
interface Month {
  year: number;
  month: number;
  amount: number;
}

interface MonthData {
  months: Month[];
  links: Permalinks;
}

function loadMonths(context: BlockContext): Promise<MonthData> {
  context.tag('type:post');
  return context.once('blocks:months', async () => {
    const [tallies, links] = await Promise.all([context.site.entries.counts(), linksOf(context)]);
    const months = tallies
      .filter((tally) => tally.type === 'post' && tally.status === 'publish' && tally.month > 0)
      .map(({ month, amount }) => ({ year: Math.floor(month / 100), month: month % 100, amount }))
      .sort((a, b) => b.year - a.year || b.month - a.month);
    return { months, links };
  });
}

function monthName(year: number, month: number, language: string): string {
  return formatDate(Date.UTC(year, month - 1, 1), { zone: 'UTC', language, format: 'F Y' });
}

function perYear(months: readonly Month[]): Month[] {
  const years = Map.groupBy(months, ({ year }) => year);
  return [...years].map(([year, list]) => ({
    year,
    month: 0,
    amount: list.reduce((sum, { amount }) => sum + amount, 0),
  }));
}

/** A list that opens on a click, where WordPress has a select that needs a script. */
export function dropdown(label: string, items: string): string {
  return `<details class="wp-block-dropdown"><summary>${escapeHtml(label)}</summary><ul>${items}</ul></details>`;
}

/** The months (or years) in which something was published. */
export const archives: BlockDefinition<MonthData> = {
  title: 'Archives',
  category: 'widgets',
  editor: {
    fields: {
      type: { kind: 'select', label: 'By', choices: { monthly: 'Months', yearly: 'Years' } },
      displayAsDropdown: { kind: 'boolean', label: 'As a drop-down list' },
      showPostCounts: { kind: 'boolean', label: 'Show how many' },
    },
  },
  attributes: { displayAsDropdown: flag(), showLabel: flag(true), showPostCounts: flag(), type: text('monthly') },
  load: (_, context) => loadMonths(context),
  render(block, { months, links }, { language, t }) {
    const isYearly = block.attrs['type'] === 'yearly';
    const shown = isYearly ? perYear(months) : months;
    if (shown.length === 0)
      return `<div${wrap(block, { classes: ['wp-block-archives-list'] })}>${escapeHtml(t('No archives to show.'))}</div>`;
    const items = shown.map(({ year, month, amount }) => {
      const label = month === 0 ? String(year) : monthName(year, month, language);
      const count = isOn(block, 'showPostCounts') ? ` (${amount})` : '';
      return `<li>${link(month === 0 ? links.date(year) : links.date(year, month), escapeHtml(label))}${count}</li>`;
    });
    if (!isOn(block, 'displayAsDropdown'))
      return `<ul${wrap(block, { classes: ['wp-block-archives-list'] })}>${items.join('')}</ul>`;
    const list = dropdown(t(isYearly ? 'Select year' : 'Select month'), items.join(''));
    return `<div${wrap(block, { classes: ['wp-block-archives-dropdown'] })}>${list}</div>`;
  },
};

interface CalendarData extends MonthData {
  /** Days with posts, by `year-month`. */
  days: Map<string, Set<number>>;
  today: { year: number; month: number; day: number };
}

function shownMonth(block: BlockInstance, today: CalendarData['today']): { year: number; month: number } {
  const { year, month } = block.attrs;
  const isGiven =
    typeof year === 'number' && typeof month === 'number' && month >= 1 && month <= 12 && year > 0 && year < 10_000;
  return isGiven ? { year, month } : today;
}

async function loadCalendar(blocks: readonly BlockInstance[], context: BlockContext): Promise<CalendarData> {
  const data = await loadMonths(context);
  const today = zonedParts(Date.now(), data.links.zone);
  const wanted = new Map(
    blocks.map((block) => shownMonth(block, today)).map(({ year, month }) => [`${year}-${month}`, { year, month }]),
  );
  const days = new Map<string, Set<number>>();
  await Promise.all(
    [...wanted].slice(0, 12).map(async ([key, { year, month }]) => {
      const { items } = await context.site.entries.find(
        { type: 'post', year, month, limit: 1000, body: false },
        context.viewer,
      );
      days.set(
        key,
        new Set(
          items.flatMap((entry) =>
            entry.publishedAt === null ? [] : zonedParts(entry.publishedAt, data.links.zone).day,
          ),
        ),
      );
    }),
  );
  return { ...data, days, today };
}

/** Monday first; 2024-01-01 was one. */
function weekdays(language: string): { short: string; long: string }[] {
  return Array.from({ length: 7 }, (_, index) => {
    const date = Date.UTC(2024, 0, 1 + index);
    const name = (weekday: 'narrow' | 'long'): string =>
      new Intl.DateTimeFormat(language, { weekday, timeZone: 'UTC' }).format(date);
    return { short: name('narrow'), long: name('long') };
  });
}

function calendarRows({ year, month }: { year: number; month: number }, data: CalendarData, language: string): string {
  const before = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6) % 7;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const days = data.days.get(`${year}-${month}`);
  const cells = Array.from({ length: Math.ceil((before + last) / 7) * 7 }, (_, index) => {
    const day = index - before + 1;
    if (day < 1 || day > last) return '<td class="pad"></td>';
    const { today } = data;
    const isToday = today.year === year && today.month === month && today.day === day;
    const label = formatDate(Date.UTC(year, month - 1, day), { zone: 'UTC', language, format: 'j F Y' });
    return `<td${isToday ? ' aria-current="date"' : ''}>${days?.has(day) ? link(data.links.date(year, month, day), String(day), { label }) : day}</td>`;
  });
  const rows = Array.from({ length: cells.length / 7 }, (_, row) => cells.slice(row * 7, row * 7 + 7).join(''));
  return rows.map((row) => `<tr>${row}</tr>`).join('');
}

function calendarLinks({ year, month }: { year: number; month: number }, data: CalendarData, language: string): string {
  const at = year * 100 + month;
  const earlier = data.months.find((item) => item.year * 100 + item.month < at);
  const later = data.months.findLast((item) => item.year * 100 + item.month > at);
  const to = (item: Month | undefined, mark: (name: string) => string): string =>
    item
      ? link(data.links.date(item.year, item.month), escapeHtml(mark(monthName(item.year, item.month, language))))
      : '';
  return `<span class="wp-calendar-nav-prev">${to(earlier, (name) => `« ${name}`)}</span><span class="wp-calendar-nav-next">${to(later, (name) => `${name} »`)}</span>`;
}

/** A month with links to the days on which something was published. */
export const calendar: BlockDefinition<CalendarData> = {
  title: 'Calendar',
  category: 'widgets',
  editor: {
    keywords: 'month days date',
    fields: {
      month: { kind: 'integer', label: 'Month', min: 1, max: 12, help: 'From 1 to 12. Empty: the month that it is.' },
      year: { kind: 'integer', label: 'Year', min: 1, max: 9999, help: 'Only together with the month.' },
    },
  },
  attributes: { month: number(), year: number() },
  load: loadCalendar,
  render(block, data, { language, t }) {
    const shown = shownMonth(block, data.today);
    const heads = weekdays(language).map(
      ({ short, long }) => `<th scope="col" aria-label="${escapeHtml(long)}">${escapeHtml(short)}</th>`,
    );
    const caption = escapeHtml(monthName(shown.year, shown.month, language));
    return `<div${wrap(block)}><table class="wp-calendar-table"><caption>${caption}</caption><thead><tr>${heads.join('')}</tr></thead><tbody>${calendarRows(shown, data, language)}</tbody></table><nav class="wp-calendar-nav" aria-label="${escapeHtml(t('Previous and next months'))}">${calendarLinks(shown, data, language)}</nav></div>`;
  },
};
