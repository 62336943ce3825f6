// Layer: content. Knows lib, kernel, services and identity.
import { typeCapabilities } from '../identity/capabilities.ts';
import { Registry } from '../kernel/registry.ts';
import type { Site } from '../kernel/site.ts';
import type { FieldSection, Fields } from './field-types.ts';
import { compileFields, type FieldMistake } from './fields.ts';

/** What the entries of a type have, besides their fields. */
export type TypeSupport =
  | 'title'
  | 'content'
  | 'excerpt'
  | 'author'
  | 'thumbnail'
  | 'comments'
  | 'revisions'
  | 'sticky'
  | 'page-attributes'
  | 'custom-fields';

/** A content type, such as post or page. */
export interface TypeDefinition {
  /** The plural, as the menu shows it: `Posts`. */
  title: string;
  singular: string;
  description?: string;
  fields?: Fields;
  /** Boxes that the form puts the fields into; those that name none stand in one of their own. */
  sections?: Record<string, FieldSection>;
  taxonomies?: string[];
  supports: TypeSupport[];
  /** Whether entries stand below each other, as pages do. */
  hierarchical?: boolean;
  /** Whether entries have an address of their own and are found by the search. */
  public?: boolean;
  /** The address of the list of all entries, without slashes: `products`. */
  archive?: string;
  /** The first part of an entry's address: `product` gives `/product/slug/`. Posts and pages have their own structure. */
  base?: string;
  /** Name of a Bootstrap icon. */
  icon?: string;
  /** The singular that the capabilities are made of: `post` gives `edit_posts`. */
  capability?: string;
  /** Whether the admin has screens for it. Default true. */
  showInAdmin?: boolean;
}

/** A type as it is registered: nothing is optional any more. */
export interface ContentType extends Required<Omit<TypeDefinition, 'archive' | 'base' | 'description'>> {
  name: string;
  description: string;
  archive: string | undefined;
  base: string | undefined;
  /** The mistakes in the values of the fields. */
  validateFields(values: Record<string, unknown>): FieldMistake[];
}

/** The content types of the site. */
export class TypeRegistry extends Registry<ContentType> {
  #site: Site | undefined;

  constructor(...rest: ConstructorParameters<typeof Registry<ContentType>> | []) {
    super(rest[0] ?? 'content type', rest[1], rest[2]);
  }

  /** Defines the capabilities of each type as the type is defined. */
  attachTo(site: Site): this {
    this.#site = site;
    return this;
  }

  override ownedBy(owner: string): this {
    const bound = super.ownedBy(owner);
    bound.#site = this.#site;
    return bound;
  }

  /**
   * Registers a type.
   * @param name the singular machine name: `product`
   * @throws GALLEY_REGISTRY_DUPLICATE
   * @example site.types.register('book', { title: 'Books', singular: 'Book', supports: ['title', 'content'], public: true })
   */
  register(name: string, definition: TypeDefinition): () => void {
    const fields = definition.fields ?? {};
    const capability = definition.capability ?? name.replaceAll('-', '_');
    const capabilities = this.#site?.capabilities;
    for (const [key, value] of typeCapabilities(capability)) {
      if (capabilities && !capabilities.has(key)) capabilities.ownedBy(this.owner).define(key, value);
    }
    return this.define(name, {
      description: '',
      taxonomies: [],
      sections: {},
      hierarchical: false,
      public: false,
      icon: 'file-earmark-text',
      showInAdmin: true,
      archive: undefined,
      base: undefined,
      ...definition,
      fields,
      capability,
      name,
      validateFields: compileFields(fields),
    });
  }

  /** The names of the types with addresses of their own. */
  publicNames(): string[] {
    return this.list()
      .filter(({ value }) => value.public)
      .map(({ name }) => name);
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    readonly types: TypeRegistry;
  }
}
