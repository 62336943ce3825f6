import type { FieldDefinition } from '../content/field-types.ts';
import type { FieldMistake } from '../content/fields.ts';
import type { GalleyError } from '../lib/errors.ts';

/** What is wrong, by name of the control. */
export type FormErrors = Record<string, string>;

/** A line of the summary above a form. */
export interface ErrorSummaryItem {
  id: string;
  label: string;
  message: string;
}

const KIND_WORDS: Partial<Record<FieldDefinition['kind'], string>> = {
  email: 'This is no e-mail address.',
  url: 'Write an address such as https://example.org/page.',
  slug: 'Small letters, digits and single dashes only.',
  integer: 'Write a whole number.',
  duration: 'Write hours, minutes and seconds, such as 1:30:00.',
  bigint: 'Write a whole number.',
  number: 'Write a number.',
  decimal: 'Write a number such as 12.50.',
  date: 'Write a date as year-month-day.',
  time: 'Write a time such as 14:30.',
  datetime: 'Write a date and a time.',
  color: 'Write a colour such as #1d6f73.',
  json: 'This is no JSON.',
  select: 'Choose one of the list.',
  multiselect: 'Choose from the list.',
};

/** The definition that a path such as `rows.0.title` leads to. */
function fieldAt(fields: Record<string, FieldDefinition>, path: string): FieldDefinition | undefined {
  let current: FieldDefinition | undefined;
  let level = fields;
  for (const part of path.split('.')) {
    if (/^\d+$/.test(part) && isRows(current)) continue;
    current = level[part];
    const layouts = Object.values(current?.layouts ?? {}).map((layout) => layout.fields);
    level = current?.fields ?? Object.assign({}, ...layouts);
  }
  return current;
}

const isRows = (field: FieldDefinition | undefined): boolean =>
  field?.kind === 'repeater' || field?.kind === 'flexible' || field?.kind === 'children';

function limits({ min, max, minLength, maxLength }: FieldDefinition, message: string): string | undefined {
  if (/must be >=/.test(message) && min !== undefined) return `At least ${min}.`;
  if (/must be <=/.test(message) && max !== undefined) return `At most ${max}.`;
  if (/fewer than \d+ char/.test(message) && minLength !== undefined) return `At least ${minLength} characters.`;
  if (/more than \d+ items/.test(message) && max !== undefined) return `At most ${max}.`;
  if (/fewer than \d+ items/.test(message) && min !== undefined) return `At least ${min}.`;
  if (/more than \d+ char/.test(message) && maxLength !== undefined) return `At most ${maxLength} characters.`;
  return undefined;
}

/** A mistake in words for whoever filled the form in. */
export function wordsFor(field: FieldDefinition | undefined, message: string): string {
  // What ends like a sentence is one, written for people by whoever refused.
  if (!field || /[.!?]$/.test(message)) return sentence(message);
  if (/required|must be string|must be integer|must be number|allowed values/.test(message) && field.required)
    return KIND_WORDS[field.kind] && !/required|string/.test(message)
      ? (KIND_WORDS[field.kind] ?? '')
      : 'Fill this in.';
  return limits(field, message) ?? KIND_WORDS[field.kind] ?? sentence(message);
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The mistakes by name of the control; the first of each field counts. */
export function errorsOf(
  fields: Record<string, FieldDefinition>,
  mistakes: readonly FieldMistake[],
  prefix: string,
): FormErrors {
  const errors: FormErrors = {};
  for (const { field, message } of mistakes) errors[`${prefix}.${field}`] ??= wordsFor(fieldAt(fields, field), message);
  return errors;
}

/** The mistakes that an error carries in its details, by field; none where it carries none. */
export function mistakesOf(error: GalleyError): FieldMistake[] {
  const { details } = error;
  if (Array.isArray(details))
    return details.filter(
      (item): item is FieldMistake => typeof item?.field === 'string' && typeof item.message === 'string',
    );
  if (typeof details === 'object' && details !== null && 'fields' in details)
    return Object.entries(details.fields as Record<string, string>).map(([field, message]) => ({ field, message }));
  return [];
}
