import type { Site } from '../kernel/site.ts';
import type { EntryDraft } from './draft.ts';
import type { Meta } from './meta.ts';
import type { Revision, RevisionState } from './revisions.ts';
import type { ContentType } from './types.ts';

/** What of a revision can be brought back by itself: `fields.price` is one field. */
export type RevisionPart = 'title' | 'content' | 'excerpt' | 'fields' | `fields.${string}` | 'terms' | 'featured';

const ALL: readonly RevisionPart[] = ['title', 'content', 'excerpt', 'fields', 'terms', 'featured'];

/** What an entry is saved with to be as it was in a revision, in these parts. Address, date and author stay. */
export async function draftFrom(
  site: Site,
  revision: Revision,
  { type, parts = ALL }: { type: ContentType; parts?: readonly RevisionPart[] | undefined },
): Promise<EntryDraft> {
  const { title, content, excerpt, state } = revision;
  const has = (part: RevisionPart): boolean => parts.includes(part);
  const fields = Object.fromEntries(
    Object.keys(type.fields)
      .filter((name) => has('fields') || has(`fields.${name}`))
      .map((name) => [name, revision.fields[name]]),
  );
  return {
    ...(has('title') ? { title } : {}),
    ...(has('content') ? { content, ...(state?.meta ? { meta: metaFrom(site, state.meta) } : {}) } : {}),
    ...(has('excerpt') ? { excerpt } : {}),
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
    ...(state && has('featured') ? { featuredId: await stillThere(site, state.featuredId) } : {}),
    ...(state && has('terms') ? { terms: await termsFrom(site, type, state) } : {}),
  };
}

/** What belongs to the text, as it was with it; what there was none of then goes. */
function metaFrom(site: Site, meta: Meta): Meta {
  return Object.fromEntries([...site.meta.textKeys().keys()].map((key) => [key, meta[key] ?? []]));
}

async function stillThere(site: Site, featuredId: number | null): Promise<number | null> {
  if (featuredId === null) return null;
  const row = await site.database.read('entries').select('id').where({ id: featuredId }).first();
  return row ? featuredId : null;
}

/** The terms by id where they are still there, else by the name that they had. */
async function termsFrom(
  site: Site,
  type: ContentType,
  state: RevisionState,
): Promise<NonNullable<EntryDraft['terms']>> {
  const known = await site.terms.getMany(state.terms.map(({ id }) => id));
  return Object.fromEntries(
    type.taxonomies
      .filter((name) => site.taxonomies.has(name))
      .map((name) => [
        name,
        state.terms
          .filter(({ taxonomy }) => taxonomy === name)
          .map((term) => (known.has(term.id) ? term.id : term.name)),
      ]),
  );
}
