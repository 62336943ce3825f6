type Properties = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A JSON object of these members and no others. */
export const object = <const P extends Properties, const R extends readonly (keyof P & string)[] = readonly []>(
  properties: P,
  required?: R,
): {
  readonly type: 'object';
  readonly additionalProperties: false;
  readonly properties: P;
  readonly required: R;
} => ({ type: 'object', additionalProperties: false, properties, required: required ?? ([] as unknown as R) });

export const ID = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;
/** An id, or null for none. Written as a list of types, so that types can be read from it. */
export const ID_OR_NULL = { type: ['integer', 'null'], minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;
export const IDS = { type: 'array', items: ID, minItems: 1, maxItems: 200 } as const;
export const HASH = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;
export const text = <const N extends number>(maxLength: N) => ({ type: 'string', maxLength }) as const;

/** Which files are listed. */
export const LIST = {
  type: 'object',
  properties: {
    type: { type: 'string', pattern: '^(image|audio|video|document|[a-z]+/[a-z0-9.+-]*)$', maxLength: 100 },
    month: { type: 'string', pattern: '^[0-9]{4}-(0[1-9]|1[0-2])$' },
    folder: ID,
    author: ID,
    unattached: { type: 'boolean' },
    trash: { type: 'boolean' },
    text: text(100),
    ids: { type: 'string', pattern: '^[0-9]{1,15}(,[0-9]{1,15}){0,199}$' },
    after: text(200),
    limit: { type: 'integer', minimum: 1, maximum: 200 },
  },
} as const;

/** What may be said of a file, with the version that it is based on. */
export const CHANGE = object(
  {
    version: ID,
    title: text(2000),
    alt: text(1000),
    caption: text(10_000),
    credit: text(300),
    description: text(100_000),
    folder: ID_OR_NULL,
  },
  ['version'],
);

/** Where an upload goes; 0 stands for nowhere, as empty fields of forms do. */
export const PLACE = object({
  folder: { type: 'integer', minimum: 0 },
  parent: { type: 'integer', minimum: 0 },
  alt: text(1000),
});
