/** What a field holds, and with it which control edits it. */
export const FIELD_KINDS = [
  'text',
  'textarea',
  'richtext',
  'markdown',
  'email',
  'url',
  'slug',
  'integer',
  'bigint',
  'number',
  'decimal',
  'boolean',
  'date',
  'time',
  'datetime',
  'duration',
  'select',
  'multiselect',
  'color',
  'json',
  'media',
  'file',
  'relation',
  'user',
  'term',
  'group',
  'repeater',
  'flexible',
  'children',
] as const;

/** One of {@link FIELD_KINDS}. */
export type FieldKind = (typeof FIELD_KINDS)[number];

/**
 * When a field is there: what another field of the same set holds. The field it names stands beside it, not in another
 * group. Exactly one of `is`, `in`, `not` and `filled`.
 */
export interface ShowCondition {
  field: string;
  is?: string | number | boolean;
  in?: readonly (string | number | boolean)[];
  not?: string | number | boolean;
  /** Whether it holds anything. */
  filled?: boolean;
}

/** One of the layouts that a row of a `flexible` field may have. */
export interface FieldLayout {
  label: string;
  /** May not have a field `layout`: that is where a row says which one it has. */
  fields: Record<string, FieldDefinition>;
}

/** A field of a content type. */
export interface FieldDefinition {
  kind: FieldKind;
  label: string;
  help?: string;
  required?: boolean;
  default?: unknown;
  /** The allowed values of `select` and `multiselect` and their labels. */
  choices?: Record<string, string>;
  min?: number;
  max?: number;
  /** The distance between the values of a number. */
  step?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  /** A further check by code: what is wrong with the value, in words, or nothing. Not asked about empty values. */
  validate?: (value: unknown) => string | undefined;
  /** For `boolean`: whether neither yes nor no is an answer too. */
  nullable?: boolean;
  /** Written to the typed index table too, so that lists may filter and sort by it. */
  index?: boolean;
  /**
   * For `relation` and `children`: the type of the entries it leads to, or `model:order` for the rows of a model. For
   * `term`: the taxonomy.
   */
  to?: string;
  /** Whether `relation`, `media`, `user` and `term` hold several. */
  many?: boolean;
  /**
   * For `relation`: the field of the other type that leads here. Then this field is the other side of that one: both
   * show the same links, and either changes them.
   */
  inverse?: string;
  /** For `children`: the field of the child's type, a relation, that names the parent. */
  by?: string;
  /** For `media`: what the type of a file begins with, such as `image/`. */
  accept?: string;
  /** The fields of a `group`, or of each row of a `repeater`. */
  fields?: Record<string, FieldDefinition>;
  /** What one row of a `repeater` is called, such as “Step”; its label unless given. */
  rowLabel?: string;
  /** The layouts of a `flexible` field. */
  layouts?: Record<string, FieldLayout>;
  /** The field is there only while another one holds something. What it holds stays, but is not asked for. */
  showIf?: ShowCondition;
  /** Shown in the empty control. */
  placeholder?: string;
  /** Short text before and behind the control: a currency, a unit. */
  prefix?: string;
  suffix?: string;
  /** Half: two stand beside each other where there is room. */
  width?: 'full' | 'half';
  /** `radio` shows the choices of a `select` openly. */
  display?: 'list' | 'radio';
  /** Of a setting: typed like a password, never shown again, and kept where nothing new is typed. */
  secret?: boolean;
  /** Name of the section of the type that it stands in. */
  section?: string;
  /** The capability that one needs to see the field, and to change it. */
  readable?: string;
  writable?: string;
}

/** A box of fields in the form of a type. */
export interface FieldSection {
  title: string;
  /** A sentence above its fields. */
  intro?: string;
  /** Below the text, or beside it. */
  place?: 'main' | 'side';
  /** Lower ones stand first; 10 unless given. */
  order?: number;
  collapsed?: boolean;
}

/** Fields by name. */
export type Fields = Record<string, FieldDefinition>;

/** Values of fields by name. */
export type FieldValues = Readonly<Record<string, unknown>>;
