import type { FieldDefinition } from '../content/field-types.ts';
import type { Viewer } from '../identity/viewer.ts';
import { type Registration, Registry } from '../kernel/registry.ts';
import type { Site } from '../kernel/site.ts';

/** A page of settings, made of option definitions. */
export interface SettingsPage {
  title: string;
  /** A sentence below the title. */
  intro?: string;
  /** `manage_options` unless given. */
  capability?: string;
  /** Lower ones stand first; 10 unless given. */
  order?: number;
  /** The page whose form these options stand in, below its own; it asks for the capability. Where it is missing they stand alone. */
  within?: string;
  /** Names of options, in order. An option that is an object shows its members as `name.member`. */
  options: readonly string[];
  /** What the schema cannot say: labels, help, choices, by option or `option.member`. May depend on what there is. */
  fields?: (site: Site) => Record<string, Partial<FieldDefinition>> | Promise<Record<string, Partial<FieldDefinition>>>;
}

/** All pages of settings. */
export class SettingsPages extends Registry<SettingsPage> {
  constructor(...rest: ConstructorParameters<typeof Registry<SettingsPage>> | []) {
    super(rest[0] ?? 'settings page', rest[1], rest[2]);
  }

  /** The pages that have a tab, in order; not those that stand within another. */
  tabs(viewer: Viewer): Registration<SettingsPage>[] {
    return this.list()
      .filter(({ value }) => value.within === undefined || !this.get(value.within))
      .filter(({ value }) => viewer.can(value.capability ?? 'manage_options'))
      .sort((a, b) => (a.value.order ?? 10) - (b.value.order ?? 10));
  }

  /** A page and those that stand within it. */
  parts(name: string): SettingsPage[] {
    const within = this.list().filter(({ value }) => value.within === name);
    return [this.need(name), ...within.map(({ value }) => value)];
  }
}

interface Schema {
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  minLength?: number;
}

const LONG = 400;

/** `closeAfterDays` as words: `Close after days`. */
function words(name: string): string {
  const text = name
    .replace(/[_.-]+/g, ' ')
    .replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The field for a value of that schema. What no field can show is edited as JSON. */
export function fieldOfSchema(schema: Schema, label: string): FieldDefinition {
  const bounds = { min: schema.minimum, max: schema.maximum, minLength: schema.minLength, maxLength: schema.maxLength };
  if (schema.enum) {
    const choices = Object.fromEntries(schema.enum.map((value) => [String(value), words(String(value))]));
    return { kind: 'select', label, choices, required: true };
  }
  if (schema.type === 'boolean') return { kind: 'boolean', label };
  if (schema.type === 'integer' || schema.type === 'number') return { kind: schema.type, label, ...bounds };
  if (schema.type === 'string') return { kind: (schema.maxLength ?? 0) > LONG ? 'textarea' : 'text', label, ...bounds };
  if (schema.type === 'array' && schema.items?.type === 'string')
    return { kind: 'textarea', label, help: 'One on each line.' };
  return { kind: 'json', label };
}

/** Ids are 0 where nothing is chosen; a number that is missing is a mistake. */
function blankOf(schema: Schema, { kind }: FieldDefinition): unknown {
  if (kind === 'relation' || kind === 'media' || kind === 'user' || kind === 'term') return 0;
  return schema.type === 'integer' || schema.type === 'number' || kind === 'json' ? null : '';
}

/** A field of a settings page and the option, or member of one, that it stands for. */
export interface SettingsField {
  name: string;
  option: string;
  member: string | undefined;
  isList: boolean;
  /** What stands for nothing. */
  blank: unknown;
  /** Of an option that is stored encrypted: it is written, never read. */
  secret?: 'value' | 'forget';
  field: FieldDefinition;
}

/** The two fields of a secret option: a new value, and whether to forget the one that there is. */
async function secretFields(site: Site, option: string, field: FieldDefinition): Promise<SettingsField[]> {
  const isSet = (await site.options.all()).some(({ name, isDefault }) => name === option && !isDefault);
  const kept = 'One is stored. It is shown to nobody; leave this empty to keep it.';
  const help = [field.help, isSet ? kept : 'None is stored yet.'].filter(Boolean).join(' ');
  const shared = { option, member: undefined, isList: false };
  const value: SettingsField = {
    ...shared,
    name: option,
    blank: '',
    secret: 'value',
    field: { ...field, kind: 'text', required: false, secret: true, help },
  };
  if (!isSet) return [value];
  const forget: FieldDefinition = { kind: 'boolean', label: 'Forget what is stored', help: field.label };
  return [value, { ...shared, name: `${option}.forget`, blank: false, secret: 'forget', field: forget }];
}

/** The fields of a page and of what stands within it, in order. */
export async function settingsFields(site: Site, name: string): Promise<SettingsField[]> {
  return (await Promise.all(site.admin.settings.parts(name).map((page) => fieldsOf(site, page)))).flat();
}

async function fieldsOf(site: Site, page: SettingsPage): Promise<SettingsField[]> {
  const more = (await page.fields?.(site)) ?? {};
  const made = page.options.map(async (option) => {
    const definition = site.options.definition(option);
    const { schema, label = words(option) } = definition as { schema: Schema; label?: string };
    if (definition.secret) return secretFields(site, option, { ...fieldOfSchema(schema, label), ...more[option] });
    const make = (own: Schema, text: string, member?: string): SettingsField => {
      const name = member === undefined ? option : `${option}.${member}`;
      const field = { ...fieldOfSchema(own, text), ...more[name] };
      const isList = own.type === 'array' && field.kind === 'textarea';
      return { name, option, member, isList, blank: blankOf(own, field), field };
    };
    if (schema.type !== 'object' || !schema.properties) return [make(schema, label)];
    return Object.entries(schema.properties).map(([member, own]) => make(own, words(member), member));
  });
  return (await Promise.all(made)).flat();
}

/** The values of the fields of a page. */
export async function settingsValues(site: Site, fields: readonly SettingsField[]): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const { name, option, member, isList, secret } of fields) {
    if (secret) continue;
    const stored = await site.options.get<unknown>(option);
    const value = member === undefined ? stored : (stored as Record<string, unknown>)[member];
    values[name] = isList && Array.isArray(value) ? value.join('\n') : value;
  }
  return values;
}

/**
 * Stores the values of a page: each option once.
 * @throws GALLEY_OPTION_INVALID | GALLEY_INPUT_INVALID as the options do; with `details.name` the option's name
 */
export async function saveSettings(
  site: Site,
  fields: readonly SettingsField[],
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  const changes = new Map<string, Record<string, unknown>>();
  for (const { name, option, member, isList, blank, secret } of fields) {
    if (secret) continue;
    const value = isList ? linesOf(values[name]) : (values[name] ?? blank);
    changes.set(option, { ...changes.get(option), [member ?? '']: value });
  }
  await site.database.transaction(async () => {
    for (const { option, name, secret } of fields) {
      if (secret === 'value' && values[name]) await site.options.set(option, values[name]);
      if (secret === 'forget' && values[name] === true && !values[option]) await site.options.remove(option);
    }
    for (const [option, parts] of changes) {
      await site.options.update<unknown>(option, (current) =>
        Object.hasOwn(parts, '') ? parts[''] : { ...(current as object), ...parts },
      );
    }
  });
}

function linesOf(value: unknown): string[] {
  return String(value ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
