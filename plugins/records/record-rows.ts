import { type Cell, type ModelField, plainText, type ScreenContext, type Table } from 'galley';
import { choicesOf } from './record-fields.ts';
import { knownModel, labelOf, type Row, type ShownModel, titleField, titleOf, urlOf } from './shown-model.ts';

/** So many columns a list has of itself, besides the first. */
const COLUMNS = 5;
const SHOWN_MAX = 120;
const LONG: ReadonlySet<ModelField['kind']> = new Set(['text', 'json', 'binary']);
const NUMBERS: ReadonlySet<ModelField['kind']> = new Set(['integer', 'bigint', 'number', 'decimal', 'duration']);

type TableColumn = Table['columns'][number];

/** The fields that have a column: those that the model names, or its first short ones. */
function columnNames(model: ShownModel): string[] {
  const title = titleField(model);
  const { definition, fields, admin } = model;
  const short = Object.entries(definition.fields).filter(([, { kind }]) => !LONG.has(kind));
  const names = admin.columns ?? short.slice(0, COLUMNS + 1).map(([name]) => name);
  return names.filter((name) => name !== title && fields.has(name));
}

/** The columns of the list; those with an index can be sorted by. */
export function columnsOf(model: ShownModel): TableColumn[] {
  const title = titleField(model);
  const sortable = ({ index, unique }: ModelField): boolean => index === true || unique === true;
  const column = (name: string, at: number): TableColumn => {
    const field = model.fields.get(name) as ModelField;
    return {
      key: name,
      label: labelOf(name, field),
      isMinor: at > 0,
      isNumber: NUMBERS.has(field.kind),
      ...(sortable(field) ? { sort: 'asc' as const } : {}),
    };
  };
  const first = title === undefined ? { key: 'id', label: 'Number' } : { ...column(title, 0), isNumber: false };
  return [first, ...columnNames(model).map(column)];
}

/** The rows of the list. */
export async function rowsOf(page: ScreenContext, model: ShownModel, items: readonly Row[]): Promise<Table['rows']> {
  const names = columnNames(model);
  const related = await relatedTitles(page, model, { names, items });
  const url = urlOf(model.name);
  return items.map((row) => {
    const title = titleOf(model, row);
    const first: Cell = { text: title, url: `${url}/${row.id}` };
    const cells = names.map((name) => [name, cellOf(page, { model, row, name, related })]);
    return {
      id: String(row.id),
      label: title,
      isSelectable: model.definition.key !== 'uuid',
      cells: { [titleField(model) ?? 'id']: first, ...Object.fromEntries(cells) },
      actions: [
        { label: 'Edit', url: `${url}/${row.id}`, kind: 'open' as const },
        { label: 'Delete', url: `${url}/${row.id}/delete`, isDanger: true },
      ],
    };
  });
}

/** What rows of other models are called that these refer to, by field and key: one query for each field. */
async function relatedTitles(
  { site }: ScreenContext,
  { fields }: ShownModel,
  { names, items }: { names: readonly string[]; items: readonly Row[] },
): Promise<Map<string, Map<unknown, string>>> {
  const references = names.flatMap((name) => {
    const field = fields.get(name);
    return field?.kind === 'reference' && field.to !== undefined ? [{ name, to: field.to }] : [];
  });
  const found = references.map(async ({ name, to }): Promise<[string, Map<unknown, string>]> => {
    const keys = [...new Set(items.map((row) => row[name]).filter((key) => key !== null))];
    if (keys.length === 0) return [name, new Map()];
    const other = knownModel(site, to);
    const { items: rows } = await other.rows.list({ where: { id: { in: keys } }, limit: keys.length });
    return [name, new Map(rows.map((row) => [row.id, titleOf(other, row)]))];
  });
  return new Map(await Promise.all(found));
}

interface CellFacts {
  model: ShownModel;
  row: Row;
  name: string;
  related: ReadonlyMap<string, ReadonlyMap<unknown, string>>;
}

function cellOf(page: ScreenContext, { model, row, name, related }: CellFacts): Cell {
  const field = model.fields.get(name) as ModelField;
  const value = row[name];
  if (value === null || value === undefined || value === '') return { text: '–' };
  switch (field.kind) {
    case 'datetime':
      return { time: Number(value) };
    case 'boolean':
      return { text: page.t(value === true ? 'Yes' : 'No') };
    case 'enum':
      return { text: page.t(choicesOf(field)[String(value)] ?? String(value)) };
    case 'reference':
      return { text: related.get(name)?.get(value) ?? `#${value}` };
    case 'integer':
    case 'bigint':
      return { text: new Intl.NumberFormat(page.language).format(value as number), whole: String(value) };
    case 'duration':
      return { text: `${Number(value) / 1000} s` };
    default:
      return shortened(typeof value === 'object' ? JSON.stringify(value) : plainText(String(value)));
  }
}

function shortened(text: string): Cell {
  return text.length > SHOWN_MAX ? { text: `${text.slice(0, SHOWN_MAX)}…`, whole: text } : { text };
}
