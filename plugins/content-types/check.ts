import {
  compileFields,
  FIELD_KINDS,
  type FieldDefinition,
  type Fields,
  GalleyError,
  type Site,
  typeCapabilities,
} from 'galley';
import type { Definitions } from './definitions.ts';

const KEY = /^[a-z][a-z0-9_]{0,39}$/;
const TYPE_KEY = /^[a-z][a-z0-9_-]{0,19}$/;
/** Names that objects have from the start, and those that addresses or the store use. */
const RESERVED = new Set(
  `constructor prototype tostring valueof hasownproperty admin api media feed search page post attachment revision
  action author order theme user option plugin comment type taxonomy term category tag nav_menu any new types
  taxonomies export import layout title content excerpt slug status id`.split(/\s+/),
);
const RESERVED_FIELDS = new Set(['constructor', 'prototype', 'layout']);
/** First parts of addresses that lead elsewhere. */
const RESERVED_BASES = new Set('admin api assets media author feed page wp-content wp-json wp-admin health'.split(' '));
const MAX_DEPTH = 4;
const TEXTS = ['label', 'help', 'pattern', 'to', 'inverse', 'by', 'accept', 'placeholder', 'prefix', 'suffix'] as const;
const NUMBERS = ['min', 'max', 'step', 'minLength', 'maxLength'] as const;
const FLAGS = ['required', 'nullable', 'index', 'many'] as const;
const KNOWN = new Set<string>([
  ...TEXTS,
  ...NUMBERS,
  ...FLAGS,
  ...['kind', 'choices', 'fields', 'layouts', 'showIf', 'width', 'display', 'default', 'readable', 'writable'],
]);

