import {
  type ContentType,
  type EntryQuery,
  type FieldCondition,
  type FieldDefinition,
  type FilterOption,
  type ListFilter,
  readLocalTime,
  type ScreenContext,
  SYSTEM,
  type Tally,
} from 'galley';
import { listNames } from './types.ts';

const MAX_TERMS = 200;
const MAX_AUTHORS = 300;
const DAY_MS = 24 * 3600_000;
const NUMBERS = new Set(['integer', 'number', 'decimal', 'bigint', 'duration']);
const DATES = new Set(['date', 'datetime']);
/** By language; dear to make. */
const MONTH_NAMES = new Map<string, string[]>();
const TEXTS = new Set(['text', 'textarea', 'email', 'url', 'slug', 'color', 'time']);

/** All that a list of entries of a type can be narrowed by: date, author, terms, fields with an index, and what plugins add. */
export function filtersOf(page: ScreenContext, type: ContentType): ListFilter[] {
  const { site, viewer } = page;
  const seesAll = viewer.can(`edit_others_${type.capability}s`);
  return [
    monthFilter(type),
    ...(seesAll && type.supports.includes('author') ? [AUTHOR] : []),
    ...taxonomyFilters(page, type),
    ...Object.entries(type.fields).flatMap(([name, field]) => (field.index ? fieldFilters(name, field) : [])),
    ...site.admin.lists.of(listNames(type)).filters,
  ];
}

const TALLIES = new WeakMap<ScreenContext, Promise<Tally[]>>();

/** The sums of all entries, read once for a page. */
export function talliesOf(page: ScreenContext): Promise<Tally[]> {
  const tallies = TALLIES.get(page) ?? page.site.entries.counts();
  TALLIES.set(page, tallies);
  return tallies;
}

/** By year, or by month: from the sums that are kept for them, so no entry is read to make the choices. */
function monthFilter(type: ContentType): ListFilter {
  return {
    name: 'month',
    label: 'Date',
    kind: 'select',
    async options(page) {
      const { messages } = page;
      const tallies = await talliesOf(page);
      const own = tallies.filter(
        ({ type: name, status, month }) => name === type.name && status !== 'trash' && month > 0,
      );
      const months = [...new Set(own.map(({ month }) => month))].sort((a, b) => b - a);
      const names = monthNames(messages.language);
      const choices: FilterOption[] = [];
      let last = 0;
      for (const month of months) {
        const year = Math.floor(month / 100);
        if (year !== last) choices.push({ value: String(year), label: String(year) });
        last = year;
        choices.push({ value: String(month), label: `${names[(month % 100) - 1]} ${year}` });
      }
      return choices;
    },
    query(value) {
      const [, year, month] = /^(\d{4})(0[1-9]|1[0-2])?$/.exec(value) ?? [];
      return year ? { year: Number(year), ...(month ? { month: Number(month) } : {}) } : undefined;
    },
  };
}

/** The names of the twelve months, January first. */
function monthNames(language: string): string[] {
  const known = MONTH_NAMES.get(language);
  if (known) return known;
  const format = new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' });
  const names = Array.from({ length: 12 }, (_, month) => format.format(Date.UTC(2001, month)));
  MONTH_NAMES.set(language, names);
  return names;
}

/** Who wrote it; its options are all people who can log in. */
export const AUTHOR: ListFilter = {
  name: 'author',
  label: 'Author',
  kind: 'select',
  options: ({ site }) =>
    site.cache.remember('authors', { tags: ['users'] }, async () => {
      const users = await site.users.list({ status: 'active', limit: MAX_AUTHORS }, SYSTEM);
      return users.map(({ id, name }) => ({ value: String(id), label: name }));
    }),
  query: (value) => (/^\d{1,15}$/.test(value) ? { author: Number(value) } : undefined),
};

