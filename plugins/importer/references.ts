import type { EntryDraft, Site } from 'galley';
import { type ImportRow, type ImportStore, menuItemKey, type Pending } from './import-store.ts';
import { readSummaries } from './link-resolver.ts';

/** What could be resolved, and what is left. */
export interface Resolved {
  found: Pick<EntryDraft, 'parentId' | 'featuredId'> & { objectId?: number };
  rest: Pending;
}

/** Whether something refers to other items. */
export function hasReferences({ parent, featured, target }: Pending): boolean {
  return parent !== undefined || featured !== undefined || target !== undefined;
}

/** Leads the ids of an export to entries and terms of this site. */
export class References {
  readonly #site: Site;
  readonly #store: ImportStore;

  constructor(site: Site, store: ImportStore) {
    this.#site = site;
    this.#store = store;
  }

  /**
   * Resolves what has come in by now.
   * @param isFinal whether the whole export has; until then only what this run has met counts
   */
  async resolve(type: string, pending: Pending, isFinal: boolean): Promise<Resolved> {
    const { parent, featured, target, menu, ...rest } = pending;
    const isEntry = target?.kind === 'post_type';
    const parentKey = parent !== undefined && menu !== undefined ? menuItemKey(parent, menu) : parent;
    const ids = [parentKey, featured, isEntry ? target.id : undefined]
      .filter((id) => id !== undefined)
      .map(String)
      .filter((id) => isFinal || this.#store.hasMet('item', id));
    const rows: Map<string, ImportRow> = ids.length > 0 ? await this.#store.find('item', ids) : new Map();
    const localId = (id: number | string | undefined): number | undefined =>
      id === undefined ? undefined : rows.get(String(id))?.localId;
    const parentId = await this.#fittingParent(type, localId(parentKey));
    const featuredId = localId(featured);
    const objectId = isEntry ? localId(target.id) : target && (await this.#term(target.object, target.id));
    return {
      found: {
        ...(parentId === undefined ? {} : { parentId }),
        ...(featuredId === undefined ? {} : { featuredId }),
        ...(objectId === undefined ? {} : { objectId }),
      },
      rest: {
        ...rest,
        ...(parent !== undefined && parentId === undefined ? { parent, ...(menu === undefined ? {} : { menu }) } : {}),
        ...(featured !== undefined && featuredId === undefined ? { featured } : {}),
        ...(target !== undefined && objectId === undefined ? { target } : {}),
      },
    };
  }

  /** In a tree the parent is of the same type. */
  async #fittingParent(type: string, id: number | undefined): Promise<number | undefined> {
    if (id === undefined || !this.#site.types.get(type)?.hierarchical) return id;
    return (await readSummaries(this.#site, [id])).get(id)?.type === type ? id : undefined;
  }

  async #term(taxonomy: string, id: number): Promise<number | undefined> {
    return (await this.#store.get('term-id', `${taxonomy} ${id}`))?.localId;
  }
}
