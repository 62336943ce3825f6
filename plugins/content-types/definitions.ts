import type { Fields, TypeSupport } from 'galley';

/** A content type as it is stored. */
export interface StoredType {
  title: string;
  singular: string;
  description?: string;
  icon?: string;
  hierarchical?: boolean;
  public?: boolean;
  base?: string;
  archive?: string;
  supports: TypeSupport[];
  taxonomies?: string[];
  fields?: Fields;
}

/** A taxonomy as it is stored. */
export interface StoredTaxonomy {
  title: string;
  singular: string;
  hierarchical?: boolean;
  base?: string;
}

/** All that was made in the admin. */
export interface Definitions {
  /** Goes up by one with each save: who saves says which one he has seen. */
  revision: number;
  types: Record<string, StoredType>;
  taxonomies: Record<string, StoredTaxonomy>;
}

export const OPTION = 'content_types';
export const SUPPORT_LABELS: Record<string, string> = {
  title: 'Title',
  content: 'Text',
  excerpt: 'Excerpt',
  author: 'Author',
  thumbnail: 'Featured picture',
  comments: 'Comments',
  revisions: 'Earlier versions',
  'page-attributes': 'Order and template',
};

const name = '^[a-z][a-z0-9_-]{0,39}$';
const text = (maxLength: number, minLength = 0): object => ({ type: 'string', minLength, maxLength });
const base = { type: 'string', maxLength: 100, pattern: '^([a-z0-9-]+(/[a-z0-9-]+)*)?$' };
const named = (schema: object, most: number): object => ({
  type: 'object',
  maxProperties: most,
  propertyNames: { pattern: name },
  additionalProperties: schema,
});

/** The JSON schema of what is stored. Fields are checked further by code, see `checkFields`. */
export const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['revision', 'types', 'taxonomies'],
  properties: {
    revision: { type: 'integer', minimum: 0 },
    types: named(
      {
        type: 'object',
        additionalProperties: false,
        required: ['title', 'singular', 'supports'],
        properties: {
          title: text(60, 1),
          singular: text(60, 1),
          description: text(500),
          icon: { type: 'string', maxLength: 60, pattern: '^[a-z0-9-]*$' },
          hierarchical: { type: 'boolean' },
          public: { type: 'boolean' },
          base,
          archive: base,
          supports: { type: 'array', uniqueItems: true, items: { enum: Object.keys(SUPPORT_LABELS) } },
          taxonomies: { type: 'array', uniqueItems: true, maxItems: 20, items: { type: 'string', pattern: name } },
          fields: { type: 'object', maxProperties: 200 },
        },
      },
      100,
    ),
    taxonomies: named(
      {
        type: 'object',
        additionalProperties: false,
        required: ['title', 'singular'],
        properties: { title: text(60, 1), singular: text(60, 1), hierarchical: { type: 'boolean' }, base },
      },
      100,
    ),
  },
};
