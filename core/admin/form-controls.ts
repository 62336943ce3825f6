import { sanitizeHtmlFragment } from '../content/blocks/sanitize.ts';
import type { FieldDefinition, FieldKind, ShowCondition } from '../content/field-types.ts';
import { zonedParts } from '../content/time-zone.ts';
import { SafeHtml } from '../lib/escape.ts';
import { durationText } from './form-duration.ts';

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
  /** Which partial shows it: `input`, `textarea`, `check`, `select`, `checks`, `picker`, `group`, `rows`, `fixed`. */
  control: string;
  /** What the field holds; scripts go by it. */
  kind: FieldKind;
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
  /** The rows of a `repeater`, of a `flexible` field or of `children`. */
  rows: ControlRow[];
  /** An empty row of each kind that can be added. */
  blanks: ControlRow[];
  /** What was looked for in a `picker`. */
  search: string;
  /** Where scripts find what a `picker` offers. */
  source: string;
  /** The zone of a moment, to be said below it. */
  zone: string;
  placeholder: string;
  prefix: string;
  suffix: string;
  isHalf: boolean;
  /** When it is there, as JSON for scripts; empty for always. And the same in words, for those without. */
  condition: string;
  conditionWords?: { text: string; name: string; value?: string; values?: readonly string[] };
  /** The text of a `richtext` as it will be stored, for scripts. */
  html: SafeHtml;
}

/** A row of a repeater. */
export interface ControlRow {
  label: string;
  /** Which of the layouts it has. */
  layout: string;
  name: string;
  removeName: string;
  orderName: string;
  order: number;
  isRemoved: boolean;
  /** What is sent along unseen: which entry a child is, and of which version. */
  hidden: { name: string; value: string }[];
  controls: Control[];
  /** Whether controls are left out that do not count for what it holds. */
  isPartial: boolean;
  hasError: boolean;
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
  /** What its name begins with, and the names of those beside it, without the point behind. */
  prefix?: string;
  /** The fields beside it, which its condition may name. */
  beside?: Readonly<Record<string, FieldDefinition>>;
  /** Whether it is only shown. */
  isFixed?: boolean;
}

const INPUT_TYPES: Partial<Record<FieldKind, string>> = {
  email: 'email',
  url: 'url',
  integer: 'number',
  number: 'number',
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
  repeater: 'rows',
  flexible: 'rows',
  children: 'rows',
};
const LINES: Partial<Record<FieldKind, number>> = { textarea: 4, richtext: 10, markdown: 10, json: 8 };

/** The id of the control of that name: letters, digits and dashes. */
export function controlId(name: string): string {
  return `f-${name.replace(/[^A-Za-z0-9]+/g, '-')}`;
}

/** The control of a field, without the parts of groups, repeaters and pickers. */
export function makeControl(field: FieldDefinition, facts: ControlFacts): Control {
  const { kind } = field;
  const value = shownValue(kind, facts.value, facts.zone);
  return {
    name: facts.name,
    id: controlId(facts.name),
    label: field.label,
    help: field.help ?? hintOf(kind),
    zone: kind === 'datetime' ? facts.zone : '',
    error: facts.error ?? '',
    required: field.required ?? false,
    control: facts.isFixed ? 'fixed' : controlOf(field),
    kind,
    type: field.secret ? 'password' : (INPUT_TYPES[kind] ?? 'text'),
    value: field.secret ? '' : facts.isFixed ? fixedValue(field, facts.value, value) : value,
    checked: facts.value === true,
    options: facts.options ?? choicesOf(field, facts.value),
    many: field.many ?? kind === 'multiselect',
    attributes: attributesOf(field),
    lines: LINES[kind] ?? 1,
    isCode: kind === 'json',
    controls: [],
    rows: [],
    blanks: [],
    search: facts.search ?? '',
    source: sourceOf(field),
    placeholder: field.placeholder ?? (kind === 'duration' ? 'h:mm:ss' : ''),
    prefix: field.prefix ?? '',
    suffix: field.suffix ?? '',
    isHalf: field.width === 'half',
    ...conditionOf(field, facts),
    html: new SafeHtml(kind === 'richtext' ? sanitizeHtmlFragment(value) : ''),
  };
}

function controlOf(field: FieldDefinition): string {
  if (field.kind === 'boolean' && field.nullable) return 'select';
  if (field.kind === 'select' && field.display === 'radio') return 'checks';
  return CONTROLS[field.kind] ?? 'input';
}

function sourceOf({ kind, to = '', accept = '' }: FieldDefinition): string {
  return CONTROLS[kind] === 'picker' ? `/admin/api/fields/options?${new URLSearchParams({ kind, to, accept })}` : '';
}

