import type { MigrationContext } from 'galley';
import { PATTERN_REFERENCE, patternsIn } from '../references.ts';

const AT_ONCE = 200;
const NAME_MAX = 113;
const TYPE = 'wp_block';
const SHOWS_ONE = ['%<!-- wp:block %', '%<!-- wp:core/block %'];

/** Takes down which texts and settings show which synced patterns, as saving them does from now on. */
export async function up(schema: MigrationContext): Promise<void> {
  const { database } = schema;
  for (let after = 0; ; ) {
    const rows = (await database
      .write('entries')
      .select('id', 'content')
      .where('id', '>', after)
      .whereNot('status', 'trash')
      .where((either) => SHOWS_ONE.map((part) => either.orWhere('content', 'like', part)))
      .orderBy('id')
      .limit(AT_ONCE)) as { id: number | string; content: string }[];
    for (const { id, content } of rows) await write(schema, `entry:${id}`, 'content', content);
    if (rows.length < AT_ONCE) break;
    after = Number(rows.at(-1)?.id);
  }
  const options = (await database
    .write('options')
    .select('name', 'value')
    .where((either) => SHOWS_ONE.map((part) => either.orWhere('value', 'like', part)))) as {
    name: string;
    value: string;
  }[];
  // Longer names are in no row: the column ends there.
  for (const { name, value } of options.filter((option) => option.name.length <= NAME_MAX))
    await write(schema, `option:${name}`, 'option', value.replaceAll('\\"', '"'));
}

/** Forgets them again. */
export async function down(schema: MigrationContext): Promise<void> {
  const patterns = schema.database.write('entries').select('id').where({ type: TYPE });
  await schema.database.write('media_usage').whereIn('media_id', patterns).delete();
}

async function write(schema: MigrationContext, source: string, place: string, text: string): Promise<void> {
  const { database } = schema;
  const ids = new Set(patternsIn(text).map((reference) => Number(reference.slice(PATTERN_REFERENCE.length))));
  const found = (await database
    .write('entries')
    .select('id')
    .where({ type: TYPE })
    .whereIn('id', [...ids])) as {
    id: number | string;
  }[];
  const rows = found
    .map(({ id }) => ({ media_id: Number(id), source, place }))
    .filter((row) => source !== `entry:${row.media_id}`);
  if (rows.length === 0) return;
  // It may have run half-way before.
  await database
    .write('media_usage')
    .where({ source, place })
    .whereIn(
      'media_id',
      rows.map((row) => row.media_id),
    )
    .delete();
  await database.write('media_usage').insert(rows);
}
