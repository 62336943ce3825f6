import type { FieldDefinition, Fields } from 'galley';

type Values = Readonly<Record<string, unknown>>;

/** Whose value is taken. */
export type Take = 'theirs' | 'mine';

/** A value that both sides changed, each to another one: somebody has to choose. */
export interface RecordChoice {
  /** The name of a field; of a row that belongs to the record, the field and its number: `lines.7`. */
  key: string;
  field: FieldDefinition;
  /** What both began with; undefined where nobody knows it. */
  base: unknown;
  theirs: unknown;
  mine: unknown;
}

/** Two states of a form that were made of the same one. */
export interface RecordStates {
  /** What both began with; undefined where nobody knows it, so that all that differs is a choice. */
  base: Values | undefined;
  theirs: Values;
  mine: Values;
}

/** What decides itself, and what does not. */
export interface RecordMerge {
  choices: RecordChoice[];
  /** What only they changed: it is taken. */
  taken: { key: string; field: FieldDefinition }[];
}

type Row = Values & { _id?: number };

const rowsOf = (value: unknown): Row[] => (Array.isArray(value) ? (value as Row[]) : []);
const byId = (rows: readonly Row[]): Map<number, Row> =>
  new Map(rows.flatMap((row) => (row._id === undefined ? [] : [[row._id, row]])));

/** Holds two states of a form against each other, field by field, and those rows that belong to it row by row. */
export function mergeRecord(fields: Fields, { base, theirs, mine }: RecordStates): RecordMerge {
  const merge: RecordMerge = { choices: [], taken: [] };
  for (const [key, field] of Object.entries(fields)) {
    if (field.kind === 'children') mergeRows(merge, { key, field }, [base?.[key], theirs[key], mine[key]]);
    else decide(merge, { key, field, base: base && (base[key] ?? null), theirs: theirs[key], mine: mine[key] });
  }
  return merge;
}

function decide({ choices, taken }: RecordMerge, choice: RecordChoice): void {
  const { key, field, base, theirs, mine } = choice;
  const isSame = (one: unknown, other: unknown): boolean => canonical(field, one) === canonical(field, other);
  if (isSame(theirs, mine) || (base !== undefined && isSame(base, theirs))) return;
  if (base !== undefined && isSame(base, mine)) taken.push({ key, field });
  else choices.push(choice);
}

/** What was added by either side is there in any case; a row that is gone is nothing. */
function mergeRows(
  merge: RecordMerge,
  { key, field }: Pick<RecordChoice, 'key' | 'field'>,
  [base, theirs, mine]: [unknown, unknown, unknown],
): void {
  const row: FieldDefinition = { ...field, kind: 'group' };
  const [old, other] = [byId(rowsOf(base)), byId(rowsOf(theirs))];
  for (const own of rowsOf(mine)) {
    if (own._id === undefined) continue;
    const isKnown = base !== undefined;
    decide(merge, {
      key: `${key}.${own._id}`,
      field: row,
      base: isKnown ? (old.get(own._id) ?? null) : undefined,
      theirs: other.get(own._id) ?? null,
      mine: own['_remove'] === true ? null : own,
    });
  }
}

/**
 * The values after the decisions: where there is none, mine. Rows that they added are there too, and mine have the
 * versions of theirs.
 */
export function settle(
  fields: Fields,
  states: RecordStates,
  takes: ReadonlyMap<string, Take>,
): Record<string, unknown> {
  const { theirs, mine } = states;
  const all = new Map([...mergeRecord(fields, states).taken.map(({ key }) => [key, 'theirs'] as const), ...takes]);
  return Object.fromEntries(
    Object.entries(fields).map(([key, field]) => {
      if (field.kind === 'children') return [key, settledRows(key, [theirs[key], mine[key]], all)];
      return [key, all.get(key) === 'theirs' ? theirs[key] : mine[key]];
    }),
  );
}

function settledRows(key: string, [theirs, mine]: [unknown, unknown], takes: ReadonlyMap<string, Take>): Row[] {
  const [others, own] = [byId(rowsOf(theirs)), rowsOf(mine)];
  const known = byId(own);
  const settled = own.flatMap((row): Row[] => {
    if (row._id === undefined) return [row];
    const other = others.get(row._id);
    if (takes.get(`${key}.${row._id}`) === 'theirs') return other ? [other] : [];
    if (other) return [{ ...row, _version: other['_version'] }];
    // They removed what is to stay: it is made anew.
    const { _id, _version, _remove, ...values } = row;
    return _remove === true ? [] : [values];
  });
  return [...settled, ...rowsOf(theirs).filter(({ _id }) => _id !== undefined && !known.has(_id))];
}

/** A value so that two which say the same are the same text. */
function canonical(field: FieldDefinition, value: unknown): string {
  if (value === null || value === undefined || value === '') return '';
  switch (field.kind) {
    case 'decimal':
      return /^-?\d+\.\d*$/.test(String(value)) ? String(value).replace(/\.?0+$/, '') : String(value);
    case 'datetime':
      // Forms know no seconds.
      return Number.isNaN(Date.parse(String(value)))
        ? String(value)
        : String(Math.floor(Date.parse(String(value)) / 60_000));
    case 'group':
      return JSON.stringify(
        Object.entries(field.fields ?? {}).map(([name, inner]) => canonical(inner, (value as Values)[name])),
      );
    case 'boolean':
      return value === true ? '1' : '0';
    default:
      return typeof value === 'object' ? JSON.stringify(value) : String(value).replace(/\r\n?/g, '\n');
  }
}