/** The condition with the name of the other control in place of that of the field. */
function conditionOf(
  { showIf }: FieldDefinition,
  { prefix = '', beside = {} }: ControlFacts,
): Pick<Control, 'condition' | 'conditionWords'> {
  const other = showIf && beside[showIf.field];
  if (!other) return { condition: '' };
  const field = prefix === '' ? showIf.field : `${prefix}.${showIf.field}`;
  return { condition: JSON.stringify({ ...showIf, field }), conditionWords: wordsOf(showIf, other) };
}

function wordsOf(condition: ShowCondition, other: FieldDefinition): NonNullable<Control['conditionWords']> {
  const { is, in: some, not } = condition;
  const word = (value: unknown): string =>
    typeof value === 'boolean' ? (value ? 'Yes' : 'No') : (other.choices?.[String(value)] ?? String(value));
  const name = other.label;
  if (is !== undefined) return { name, text: 'Counts only where “{name}” is “{value}”.', value: word(is) };
  if (some) return { name, text: 'Counts only where “{name}” is one of these:', values: some.map(word) };
  if (not !== undefined) return { name, text: 'Counts only where “{name}” is not “{value}”.', value: word(not) };
  if (condition.filled === false) return { name, text: 'Counts only where “{name}” is empty.' };
  return { name, text: 'Counts only where “{name}” is filled in.' };
}

const HINTS: Partial<Record<FieldKind, { hint: string }>> = {
  duration: { hint: 'Hours, minutes and seconds, such as 1:30:00.' },
  color: { hint: 'Such as #1d6f73.' },
};

const hintOf = (kind: FieldKind): string => HINTS[kind]?.hint ?? '';

function attributesOf({ kind, min, max, step, maxLength, secret }: FieldDefinition): Control['attributes'] {
  const isNumber = kind === 'integer' || kind === 'number';
  return {
    ...(isNumber && min !== undefined ? { min: String(min) } : {}),
    ...(isNumber && max !== undefined ? { max: String(max) } : {}),
    ...(isNumber && (step !== undefined || kind === 'number') ? { step: String(step ?? 'any') } : {}),
    ...(secret ? { autocomplete: 'new-password' } : {}),
    ...(kind === 'decimal' ? { inputMode: 'decimal' } : {}),
    ...(kind === 'bigint' ? { inputMode: 'numeric' } : {}),
    ...(isNumber || maxLength === undefined ? {} : { maxLength }),
  };
}

/** The choices of a field; one that is not required begins with none. */
function choicesOf(field: FieldDefinition, value: unknown): ControlOption[] {
  const { kind, choices = {}, required } = field;
  if (kind === 'boolean' && field.nullable) return answers(value);
  const chosen = new Set([value ?? []].flat().map(String));
  const options = Object.entries(choices).map(([key, label]) => ({ value: key, label, selected: chosen.has(key) }));
  const needsNone = kind === 'select' && !required && !Object.hasOwn(choices, '');
  return needsNone ? [{ value: '', label: '–', selected: chosen.size === 0 }, ...options] : options;
}

function answers(value: unknown): ControlOption[] {
  return [
    { value: '', label: '–', selected: value !== true && value !== false },
    { value: '1', label: 'Yes', selected: value === true },
    { value: '0', label: 'No', selected: value === false },
  ];
}

/** What cannot be changed, as text. */
function fixedValue({ kind, choices = {} }: FieldDefinition, value: unknown, shown: string): string {
  if (value === null || value === undefined || value === '') return '–';
  if (kind === 'boolean') return value === true ? 'Yes' : 'No';
  if (kind === 'select' || kind === 'multiselect')
    return [value]
      .flat()
      .map((key) => choices[String(key)] ?? String(key))
      .join(', ');
  return shown || JSON.stringify(value);
}

const two = (number: number): string => String(number).padStart(2, '0');

/** A moment as the clocks of a zone show it, in the form of `datetime-local`. */
export function localTime(time: number, zone: string): string {
  const { year, month, day, hour, minute } = zonedParts(time, zone);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

function shownValue(kind: FieldKind, value: unknown, zone: string): string {
  if (value === null || value === undefined) return '';
  if (kind === 'duration') return durationText(value);
  if (kind === 'json') return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  if (kind === 'datetime') {
    const time = Date.parse(String(value));
    return Number.isFinite(time) && /(Z|[+-]\d\d:\d\d)$/.test(String(value)) ? localTime(time, zone) : String(value);
  }
  return typeof value === 'object' ? '' : String(value);
}
