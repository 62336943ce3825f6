/** What a field of a model can hold. */
export type ModelFieldKind =
  | 'string'
  | 'text'
  | 'email'
  | 'url'
  | 'slug'
  | 'uuid'
  | 'integer'
  | 'bigint'
  | 'number'
  | 'decimal'
  | 'date'
  | 'time'
  | 'datetime'
  | 'duration'
  | 'binary'
  | 'file'
  | 'image'
  | 'boolean'
  | 'json'
  | 'enum'
  | 'reference';

/** One field of a model. */
export interface ModelField {
  /**
   * - `string` a line, `text` any length, `email`, `url` (http or https), `slug` (NFC), `uuid`
   * - `integer` a whole number of at most 2^53, `bigint` of 64 bits, `number` a double, `decimal` exact, as a string
   * - `date` `2026-12-31`, `time` `23:59:59`, `datetime` epoch milliseconds, `duration` milliseconds
   * - `binary` bytes, `file` and `image` a path in the storage, `boolean`, `json`, `enum` one of `choices`
   * - `reference` the key of a row of the model named in `to`
   */
  readonly kind: ModelFieldKind;
  /** May be null; then it need not be given. */
  readonly null?: boolean;
  /** A text may be empty. */
  readonly blank?: boolean;
  /** Value when none is given, or a function that makes one. */
  readonly default?: unknown;
  /** No two rows have the same value (nulls aside). Compared byte for byte. */
  readonly unique?: boolean;
  /** Filters and sorts on it use an index. */
  readonly index?: boolean;
  /** The values of an enum. */
  readonly choices?: readonly string[];
  /** Smallest and greatest number; of a datetime in epoch milliseconds. */
  readonly min?: number;
  readonly max?: number;
  /** Shortest and longest text, in characters; longest bytes. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Regular expression (with the flag u) that a text must match. */
  readonly pattern?: string;
  /** Digits of a decimal, in all (at most 18) and after the point; default 18 and 2. */
  readonly precision?: number;
  readonly scale?: number;
  /** JSON schema that the value must meet besides. */
  readonly schema?: Readonly<Record<string, unknown>>;
  /** Model that a reference refers to, and whether that one's key is a UUID. */
  readonly to?: string;
  readonly toUuid?: boolean;
  /** What happens to this row when the other is deleted; default `restrict`. */
  readonly onDelete?: 'restrict' | 'cascade' | 'set null';
  /** The field's former name, so that a generated migration renames its column instead of dropping it. */
  readonly renamedFrom?: string;
  readonly label?: string;
  readonly help?: string;
}

export type ModelFields = Readonly<Record<string, ModelField>>;

/** A row of another model, where its type is not known here. */
export type RelatedRow = Record<string, unknown>;

/** This model's `field` holds the key of one row of `model`. */
export interface BelongsTo<Related = RelatedRow> {
  readonly kind: 'belongsTo';
  readonly model: string;
  readonly field: string;
  /** Carries the type of the related row; never set. */
  readonly related?: Related;
}
/** Rows of `model` whose `field` holds this row's key; `hasOne` where there is at most one. */
export interface HasMany<Related = RelatedRow> {
  readonly kind: 'hasMany' | 'hasOne';
  readonly model: string;
  readonly field: string;
  /** Field to sort by, `-` in front for descending; default: the key. */
  readonly orderBy?: string;
  readonly related?: Related;
}
/** Rows of `model` that are tied to this one by a table of pairs, which belongs to this model. */
export interface ManyToMany<Related = RelatedRow> {
  readonly kind: 'manyToMany';
  readonly model: string;
  /** The table of pairs; both models may name it, one of them as its `owner`. */
  readonly through: string;
  /** Column with this model's key, and with the other's. */
  readonly from: string;
  readonly to: string;
  /** Whether this model's migrations make the table; default true. */
  readonly owner?: boolean;
  /** Whether the other model's key is a UUID. */
  readonly toUuid?: boolean;
  readonly related?: Related;
}
export type ModelRelation<Related = RelatedRow> = BelongsTo<Related> | HasMany<Related> | ManyToMany<Related>;

/** How the rows of a model are shown in the admin: list and forms are made of its definition, by the plugin `records`. */
export interface ModelAdmin {
  /** What one row is called, and several: `Order` and `Orders`. */
  readonly singular: string;
  readonly plural: string;
  /** Who may see, change and remove rows. */
  readonly capability: string;
  /** Name of an icon, for the menu, and the place there; 80 unless given. */
  readonly icon?: string;
  readonly order?: number;
  /** The field that names a row; its first line of text unless given. */
  readonly title?: string;
  /** The fields that have a column besides; the first short ones unless given. Those with an index can be sorted by. */
  readonly columns?: readonly string[];
  /** The fields that are searched for words. No index helps there: leave it out where there are very many rows. */
  readonly search?: readonly string[];
  /** The choices, references and dates that narrow the list; all with an index unless given. */
  readonly filters?: readonly string[];
  /** Relations `hasMany` whose rows are edited in the form of the row that they belong to. */
  readonly inline?: readonly string[];
  /** Relations `manyToMany` whose rows are chosen in the form, in an order that is kept. Those have numbers as keys. */
  readonly related?: readonly string[];
}

