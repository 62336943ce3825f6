import { FIELD_KINDS, type FieldDefinition, type Fields, type Site } from 'galley';
import { SUPPORT_LABELS } from './definitions.ts';

/** How long the key of a type or taxonomy may be. */
export const MAX_TYPE_KEY = 20;

/** How deep fields may be written inside of each other in the form. More comes in by import. */
const MAX_DEPTH = 2;

const KIND_LABELS: Record<string, string> = {
  text: 'Text',
  textarea: 'Several lines',
  richtext: 'Formatted text',
  markdown: 'Markdown',
  email: 'E-mail address',
  url: 'Web address',
  slug: 'Short name (slug)',
  integer: 'Whole number',
  bigint: 'Very large whole number',
  number: 'Number',
  decimal: 'Exact number (price)',
  boolean: 'Yes or no',
  date: 'Date',
  time: 'Time',
  datetime: 'Date and time',
  duration: 'Duration',
  select: 'One of a list',
  multiselect: 'Several of a list',
  color: 'Colour',
  json: 'JSON',
  media: 'Picture',
  file: 'File',
  relation: 'Other entries',
  user: 'Person',
  term: 'Term of a taxonomy',
  group: 'Group of fields',
  repeater: 'Rows of fields',
  flexible: 'Rows of different layouts',
  children: 'Entries that belong to it',
};
const LEADING = ['media', 'file', 'relation', 'user', 'term'];
const NUMERIC = ['integer', 'number', 'duration', 'repeater', 'flexible'];
const WRITTEN = ['text', 'textarea', 'email', 'url', 'integer', 'number', 'decimal', 'bigint'];

const when = (kinds: readonly string[]): Pick<FieldDefinition, 'showIf'> => ({ showIf: { field: 'kind', in: kinds } });

/** The fields in which a field is described. */
function optionsOf(depth: number): Fields {
  const kinds = FIELD_KINDS.filter(
    (kind) =>
      (depth === 0 || kind !== 'children') && (depth < MAX_DEPTH || !['group', 'repeater', 'flexible'].includes(kind)),
  );
  const choices = Object.fromEntries(kinds.map((kind) => [kind, KIND_LABELS[kind] ?? kind]));
  const half = { width: 'half' } as const;
  const inner: Fields =
    depth < MAX_DEPTH
      ? {
          fields: { label: 'Fields inside', ...rowsOf(depth + 1, when(['group', 'repeater'])) },
          layouts: {
            kind: 'repeater',
            label: 'Layouts',
            rowLabel: 'Layout',
            ...when(['flexible']),
            fields: {
              key: { kind: 'text', label: 'Key', maxLength: 40, ...half },
              label: { kind: 'text', label: 'Label', maxLength: 100, ...half },
              fields: { label: 'Fields of the layout', ...rowsOf(depth + 1) },
            },
          },
        }
      : {};
  return {
    label: { kind: 'text', label: 'Label', maxLength: 200, ...half },
    key: {
      kind: 'text',
      label: 'Key',
      maxLength: 40,
      help: 'Small letters, digits, underscores. Values are stored under it: a new key begins empty. Left empty, it is made of the label.',
      ...half,
    },
    kind: { kind: 'select', label: 'Kind', choices, required: true, ...half },
    help: { kind: 'text', label: 'Help below it', maxLength: 500, ...half },
    required: { kind: 'boolean', label: 'Has to be filled in', ...half },
    index: { kind: 'boolean', label: 'Lists can be sorted and filtered by it', ...half },
    choices: {
      kind: 'textarea',
      label: 'Choices',
      help: 'One on each line: key : label.',
      ...when(['select', 'multiselect']),
    },
    to: {
      kind: 'text',
      label: 'Leads to',
      help: 'The key of a content type, or of a taxonomy.',
      maxLength: 40,
      ...half,
      ...when(['relation', 'term', 'children']),
    },
    many: { kind: 'boolean', label: 'Several', ...half, ...when(LEADING) },
    inverse: {
      kind: 'text',
      label: 'Other side of the field',
      help: 'The key of the field of the other type that leads here. Empty: this field holds the links itself.',
      maxLength: 40,
      ...when(['relation']),
    },
    by: { kind: 'text', label: 'Field of the child that names its parent', maxLength: 40, ...when(['children']) },
    min: { kind: 'number', label: 'At least', ...half, ...when(NUMERIC) },
    max: { kind: 'number', label: 'At most', ...half, ...when(NUMERIC) },
    step: { kind: 'number', label: 'Step', ...half, ...when(['integer', 'number']) },
    maxLength: { kind: 'integer', label: 'Characters at most', min: 1, ...half, ...when(['text', 'textarea']) },
    prefix: { kind: 'text', label: 'Before it', maxLength: 20, ...half, ...when(WRITTEN) },
    suffix: { kind: 'text', label: 'Behind it', maxLength: 20, ...half, ...when(WRITTEN) },
    placeholder: { kind: 'text', label: 'Example inside', maxLength: 100, ...half, ...when(WRITTEN) },
    width: { kind: 'boolean', label: 'Half as wide', ...half },
    ifField: { kind: 'text', label: 'Only if the field', help: 'The key of another field.', maxLength: 40, ...half },
    ifValue: { kind: 'text', label: 'Has this value', help: 'Empty: is filled in.', maxLength: 100, ...half },
    ...inner,
  };
}

