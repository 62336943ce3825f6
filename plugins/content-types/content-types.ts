import { type Fields, GalleyError, isGalleyError, type Site } from 'galley';
import { checkAddresses, checkFields, checkKey } from './check.ts';
import { type Definitions, OPTION, type StoredTaxonomy, type StoredType } from './definitions.ts';
import type { Registered } from './registered.ts';

/** A change and the revision that it is based on. */
interface Change {
  revision: number;
}

/** What was made in the admin: read, changed and registered. Whoever calls has checked the right to do so. */
export class ContentTypes {
  readonly #site: Site;
  readonly #registered: Registered;

  constructor(site: Site, registered: Registered) {
    this.#site = site;
    this.#registered = registered;
  }

  read(): Promise<Definitions> {
    return this.#site.options.get<Definitions>(OPTION);
  }

  /** Whether a type or taxonomy was made in the admin. */
  async isOwn(kind: 'types' | 'taxonomies', key: string): Promise<boolean> {
    return Object.hasOwn((await this.read())[kind], key);
  }

  /**
   * Makes a type, or changes it.
   * @throws GALLEY_INPUT_INVALID; GALLEY_ENTRY_CONFLICT where somebody else saved since `revision`
   */
  async saveType(key: string, type: StoredType, change: Change): Promise<void> {
    await this.#change(change, (all) => {
      if (!Object.hasOwn(all.types, key)) checkKey(this.#site, key, all);
      checkAddresses(this.#site, key, addressesOf(key, type));
      checkFields(type.fields ?? {});
      return { ...all, types: { ...all.types, [key]: type } };
    });
  }

  /** Takes a type away. What was written stays in the store, unseen, and comes back with a type of that key. */
  async removeType(key: string, change: Change): Promise<void> {
    await this.#change(change, (all) => {
      const { [key]: _, ...types } = all.types;
      return { ...all, types };
    });
  }

  /** Makes a taxonomy, or changes it. Throws as `saveType` does. */
  async saveTaxonomy(key: string, taxonomy: StoredTaxonomy, change: Change): Promise<void> {
    await this.#change(change, (all) => {
      if (!Object.hasOwn(all.taxonomies, key)) checkKey(this.#site, key, all);
      checkAddresses(this.#site, key, { base: taxonomy.base });
      return { ...all, taxonomies: { ...all.taxonomies, [key]: taxonomy } };
    });
  }

  /** Takes a taxonomy away; its terms stay in the store. */
  async removeTaxonomy(key: string, change: Change): Promise<void> {
    await this.#change(change, (all) => {
      const { [key]: _, ...taxonomies } = all.taxonomies;
      return { ...all, taxonomies };
    });
  }

  /** Adds definitions from elsewhere; those of the same key are replaced, the others stay. All or none. */
  async importAll(given: Partial<Definitions>, change: Change): Promise<void> {
    await this.#change(change, (all) => {
      const { types = {}, taxonomies = {} } = given;
      for (const [key, type] of Object.entries(types))
        saying(key, () => {
          if (!Object.hasOwn(all.types, key)) checkKey(this.#site, key, all);
          checkFields(type?.fields ?? {});
          checkAddresses(this.#site, key, addressesOf(key, type));
        });
      for (const key of Object.keys(taxonomies))
        saying(key, () => {
          if (!Object.hasOwn(all.taxonomies, key)) checkKey(this.#site, key, all);
        });
      return { ...all, types: { ...all.types, ...types }, taxonomies: { ...all.taxonomies, ...taxonomies } };
    });
  }

  async #change({ revision }: Change, change: (all: Definitions) => Definitions): Promise<void> {
    let before: Definitions['types'] = {};
    await this.#site.options.update<Definitions>(OPTION, (all) => {
      before = all.types;
      if (all.revision !== revision)
        throw new GalleyError(
          'GALLEY_ENTRY_CONFLICT',
          'Not saved: somebody else changed the content types since you opened this. Open it again.',
        );
      return { ...change(all), revision: revision + 1 };
    });
    await this.#registered.sync();
    for (const [key, { fields }] of Object.entries((await this.read()).types))
      if (indexOf(before[key]?.fields) !== indexOf(fields)) await this.#site.entries.reindex(key, fields ?? {});
  }
}

/** A check of one definition of many: its complaint says which. */
function saying(key: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!isGalleyError(error)) throw error;
    throw new GalleyError(error.code, `The definition of “${key}” is not right: ${error.message}`, { cause: error });
  }
}

/** Where visitors see what is of a type. */
function addressesOf(
  key: string,
  { public: isPublic, base, archive }: StoredType,
): { base?: string; archive?: string | undefined } {
  return isPublic ? { base: base ?? key, archive } : {};
}

/** Which fields are in the index, as a text to compare. */
function indexOf(fields: Fields = {}): string {
  const indexed = Object.entries(fields).filter(([, { index }]) => index);
  return JSON.stringify(indexed.map(([key, { kind }]) => [key, kind]).sort());
}
