import type { Knex } from 'knex';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { indexColumn } from './field-index.ts';
import type { FieldKind } from './field-types.ts';
import type { ContentType } from './types.ts';

/** A comparison with the value of an indexed field: days, times and decimals may be written as the field has them. */
export type FieldCondition =
  | string
  | number
  | boolean
  | {
      eq?: string | number | boolean;
      in?: (string | number)[];
      lt?: string | number;
      lte?: string | number;
      gt?: string | number;
      gte?: string | number;
      /** Text that the value contains, in either case. */
      contains?: string;
    };

const ORDERS = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

/** A value as the index has it: there days and times are numbers, and so are decimals. */
function indexed(field: string, kind: FieldKind | undefined, value: string | number | boolean): string | number {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number' || kind === undefined || indexColumn(kind) === 'text_value') return value;
  const isTime = kind === 'date' || kind === 'datetime';
  const number = value.trim() === '' ? Number.NaN : isTime ? Date.parse(value) : Number(value);
  if (!Number.isNaN(number)) return number;
  throw new GalleyError('GALLEY_INPUT_INVALID', `The field "${field}" cannot be compared with "${value}".`);
}

/** Demands that a field is as the condition says. @throws GALLEY_INPUT_INVALID for what it cannot be compared with */
export function whereField(
  site: Site,
  builder: Knex.QueryBuilder,
  types: readonly ContentType[],
  [field, condition]: readonly [string, FieldCondition],
): void {
  const kind = types.flatMap((type) => type.fields[field]?.kind ?? [])[0];
  const parts = typeof condition === 'object' ? condition : { eq: condition };
  const column = (value: unknown): string => (typeof value === 'string' ? 'text_value' : 'number_value');
  void builder.whereIn('entries.id', (inner: Knex.QueryBuilder) => {
    void inner.select('entry_id').from('entry_index').where('field', field);
    if (parts.eq !== undefined) {
      const value = indexed(field, kind, parts.eq);
      void inner.where(column(value), value);
    }
    if (parts.in) {
      const values = parts.in.map((value) => indexed(field, kind, value));
      void inner.whereIn(column(values[0]), values);
    }
    for (const [name, sign] of Object.entries(ORDERS)) {
      const given = parts[name as keyof typeof ORDERS];
      if (given === undefined) continue;
      const value = indexed(field, kind, given);
      if (typeof value === 'string')
        throw new GalleyError('GALLEY_INPUT_INVALID', `The field "${field}" is a text: it is neither more nor less.`);
      void inner.where('number_value', sign, value);
    }
    if (parts.contains)
      void inner.whereRaw(site.database.dialect.contains('text_value', parts.contains, { ignoreCase: true }));
  });
}