function rowsOf(depth: number, more: Partial<FieldDefinition> = {}): Omit<FieldDefinition, 'label'> {
  return { kind: 'repeater', max: 200, rowLabel: 'Field', fields: optionsOf(depth), ...more };
}

/** The form of a type. The key can be chosen once. */
export function typeFields(site: Site, isNew: boolean): Fields {
  const taxonomies = Object.fromEntries(
    site.taxonomies
      .list()
      .filter(({ value }) => value.showInAdmin !== false)
      .map(({ name, value }) => [name, value.title]),
  );
  const half = { width: 'half' } as const;
  return {
    title: { kind: 'text', label: 'Name of many', placeholder: 'Recipes', required: true, maxLength: 60, ...half },
    singular: { kind: 'text', label: 'Name of one', placeholder: 'Recipe', required: true, maxLength: 60, ...half },
    ...(isNew ? { key: KEY_FIELD } : {}),
    description: { kind: 'textarea', label: 'What it is for', maxLength: 500 },
    icon: { kind: 'text', label: 'Icon', help: 'Name of a Bootstrap icon, such as egg-fried.', maxLength: 60 },
    public: { kind: 'boolean', label: 'Visitors see it at an address of its own', ...half },
    hierarchical: { kind: 'boolean', label: 'Entries stand below each other', ...half },
    base: {
      kind: 'text',
      label: 'First part of its addresses',
      help: 'The key when empty.',
      maxLength: 100,
      showIf: { field: 'public', is: true },
      ...half,
    },
    archive: {
      kind: 'text',
      label: 'Address of the list of all',
      help: 'No such list when empty.',
      placeholder: 'recipes',
      maxLength: 100,
      showIf: { field: 'public', is: true },
      ...half,
    },
    supports: { kind: 'multiselect', label: 'It has', choices: SUPPORT_LABELS },
    taxonomies: { kind: 'multiselect', label: 'Taxonomies', choices: taxonomies },
    fields: { label: 'Fields', ...rowsOf(0) },
  };
}

const KEY_FIELD: FieldDefinition = {
  kind: 'text',
  label: 'Key',
  maxLength: MAX_TYPE_KEY,
  help: 'Small letters, digits, dashes and underscores. It stays for ever. Left empty, it is made of the name of one.',
};

/** The form of a taxonomy. */
export function taxonomyFields(isNew: boolean): Fields {
  return {
    title: {
      kind: 'text',
      label: 'Name of many',
      placeholder: 'Cuisines',
      required: true,
      maxLength: 60,
      width: 'half',
    },
    singular: {
      kind: 'text',
      label: 'Name of one',
      placeholder: 'Cuisine',
      required: true,
      maxLength: 60,
      width: 'half',
    },
    ...(isNew ? { key: KEY_FIELD } : {}),
    hierarchical: { kind: 'boolean', label: 'A tree: terms stand below each other' },
    base: { kind: 'text', label: 'First part of its addresses', help: 'No addresses when empty.', maxLength: 100 },
  };
}
