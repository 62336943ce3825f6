import type { Site } from '../kernel/site.ts';
import { summarize } from './blocks/text.ts';
import type { EntryRow } from './entry.ts';
import { replaceTallies, TallySums, tallyIds } from './tallies.ts';

/** Entries read at once: few columns of many, or the bodies of some. */
const BATCH = 2000;
const BODIES = 100;

type CountedRow = Pick<EntryRow, 'id' | 'type' | 'status' | 'published_at' | 'author_id'>;

/**
 * Makes all counts and summaries anew: after the time zone has changed, or rows were changed by hand. People can go on
 * writing: what they change meanwhile is counted beside it.
 *
 * @returns how many entries there are, and of how many the summary was wrong
 */
export async function recount(site: Site): Promise<{ entries: number; summaries: number }> {
  const entries = await site.database.transaction(() => recountTallies(site));
  const summaries = await renewSummaries(site);
  await site.cache.invalidate(['anchors', ...site.types.names().map((name) => `type:${name}`)]);
  return { entries, summaries };
}

/** One transaction sees entries and counts of the same moment; exactly the counts that it sees are replaced. */
async function recountTallies(site: Site): Promise<number> {
  const old = await tallyIds(site);
  const sums = new TallySums(await site.options.get<string>('timezone'));
  let amount = 0;
  for (let after = 0; ; ) {
    const rows = (await site.database
      .write<CountedRow>('entries')
      .select('id', 'type', 'status', 'published_at', 'author_id')
      .where('id', '>', after)
      .orderBy('id')
      .limit(BATCH)) as CountedRow[];
    const terms = await termsOf(site, rows);
    for (const { id, type, status, published_at: publishedAt, author_id: authorId } of rows)
      sums.add({ entry: { type, status: status as never, publishedAt, authorId }, termIds: terms.get(id) ?? [] });
    amount += rows.length;
    if (rows.length < BATCH) break;
    after = rows.at(-1)?.id ?? after;
  }
  await replaceTallies(site, old, sums);
  return amount;
}

async function termsOf(site: Site, entries: readonly CountedRow[]): Promise<Map<number, number[]>> {
  const result = new Map<number, number[]>();
  const first = entries[0]?.id ?? 0;
  const last = entries.at(-1)?.id ?? 0;
  const rows = (await site.database
    .write('entry_terms')
    .select('entry_id', 'term_id')
    .where('entry_id', '>=', first)
    .where('entry_id', '<=', last)) as { entry_id: number; term_id: number }[];
  for (const row of rows) result.set(row.entry_id, [...(result.get(row.entry_id) ?? []), row.term_id]);
  return result;
}

async function renewSummaries(site: Site): Promise<number> {
  let renewed = 0;
  for (let after = 0; ; ) {
    const rows = (await site.database
      .read<EntryRow>('entries')
      .select('id', 'version', 'content', 'summary', 'word_count')
      .where('id', '>', after)
      .orderBy('id')
      .limit(BODIES)) as EntryRow[];
    for (const { id, version, content, ...row } of rows) {
      const { summary, wordCount } = summarize(content);
      if (summary === row.summary && wordCount === row.word_count) continue;
      // Whoever saves at this moment makes the summary himself.
      const builder = site.database.write('entries').where({ id, version });
      renewed += Number(await builder.update({ summary, word_count: wordCount }));
      await site.cache.invalidate([`entry:${id}`]);
    }
    if (rows.length < BODIES) return renewed;
    after = rows.at(-1)?.id ?? after;
  }
}
