import { GalleyError } from '../lib/errors.ts';
import type { JsonSchema } from './schema.ts';

/** What a query string or a form says: each name with the values given for it, in order. */
export type FormValues = Map<string, string[]>;

const MAX_VALUES_PER_NAME = 100;

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new GalleyError('GALLEY_INPUT_INVALID', 'A parameter is not valid UTF-8 in percent-encoding.', { cause });
  }
}

/**
 * Reads `a=1&b=2`. `a[]=1` counts as `a`.
 * @param most how many parameters there may be
 * @throws GALLEY_INPUT_INVALID for broken encoding or too many parameters
 */
export function parseForm(text: string, most: number): FormValues {
  const values: FormValues = new Map();
  if (text === '') return values;
  const pairs = text.split('&', most + 1);
  if (pairs.length > most) throw new GalleyError('GALLEY_INPUT_INVALID', `There are more than ${most} parameters.`);
  for (const pair of pairs) {
    if (pair === '') continue;
    const sign = pair.indexOf('=');
    addValue(values, decode(sign < 0 ? pair : pair.slice(0, sign)), sign < 0 ? '' : decode(pair.slice(sign + 1)));
  }
  return values;
}

/** Adds one value under its name. */
export function addValue(values: FormValues, name: string, value: string): void {
  const key = name.endsWith('[]') ? name.slice(0, -2) : name;
  const list = values.get(key);
  if (!list) values.set(key, [value]);
  else if (list.length < MAX_VALUES_PER_NAME) list.push(value);
  else
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      `The parameter "${key}" is given more than ${MAX_VALUES_PER_NAME} times.`,
    );
}

/** The one value of a name. Twice is refused, since two readers could take different ones. */
export function onlyValue(name: string, values: readonly string[]): string {
  if (values.length > 1)
    throw new GalleyError('GALLEY_INPUT_INVALID', `The parameter "${name}" is given ${values.length} times.`);
  return values[0] ?? '';
}

/** Text as the scalar that the schema wants, or as it is where it does not look like one: validation then says so. */
function coerce(text: string, schema: JsonSchema | undefined): unknown {
  const types = schema?.type === undefined ? [] : [schema.type].flat();
  if (text === '' && types.length > 0 && !types.includes('string') && !types.includes('boolean')) {
    return types.includes('null') ? null : undefined;
  }
  if (types.includes('integer') && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (types.includes('number') && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
  if (types.includes('boolean')) {
    if (['1', 'true', 'on', 'yes'].includes(text)) return true;
    if (['0', 'false', 'off', 'no', ''].includes(text)) return false;
  }
  return text;
}

/**
 * The values as the schema's properties want them: lists where it says array, numbers and booleans from their text,
 * blanks left out where they cannot mean anything. Without a schema every name is text.
 */
export function shapeForm(values: FormValues, schema: JsonSchema | undefined): Record<string, unknown> {
  const shaped: Record<string, unknown> = Object.create(null);
  for (const [name, list] of values) {
    const property = schema?.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    const isList = property?.type === 'array';
    const value = isList ? list.map((item) => coerce(item, property.items)) : coerce(onlyValue(name, list), property);
    if (value !== undefined) shaped[name] = value;
  }
  return shaped;
}
