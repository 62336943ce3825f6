import type { Site } from '../kernel/site.ts';

interface SlugRow {
  taxonomy: string;
  slug: string;
  term_id: number;
}

/** Remembers a slug that a term had, so that old links lead to it; runs in the transaction of the change. */
export async function rememberSlug(
  site: Site,
  { taxonomy, slug }: Omit<SlugRow, 'term_id'>,
  termId: number,
): Promise<void> {
  const { database } = site;
  await database.write('term_slugs').where({ taxonomy, slug }).delete();
  await database.write<SlugRow>('term_slugs').insert({ taxonomy, slug, term_id: termId });
}

/** The id of the term that had this slug before, if any. */
export async function formerOwner(site: Site, taxonomy: string, slug: string): Promise<number | undefined> {
  const row = (await site.database.read<SlugRow>('term_slugs').select('term_id').where({ taxonomy, slug }).first()) as
    | Pick<SlugRow, 'term_id'>
    | undefined;
  return row?.term_id;
}

/** Lets the old slugs of one term lead to another. */
export async function handSlugsOver(site: Site, from: number, to: number): Promise<void> {
  await site.database.write('term_slugs').where({ term_id: from }).update({ term_id: to });
}

/** Forgets the old slugs of a term that is gone. */
export async function forgetSlugs(site: Site, termId: number): Promise<void> {
  await site.database.write('term_slugs').where({ term_id: termId }).delete();
}
