/** A JSON schema (draft 7), as ajv takes it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly [keyword: string]: unknown;
}

type Scalar<Type> = Type extends 'integer' | 'number'
  ? number
  : Type extends 'boolean'
    ? boolean
    : Type extends 'string'
      ? string
      : Type extends 'null'
        ? null
        : unknown;

type Required<Schema, Key> = Schema extends { required: readonly (infer Names)[] }
  ? Key extends Names
    ? true
    : false
  : false;
type HasDefault<Schema> = Schema extends { default: unknown } ? true : false;
type IsSure<Schema, Key, Property> = true extends Required<Schema, Key> | HasDefault<Property> ? true : false;

type ObjectOf<Schema, Properties> = {
  [Key in keyof Properties as IsSure<Schema, Key, Properties[Key]> extends true ? Key : never]: FromSchema<
    Properties[Key]
  >;
} & {
  [Key in keyof Properties as IsSure<Schema, Key, Properties[Key]> extends true ? never : Key]?: FromSchema<
    Properties[Key]
  >;
};

/** The type of the values that a schema lets through; `unknown` where it is too clever to be read. */
export type FromSchema<Schema> = Schema extends { const: infer Value }
  ? Value
  : Schema extends { enum: readonly (infer Value)[] }
    ? Value
    : Schema extends { properties: infer Properties }
      ? ObjectOf<Schema, Properties>
      : Schema extends { type: 'array'; items: infer Items }
        ? FromSchema<Items>[]
        : Schema extends { type: readonly (infer Type)[] }
          ? Scalar<Type>
          : Schema extends { type: 'object' }
            ? Record<string, unknown>
            : Schema extends { type: infer Type }
              ? Scalar<Type>
              : unknown;

/** The query of a route with this schema. */
export type QueryOf<Schema> = Schema extends { query: infer Query extends JsonSchema }
  ? FromSchema<Query>
  : Record<string, unknown>;
/** The body of a route with this schema. */
export type BodyOf<Schema> = Schema extends { body: infer Body extends JsonSchema } ? FromSchema<Body> : unknown;

/** The schema in which every object that lists its properties takes no others, unless it says so itself. */
export function strictSchema(schema: JsonSchema): JsonSchema {
  const copy: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'properties') {
      copy[keyword] = Object.fromEntries(
        Object.entries(value as Record<string, JsonSchema>).map(([name, property]) => [name, strictSchema(property)]),
      );
    } else if (keyword === 'items') copy[keyword] = strictSchema(value as JsonSchema);
    else copy[keyword] = value;
  }
  if (copy['properties'] && copy['additionalProperties'] === undefined) copy['additionalProperties'] = false;
  if (copy['properties'] && copy['type'] === undefined) copy['type'] = 'object';
  return copy;
}