/** @param field which one of the form it is about: `key`, or `fields.1.label` for the second of the fields */
function refuse(message: string, field?: string): never {
  const details = field === undefined ? undefined : [{ field, message }];
  throw new GalleyError('GALLEY_INPUT_INVALID', message, { details });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Checks a new key of a type or taxonomy. @throws GALLEY_INPUT_INVALID */
export function checkKey(site: Site, key: string, definitions: Definitions): void {
  const wrong = (message: string): never => refuse(message, 'key');
  if (!TYPE_KEY.test(key))
    wrong('A key has 1 to 20 small letters, digits, dashes and underscores, and begins with a letter.');
  if (RESERVED.has(key.replaceAll('-', '_')) || RESERVED.has(key)) wrong(`“${key}” is reserved. Choose another key.`);
  const { types, taxonomies } = definitions;
  const isStored = Object.hasOwn(types, key) || Object.hasOwn(taxonomies, key);
  if (isStored || site.types.has(key) || site.taxonomies.has(key)) wrong(`There is something called “${key}” already.`);
  const capability = key.replaceAll('-', '_');
  // Rights of the new type must not be rights over something else.
  const sharing = site.types.list().find(({ value }) => value.capability === capability);
  if (sharing) wrong(`“${key}” would share its capabilities with ${sharing.value.title}. Choose another key.`);
  const clash = typeCapabilities(capability).find(
    ([name]) => site.capabilities.has(name) && site.capabilities.ownerOf(name) !== site.owner,
  );
  if (clash) wrong(`“${key}” would have the capability ${clash[0]}, which there is already. Choose another key.`);
}

/** Checks addresses: nothing else may be there. @throws GALLEY_INPUT_INVALID */
export function checkAddresses(
  site: Site,
  own: string,
  bases: { base?: string | undefined; archive?: string | undefined },
): void {
  for (const [field, base] of Object.entries(bases)) {
    if (!base) continue;
    const wrong = (message: string): never => refuse(message, field);
    if (RESERVED_BASES.has(base.split('/')[0] ?? '')) wrong(`The address “${base}” is used by Galley itself.`);
    const type = site.types
      .list()
      .find(({ name, value }) => name !== own && (value.base === base || value.archive === base));
    if (type) wrong(`The address “${base}” belongs to ${type.value.title}.`);
    const taxonomy = site.taxonomies.list().find(({ name, value }) => name !== own && value.base === base);
    if (taxonomy) wrong(`The address “${base}” belongs to ${taxonomy.value.title}.`);
  }
}

/**
 * Checks the definitions of fields, as far as they may be nested.
 * @param place where they stand in the form of their type
 * @throws GALLEY_INPUT_INVALID naming the field
 */
export function checkFields(fields: unknown, place = 'fields', depth = 0): void {
  if (!isRecord(fields)) refuse('Fields are given by key.', place);
  if (depth >= MAX_DEPTH) refuse(`Fields may be nested ${MAX_DEPTH} levels deep.`, place);
  for (const [index, [key, field]] of Object.entries(fields).entries()) {
    const row = `${place}.${index}`;
    if (!KEY.test(key)) refuse(`“${key}” is no key of a field: small letters, digits and underscores.`, `${row}.key`);
    if (RESERVED_FIELDS.has(key)) refuse(`“${key}” is reserved. Choose another key.`, `${row}.key`);
    if (!isRecord(field)) refuse(`The field “${key}” has no definition.`, `${row}.key`);
    checkField({ key, row, depth }, field);
  }
  if (depth > 0) return;
  try {
    // It is compiled when it is first asked.
    compileFields(fields as Fields)({});
  } catch {
    refuse('A pattern of a field is no regular expression.', place);
  }
}

/** A field, and its row in the form. */
interface Row {
  key: string;
  row: string;
  depth: number;
}

type Refusal = (what: string, option: string) => never;

function checkField(at: Row, field: Record<string, unknown>): void {
  const wrong: Refusal = (what, option) => refuse(`The field “${at.key}”: ${what}`, `${at.row}.${option}`);
  const unknown = Object.keys(field).find((name) => !KNOWN.has(name));
  if (unknown) wrong(`there is no “${unknown}”.`, 'key');
  if (!(FIELD_KINDS as readonly unknown[]).includes(field['kind']))
    wrong(`there is no kind “${String(field['kind'])}”.`, 'kind');
  if (typeof field['label'] !== 'string' || field['label'].trim() === '') wrong('it needs a label.', 'label');
  for (const name of [...TEXTS, 'readable', 'writable', 'width', 'display'])
    if (field[name] !== undefined && (typeof field[name] !== 'string' || field[name].length > 500))
      wrong(`“${name}” is a text of at most 500 characters.`, name);
  for (const name of NUMBERS)
    if (field[name] !== undefined && !Number.isFinite(field[name])) wrong(`“${name}” is a number.`, name);
  for (const name of FLAGS)
    if (field[name] !== undefined && typeof field[name] !== 'boolean') wrong(`“${name}” is yes or no.`, name);
  // A pattern that takes for ever would stop the site: repetition inside of repetition is refused.
  if (typeof field['pattern'] === 'string' && /[+*}]\)?[+*{]|\([^)+*]*[+*][^)]*\)[+*{]/.test(field['pattern']))
    wrong('the pattern repeats what repeats.', 'key');
  checkParts(field as unknown as FieldDefinition, wrong, at);
}

function checkParts(field: FieldDefinition, wrong: Refusal, { row, depth }: Row): void {
  const { kind, choices, fields, layouts, showIf } = field;
  if (kind === 'select' || kind === 'multiselect') {
    const texts = isRecord(choices) ? Object.values(choices) : [];
    if (texts.length === 0 || texts.some((label) => typeof label !== 'string')) wrong('it needs choices.', 'choices');
  }
  if ((kind === 'relation' || kind === 'children' || kind === 'term') && !field.to)
    wrong('say what it leads to.', 'to');
  if (kind === 'children' && !field.by) wrong('say which field of the child names its parent.', 'by');
  if (kind === 'group' || kind === 'repeater') checkFields(fields, `${row}.fields`, depth + 1);
  if (kind === 'flexible') {
    if (!isRecord(layouts) || Object.keys(layouts).length === 0) wrong('it needs layouts.', 'layouts');
    for (const [index, layout] of Object.values(layouts ?? {}).entries())
      checkFields(layout.fields, `${row}.layouts.${index}.fields`, depth + 1);
  }
  if (showIf !== undefined && (!isRecord(showIf) || typeof showIf.field !== 'string'))
    wrong('the condition names no field.', 'ifField');
}
