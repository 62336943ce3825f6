/** A term of a taxonomy: a category, a tag. */
export interface Term {
  id: number;
  taxonomy: string;
  slug: string;
  /** The slugs from the topmost parent down. */
  path: string;
  name: string;
  description: string;
  parentId: number | null;
  position: number;
  version: number;
}

/** A term with the number of published entries that have it. */
export interface CountedTerm extends Term {
  count: number;
}

/** What may be given when a term is saved; without `id` a new one is made. */
export interface TermDraft {
  id?: number;
  taxonomy?: string;
  name?: string;
  slug?: string;
  description?: string;
  parentId?: number | null;
  position?: number;
}

/** Which terms to list. */
export interface TermQuery {
  ids?: readonly number[];
  slugs?: readonly string[];
  parent?: number | null;
  search?: string;
  limit?: number;
  /** The id after which to go on. */
  after?: number;
}

/** The row of a term in the store. */
export interface TermRow {
  id: number;
  taxonomy: string;
  slug: string;
  path: string;
  name: string;
  description: string;
  parent_id: number | null;
  position: number;
  version: number;
}

/** A term from its row. */
export const decodeTerm = (row: TermRow): Term => ({
  id: row.id,
  taxonomy: row.taxonomy,
  slug: row.slug,
  path: row.path,
  name: row.name,
  description: row.description,
  parentId: row.parent_id,
  position: row.position,
  version: row.version,
});
