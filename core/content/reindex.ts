import type { Site } from '../kernel/site.ts';
import { decodeEntry, type EntryRow, SUMMARY_COLUMNS } from './entry.ts';
import { writeFields } from './entry-parts.ts';
import { needType } from './entry-rights.ts';

/**
 * Writes some entries of a type to the tables of its fields again: after a field was marked for the index, or no longer.
 *
 * @returns the id of the last one, from which it goes on; null at the end
 */
export async function reindexEntries(
  site: Site,
  name: string,
  { after, limit }: { after: number; limit: number },
): Promise<number | null> {
  if (!site.types.has(name)) return null;
  const type = needType(site, name);
  return site.database.transaction(async () => {
    const rows = (await site.database
      .write<EntryRow>('entries')
      .select(...SUMMARY_COLUMNS)
      .where({ type: name })
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .forUpdate()) as EntryRow[];
    for (const row of rows) await writeFields(site, decodeEntry(row), type, false);
    return rows.length < limit ? null : (rows.at(-1)?.id ?? null);
  });
}
