import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { id } from './capability-call.ts';
import type { Granted } from './granted.ts';

/** What belongs to an entry besides its texts, as a plugin may say it. */
export interface DraftParts {
  fields?: Record<string, unknown>;
  /** Ids, or names of terms that there are. */
  terms?: Record<string, (number | string)[]>;
  featuredId?: number | null;
  publishedAt?: number | null;
  authorId?: number | null;
}

const word = { type: 'string', minLength: 1, maxLength: 200 };
const orNone = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });

/** Their schemas. */
export const DRAFT_PARTS = {
  fields: { type: 'object', maxProperties: 100 },
  terms: {
    type: 'object',
    maxProperties: 10,
    additionalProperties: { type: 'array', maxItems: 50, items: { anyOf: [id, word] } },
  },
  featuredId: orNone(id),
  publishedAt: orNone({ type: 'integer' }),
  authorId: orNone(id),
};

/** @throws GALLEY_PERMISSION_DENIED for an author that the plugin may not name */
async function checkAuthor(site: Site, granted: Granted, type: string, authorId: number | null): Promise<void> {
  granted.need(`content:author:${type}`);
  if (authorId === null) return;
  const author = await site.users.find(authorId);
  const viewer = author && (await site.roles.viewerFor(author));
  if (!viewer?.can(`edit_${site.types.get(type)?.capability ?? type}s`))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', `User ${authorId} is nobody who may write this.`);
}

/**
 * Refuses parts that a plugin may not give an entry. What each may hold, the save itself checks.
 *
 * @throws GALLEY_PERMISSION_DENIED | GALLEY_INPUT_INVALID
 */
export async function checkParts(site: Site, granted: Granted, type: string, parts: DraftParts): Promise<void> {
  const { terms = {}, featuredId, authorId } = parts;
  for (const taxonomy of Object.keys(terms)) {
    if (site.taxonomies.get(taxonomy)?.base === undefined)
      throw new GalleyError('GALLEY_INPUT_INVALID', `There is no public taxonomy "${taxonomy}".`);
  }
  // As everybody sees it: what is put at the head of a text is shown to all its readers.
  const file = typeof featuredId === 'number' ? await site.entries.get(featuredId) : undefined;
  if (typeof featuredId === 'number' && !(file?.type === 'attachment' && file.mimeType.startsWith('image/')))
    throw new GalleyError('GALLEY_INPUT_INVALID', `There is no picture ${featuredId}.`);
  if (authorId !== undefined) await checkAuthor(site, granted, type, authorId);
}