/** All about a model. */
export interface ModelDefinition {
  readonly fields: ModelFields;
  /** Its table; default: the model's name in snake_case and plural. */
  readonly table?: string;
  /** `id` a number that the store gives (default), `uuid` a UUIDv7 made before the row is written. */
  readonly key?: 'id' | 'uuid';
  /** Indexes over several fields. */
  readonly indexes?: readonly {
    readonly fields: readonly string[];
    readonly unique?: boolean;
    readonly name?: string;
  }[];
  readonly relations?: Readonly<Record<string, ModelRelation<unknown>>>;
  /** Whether rows have `createdAt` and `updatedAt` (epoch milliseconds); default true. */
  readonly timestamps?: boolean;
  /** Whether rows have a `version`, so that nobody overwrites what he has not seen; default false. */
  readonly versioned?: boolean;
  /** Checks a whole row; returns messages by field, or nothing when all is well. */
  readonly validate?: (
    row: Readonly<Record<string, unknown>>,
  ) => Record<string, string> | undefined | Promise<Record<string, string> | undefined>;
  readonly label?: string;
  /** Gives it screens in the admin. */
  readonly admin?: ModelAdmin;
}

type KindValue = {
  string: string;
  text: string;
  email: string;
  url: string;
  slug: string;
  uuid: string;
  integer: number;
  bigint: bigint;
  number: number;
  decimal: string;
  date: string;
  time: string;
  datetime: number;
  duration: number;
  binary: Uint8Array;
  file: string;
  image: string;
  boolean: boolean;
  json: unknown;
  enum: string;
  reference: number;
};

/** The value of a field, without regard to null. */
export type FieldValue<Field extends ModelField> = Field extends { kind: 'enum'; choices: readonly (infer Choice)[] }
  ? Choice
  : Field extends { kind: 'reference'; toUuid: true }
    ? string
    : KindValue[Field['kind']];

type StoredValue<Field extends ModelField> = FieldValue<Field> | (Field extends { null: true } ? null : never);

/** The type of a model's key. */
export type ModelKey<Definition extends ModelDefinition> = Definition extends { key: 'uuid' } ? string : number;

/** A row as it is read. */
export type ModelRow<Definition extends ModelDefinition> = { id: ModelKey<Definition> } & {
  -readonly [Name in keyof Definition['fields']]: StoredValue<Definition['fields'][Name]>;
} & (Definition extends { timestamps: false } ? unknown : { createdAt: number; updatedAt: number }) &
  (Definition extends { versioned: true } ? { version: number } : unknown);

type OptionalName<Fields extends ModelFields> = {
  [Name in keyof Fields]: Fields[Name] extends { null: true } | { default: unknown } ? Name : never;
}[keyof Fields];

/** What is given to make a row: all that has neither a default nor may be null. */
export type NewRow<Definition extends ModelDefinition> = {
  -readonly [Name in Exclude<keyof Definition['fields'], OptionalName<Definition['fields']>>]: StoredValue<
    Definition['fields'][Name]
  >;
} & { -readonly [Name in OptionalName<Definition['fields']>]?: StoredValue<Definition['fields'][Name]> };

/** What is given to change a row. */
export type RowChanges<Definition extends ModelDefinition> = {
  -readonly [Name in keyof Definition['fields']]?: StoredValue<Definition['fields'][Name]>;
};

type RelationValue<Relation> = Relation extends { kind: 'hasMany' | 'manyToMany'; related?: infer Related }
  ? NonNullable<Related>[]
  : Relation extends { related?: infer Related }
    ? NonNullable<Related> | null
    : never;

/** The related rows that `with` asked for. */
export type RelatedRows<Definition extends ModelDefinition> = Definition extends { relations: infer Relations }
  ? { -readonly [Name in keyof Relations]?: RelationValue<Relations[Name]> }
  : unknown;

/** A row with the related rows that were asked for. */
export type LoadedRow<Definition extends ModelDefinition> = ModelRow<Definition> & RelatedRows<Definition>;

/** How one field is compared. All that is given must hold. */
export interface Comparison<Value> {
  eq?: Value;
  /** Also finds rows without a value. */
  ne?: Value;
  lt?: Value;
  lte?: Value;
  gt?: Value;
  gte?: Value;
  /** At most 1,000 values. */
  in?: readonly Value[];
  notIn?: readonly Value[];
  between?: readonly [from: Value, to: Value];
  null?: boolean;
  contains?: string;
  /** Without regard to case and accents. */
  icontains?: string;
  startsWith?: string;
  endsWith?: string;
  /** A pattern written in code; never take it from a request. */
  regex?: string;
  /** Parts of a date or datetime, in UTC. */
  year?: number;
  month?: number;
  day?: number;
}

/** Which rows: fields with values or comparisons, all of which must hold, and groups. */
export type Where<Row> = { [Name in keyof Row]?: Row[Name] | Comparison<NonNullable<Row[Name]>> } & {
  or?: readonly Where<Row>[];
  and?: readonly Where<Row>[];
  not?: Where<Row>;
};

type FieldName<Row> = keyof Row & string;

/** Which rows, how many and in which order. */
export interface ListOptions<Definition extends ModelDefinition> {
  where?: Where<ModelRow<Definition>>;
  /** Fields, `-` in front for descending; the key is always last. Default: by key. */
  orderBy?: readonly (FieldName<ModelRow<Definition>> | `-${FieldName<ModelRow<Definition>>}`)[];
  /** 1 to 1,000; default 50. */
  limit?: number;
  /** `next` of the page before. */
  after?: string | undefined;
  /** Relations to load with one query each: `author`, `items.product`. */
  with?: readonly string[];
}

/** Some rows and where to go on. */
export interface ModelPage<Row> {
  items: Row[];
  /** For `after`; undefined on the last page. */
  next: string | undefined;
}
