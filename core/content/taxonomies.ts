import { Registry } from '../kernel/registry.ts';

/** A taxonomy, such as category (a tree) or post_tag (flat). */
export interface TaxonomyDefinition {
  /** The plural, as the menu shows it: `Categories`. */
  title: string;
  singular: string;
  /** Whether terms stand below each other. */
  hierarchical?: boolean;
  /** The first part of a term's address: `category` gives `/category/slug/`. Without it the taxonomy has no addresses. */
  base?: string;
  /** Who may add and change terms. Default `manage_categories`. */
  capability?: string;
  showInAdmin?: boolean;
}

/** The taxonomies of the site. */
export class TaxonomyRegistry extends Registry<TaxonomyDefinition> {
  constructor(...rest: ConstructorParameters<typeof Registry<TaxonomyDefinition>> | []) {
    super(rest[0] ?? 'taxonomy', rest[1], rest[2]);
  }
}

declare module '../kernel/site.ts' {
  interface Site {
    readonly taxonomies: TaxonomyRegistry;
  }
}
