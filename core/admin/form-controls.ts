import type { FieldDefinition, FieldKind } from '../content/fields.ts';
import { zonedParts } from '../content/time-zone.ts';

/** One choice of a control. */
export interface ControlOption {
  value: string;
  label: string;
  selected: boolean;
  /** Small text behind the label. */
  note?: string;
  /** How deep it stands in a tree, from 0. */
  depth?: number;
}

/** A control of a form, ready for its template. Texts are as the person typed them. */
export interface Control {
  name: string;
  id: string;
  label: string;
  help: string;
  error: string;
  required: boolean;
  /** Which partial shows it: `input`, `textarea`, `check`, `select`, `checks`, `picker`, `group`, `repeater`. */
  control: string;
  /** Type of an `input`. */
  type: string;
  value: string;
  checked: boolean;
  options: ControlOption[];
  /** Whether several can be chosen. */
  many: boolean;
  attributes: {
    min?: string;
    max?: string;
    step?: string;
    maxLength?: number;
    autocomplete?: string;
    inputMode?: string;
  };
  /** Lines of a `textarea`. */
  lines: number;
  /** Set in the type of code. */
  isCode: boolean;
  /** The parts of a `group`. */
  controls: Control[];
  /** The rows of a `repeater`. */
  rows: { label: string; removeName: string; orderName: string; order: number; controls: Control[] }[];
  /** What was looked for in a `picker`. */
  search: string;
}

/** What a control is made of besides its definition. */
export interface ControlFacts {
  name: string;
  value: unknown;
  error?: string;
  /** IANA zone in which moments are shown and read. */
  zone: string;
  options?: ControlOption[];
  search?: string;
}

const INPUT_TYPES: Partial<Record<FieldKind, string>> = {
  email: 'email',
  url: 'url',
  integer: 'number',
  number: 'number',
  duration: 'number',
  date: 'date',
  time: 'time',
  datetime: 'datetime-local',
};
const CONTROLS: Partial<Record<FieldKind, string>> = {
  textarea: 'textarea',
  richtext: 'textarea',
  markdown: 'textarea',
  json: 'textarea',
  boolean: 'check',
  select: 'select',
  multiselect: 'checks',
  media: 'picker',
  file: 'picker',
  relation: 'picker',
  user: 'picker',
  term: 'picker',
  group: 'group',
  repeater: 'repeater',
};
const LINES: Partial<Record<FieldKind, number>> = { textarea: 4, richtext: 10, markdown: 10, json: 8 };

/** The id of the control of that name: letters, digits and dashes. */
export function controlId(name: string): string {
  return `f-${name.replace(/[^A-Za-z0-9]+/g, '-')}`;
}

/** The control of a field, without the parts of groups, repeaters and pickers. */
export function makeControl(field: FieldDefinition, facts: ControlFacts): Control {
  const { kind } = field;
  return {
    name: facts.name,
    id: controlId(facts.name),
    label: field.label,
    help: field.help ?? hintOf(kind),
    error: facts.error ?? '',
    required: field.required ?? false,
    control: CONTROLS[kind] ?? 'input',
    type: INPUT_TYPES[kind] ?? 'text',
    value: shownValue(kind, facts.value, facts.zone),
    checked: facts.value === true,
    options: facts.options ?? choicesOf(field, facts.value),
    many: field.many ?? kind === 'multiselect',
    attributes: attributesOf(field),
    lines: LINES[kind] ?? 1,
    isCode: kind === 'json',
    controls: [],
    rows: [],
    search: facts.search ?? '',
  };
}

function hintOf(kind: FieldKind): string {
  if (kind === 'duration') return 'In seconds.';
  if (kind === 'color') return 'Such as #1d6f73.';
  return '';
}

function attributesOf({ kind, min, max, maxLength }: FieldDefinition): Control['attributes'] {
  const isNumber = kind === 'integer' || kind === 'number' || kind === 'duration';
  return {
    ...(isNumber && min !== undefined ? { min: String(min) } : {}),
    ...(isNumber && max !== undefined ? { max: String(max) } : {}),
    ...(kind === 'number' ? { step: 'any' } : {}),
    ...(kind === 'decimal' || kind === 'bigint' ? { inputMode: 'decimal' } : {}),
    ...(isNumber || maxLength === undefined ? {} : { maxLength }),
  };
}

/** The choices of a field; one that is not required begins with none. */
function choicesOf({ kind, choices = {}, required }: FieldDefinition, value: unknown): ControlOption[] {
  const chosen = new Set([value ?? []].flat().map(String));
  const options = Object.entries(choices).map(([key, label]) => ({ value: key, label, selected: chosen.has(key) }));
  const needsNone = kind === 'select' && !required && !Object.hasOwn(choices, '');
  return needsNone ? [{ value: '', label: '–', selected: chosen.size === 0 }, ...options] : options;
}

const two = (number: number): string => String(number).padStart(2, '0');

/** A moment as the clocks of a zone show it, in the form of `datetime-local`. */
export function localTime(time: number, zone: string): string {
  const { year, month, day, hour, minute } = zonedParts(time, zone);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

function shownValue(kind: FieldKind, value: unknown, zone: string): string {
  if (value === null || value === undefined) return '';
  if (kind === 'json') return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  if (kind === 'datetime') {
    const time = Date.parse(String(value));
    return Number.isFinite(time) && /(Z|[+-]\d\d:\d\d)$/.test(String(value)) ? localTime(time, zone) : String(value);
  }
  return typeof value === 'object' ? '' : String(value);
}