function taxonomyFilters({ site }: ScreenContext, type: ContentType): ListFilter[] {
  return type.taxonomies.flatMap((name): ListFilter[] => {
    const taxonomy = site.taxonomies.get(name);
    if (!taxonomy || taxonomy.showInAdmin === false) return [];
    return [
      {
        name: `tax.${name}`,
        label: taxonomy.title,
        kind: 'select',
        options: () =>
          site.cache.remember(`terms:${name}`, { tags: [`taxonomy:${name}`] }, async () => {
            const terms = await site.terms.list(name, { limit: MAX_TERMS });
            return terms.map(({ id, name: label }) => ({ value: String(id), label }));
          }),
        query: (value) => (/^\d{1,15}$/.test(value) ? { allTerms: [Number(value)] } : undefined),
      },
    ];
  });
}

/** What a field with an index can be narrowed by: a choice, a range, or words in it. */
function fieldFilters(name: string, { kind, label, choices }: FieldDefinition): ListFilter[] {
  const base = { name: `field.${name}`, label };
  const where = (condition: FieldCondition): Partial<EntryQuery> => ({ where: { [name]: condition } });
  if (kind === 'select' || kind === 'multiselect')
    return [
      {
        ...base,
        kind: 'select',
        options: () => Object.entries(choices ?? {}).map(([value, text]) => ({ value, label: text })),
        query: (value) => where({ eq: value }),
      },
    ];
  if (kind === 'boolean')
    return [
      {
        ...base,
        kind: 'select',
        options: () => [
          { value: 'yes', label: 'Yes' },
          { value: 'no', label: 'No' },
        ],
        query: (value) => where({ eq: value === 'yes' }),
      },
    ];
  if (NUMBERS.has(kind)) return rangeOf(base, 'number', (value) => Promise.resolve(numberOf(value)), where);
  if (DATES.has(kind)) return rangeOf(base, 'date', dayReader(kind), where);
  return TEXTS.has(kind) ? [{ ...base, kind: 'text', query: (value) => where({ contains: value }) }] : [];
}

const numberOf = (value: string): number | undefined => (Number.isFinite(Number(value)) ? Number(value) : undefined);

/** Dates are stored by UTC, moments by the clocks of the site. */
function dayReader(kind: string) {
  return async (value: string, { site }: ScreenContext): Promise<number | undefined> => {
    if (!/^\d{4}-\d\d-\d\d$/.test(value)) return undefined;
    if (kind === 'date') return numberOf(String(Date.parse(value)));
    return readLocalTime(`${value}T00:00`, await site.options.get<string>('timezone')) ?? undefined;
  };
}

/** Two filters, for the ends of a range. Both ends belong to it. */
function rangeOf(
  { name, label }: { name: string; label: string },
  kind: 'number' | 'date',
  read: (value: string, page: ScreenContext) => Promise<number | undefined>,
  where: (condition: FieldCondition) => Partial<EntryQuery>,
): ListFilter[] {
  const end = (suffix: string, words: string, condition: (value: number) => FieldCondition): ListFilter => ({
    name: `${name}.${suffix}`,
    label: `${label} ${words}`,
    kind,
    async query(value, page) {
      const read_ = await read(value, page);
      return read_ === undefined ? undefined : where(condition(read_));
    },
  });
  return [
    end('min', 'from', (value) => ({ gte: value })),
    end('max', 'to', (value) => (kind === 'date' ? { lt: value + DAY_MS } : { lte: value })),
  ];
}

/** The conditions of all filters together. */
export function mergeQueries(queries: readonly Partial<EntryQuery>[]): Partial<EntryQuery> {
  const where: Record<string, FieldCondition> = {};
  for (const [field, condition] of queries.flatMap((query) => Object.entries(query.where ?? {})))
    where[field] = both(where[field], condition);
  const allTerms = queries.flatMap((query) => query.allTerms ?? []);
  const merged: Partial<EntryQuery> = Object.assign({}, ...queries);
  return { ...merged, where, allTerms };
}

function both(one: FieldCondition | undefined, other: FieldCondition): FieldCondition {
  const parts = (condition: FieldCondition) => (typeof condition === 'object' ? condition : { eq: condition });
  return one === undefined ? other : { ...parts(one), ...parts(other) };
}
