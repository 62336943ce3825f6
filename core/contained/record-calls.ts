import type { PluginManifest } from '../kernel/plugin-manifest.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { PluginRecords, type RecordQuery, type StoredRecord } from '../services/plugin-records.ts';
import { valuesTag } from '../services/plugin-values.ts';

const id = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const table = { type: 'string', maxLength: 40 };
const field = { type: 'string', maxLength: 41 };
const bound = { type: 'number' };
const condition = {
  anyOf: [
    { type: ['string', 'number', 'boolean'], maxLength: 200 },
    {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: { gte: bound, gt: bound, lte: bound, lt: bound },
    },
  ],
};

/** What is given with a call of a table. */
export interface RecordArgs {
  table: string;
  id?: number | number[];
  version?: number;
  record?: Record<string, unknown>;
  query?: RecordQuery;
}

const shape = (properties: object, required: readonly string[]) => ({
  type: 'object',
  additionalProperties: false,
  required: ['table', ...required],
  properties: { table, ...properties },
});

/** The schemas of the calls, by name. */
export const RECORD_SCHEMAS = {
  get: shape({ id }, ['id']),
  delete: shape({ id: { anyOf: [id, { type: 'array', items: id, maxItems: 50 }] } }, ['id']),
  insert: shape({ record: { type: 'object' } }, ['record']),
  update: shape({ id, version: id, record: { type: 'object' } }, ['id', 'version', 'record']),
  find: shape(
    {
      query: {
        type: 'object',
        additionalProperties: false,
        properties: {
          where: { type: 'object', maxProperties: 3, additionalProperties: condition },
          order: field,
          direction: { enum: ['asc', 'desc'] },
          limit: { type: 'integer', minimum: 1, maximum: 50 },
        },
      },
    },
    [],
  ),
} as const;

/** Runs a call on a table that the plugin declares. @throws GALLEY_INPUT_INVALID for any other */
export async function runRecordCall(
  site: Site,
  { name, contained }: PluginManifest,
  call: keyof typeof RECORD_SCHEMAS,
  { table: wanted, id: named = 0, version = 0, record = {}, query = {} }: RecordArgs,
): Promise<StoredRecord | StoredRecord[] | null> {
  const tables = contained?.tables ?? {};
  const declared = Object.hasOwn(tables, wanted) ? tables[wanted] : undefined;
  if (!declared) {
    const hint = didYouMean(wanted, Object.keys(tables));
    throw new GalleyError('GALLEY_INPUT_INVALID', `"${name}" declares no table "${wanted}".${hint}`);
  }
  const records = new PluginRecords(site, name, wanted, declared);
  const ids = [named].flat();
  if (call === 'get') return records.get(ids[0] ?? 0);
  if (call === 'find') return records.find(query);
  const made = await change(records, call, { ids, version, record });
  await site.cache.invalidate([valuesTag(name)]);
  return made;
}

async function change(
  records: PluginRecords,
  call: 'insert' | 'update' | 'delete',
  { ids, version, record }: { ids: number[]; version: number; record: Record<string, unknown> },
): Promise<StoredRecord | null> {
  if (call === 'insert') return records.insert(record);
  if (call === 'update') return records.update(ids[0] ?? 0, version, record);
  await records.delete(ids);
  return null;
}
