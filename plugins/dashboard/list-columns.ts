import {
  type Cell,
  type ContentType,
  type Entry,
  type FieldDefinition,
  type ListColumn,
  plainText,
  type ScreenContext,
} from 'galley';
import { listUrl } from './types.ts';
import { titleOf } from './words.ts';

const SHOWN_FIELDS = 2;
const NO_COLUMN = new Set(['json', 'group', 'repeater', 'richtext', 'markdown']);
const ENTRIES = new Set(['relation', 'media', 'file']);
const NUMBERS = new Set(['integer', 'number', 'decimal', 'bigint', 'duration']);
const LONG = 80;
const NOTHING: Cell = { text: '–' };

/** Columns of the fields with an index. The first few are shown, the others to those who choose them. */
export function fieldColumns(type: ContentType): ListColumn<Entry>[] {
  const fields = Object.entries(type.fields).filter(([, { index, kind }]) => index && !NO_COLUMN.has(kind));
  return fields.map(([name, field], at) => ({
    key: `field.${name}`,
    label: field.label,
    isMinor: true,
    isNumber: NUMBERS.has(field.kind),
    isOptional: at >= SHOWN_FIELDS,
    ...(isSortable(field) ? { sort: 'asc' as const } : {}),
    cells: (entries, page) => fieldCells(page, entries, name, field),
  }));
}

/** One value for each entry is what a list can be sorted by; what leads elsewhere has no order that anybody sees. */
function isSortable({ kind, many = false }: FieldDefinition): boolean {
  return !many && kind !== 'multiselect' && !ENTRIES.has(kind) && kind !== 'user' && kind !== 'term';
}

/** The field that a sort parameter means, if the list can be sorted by it. */
export function sortField(type: ContentType, sort: string): string | undefined {
  const name = sort.startsWith('field.') ? sort.slice('field.'.length) : '';
  const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
  return field?.index && isSortable(field) && !NO_COLUMN.has(field.kind) ? name : undefined;
}

async function fieldCells(
  page: ScreenContext,
  entries: readonly Entry[],
  name: string,
  field: FieldDefinition,
): Promise<Cell[]> {
  const values = entries.map(({ fields }) => fields[name]);
  const names = await namesOf(page, values, field);
  return values.map((value) => cellOf(page, value, field, names));
}

/** What ids stand for, read for all rows at once. */
async function namesOf(
  { site, viewer }: ScreenContext,
  values: readonly unknown[],
  { kind }: FieldDefinition,
): Promise<Map<number, string>> {
  const ids = values.flat().filter((id): id is number => typeof id === 'number');
  if (ENTRIES.has(kind)) {
    const entries = await site.entries.getMany(ids, viewer);
    return new Map([...entries].map(([id, entry]) => [id, titleOf(entry, plainText)]));
  }
  if (kind === 'user') return new Map((await site.users.findByIds(ids)).map(({ id, name }) => [id, name]));
  if (kind === 'term') {
    const terms = await site.terms.getMany(ids);
    return new Map([...terms.values()].map((term) => [term.id, term.name]));
  }
  return new Map();
}

function cellOf(page: ScreenContext, value: unknown, field: FieldDefinition, names: Map<number, string>): Cell {
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0))
    return NOTHING;
  const { kind, choices = {} } = field;
  if (kind === 'boolean') return { text: page.t(value === true ? 'Yes' : 'No') };
  if (kind === 'datetime') return { time: Date.parse(String(value)) };
  const words = [value].flat().map((item) => {
    if (typeof item === 'number' && (ENTRIES.has(kind) || kind === 'user' || kind === 'term'))
      return names.get(item) ?? '–';
    return choices[String(item)] ?? String(item);
  });
  const text = words.join(', ');
  return text.length > LONG ? { text: `${text.slice(0, LONG)}…`, whole: text } : { text };
}

/** A column for each taxonomy of the type; all but the main one to those who choose it. */
export function taxonomyColumns(page: ScreenContext, type: ContentType, main: string | undefined): ListColumn<Entry>[] {
  const { site } = page;
  const shown = type.taxonomies.filter((name) => site.taxonomies.get(name)?.showInAdmin !== false);
  return shown.flatMap((name): ListColumn<Entry>[] => {
    if (name === main) return [];
    return [
      {
        key: `tax.${name}`,
        label: site.taxonomies.need(name).title,
        isMinor: true,
        isOptional: true,
        async cells(entries) {
          const terms = await site.terms.ofEntries(entries.map(({ id }) => id));
          return entries.map(({ id }) => {
            const own = (terms.get(id) ?? []).filter(({ taxonomy }) => taxonomy === name);
            if (own.length === 0) return NOTHING;
            return { links: own.map((term) => ({ label: term.name, url: `${listUrl(type)}?term=${term.id}` })) };
          });
        },
      },
    ];
  });
}
