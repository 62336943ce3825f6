import type { ErrorObject, ValidateFunction } from 'ajv';
import { GalleyError } from '../lib/errors.ts';
import { createAjv } from '../lib/json-schema.ts';
import { checkValue, schemaOf } from './model-fields.ts';
import type { ModelShape } from './model-shape.ts';

type Row = Record<string, unknown>;
type Mistakes = Record<string, string>;

function messageOf(error: ErrorObject): string {
  if (error.keyword === 'enum')
    return `must be one of ${(error.params as { allowedValues: unknown[] }).allowedValues.join(', ')}`;
  if (error.keyword === 'format') return `must be a valid ${(error.params as { format: string }).format}`;
  if (error.keyword === 'minLength' && (error.params as { limit: number }).limit === 1) return 'must not be empty';
  return error.message ?? 'is not valid';
}

/** Checks rows of one model against its fields, each by a schema that is compiled once. */
export class ModelValidation {
  readonly #shape: ModelShape;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(shape: ModelShape) {
    this.#shape = shape;
    const ajv = createAjv({ strict: false, unicodeRegExp: true });
    for (const [name, field] of shape.fields) this.#validators.set(name, ajv.compile(schemaOf(field)));
  }

  /** What is wrong with one value, or undefined. */
  mistake(name: string, value: unknown): string | undefined {
    const field = this.#shape.need(name);
    if (value === null) return field.null ? undefined : 'must be given';
    const validate = this.#validators.get(name);
    if (validate && !validate(value)) {
      const errors = (validate.errors ?? []).filter(
        ({ keyword }) => keyword !== 'anyOf' && keyword !== 'type' && keyword !== 'const',
      );
      return messageOf(
        errors[0] ??
          validate.errors?.find(({ keyword, params }) => keyword === 'type' && params['type'] !== 'null') ??
          ({ keyword: '', message: 'is not valid' } as ErrorObject),
      );
    }
    return checkValue(value, field);
  }

  /**
   * Checks what is to be written.
   * @param row the whole row as it will be
   * @throws GALLEY_MODEL_INVALID with the messages by field in `details.fields`
   */
  async check(row: Row): Promise<void> {
    const mistakes: Mistakes = {};
    for (const name of Object.keys(row)) if (!this.#shape.fields.has(name)) this.#shape.need(name);
    for (const name of Object.keys(this.#shape.definition.fields)) {
      const mistake = row[name] === undefined ? this.mistake(name, null) : this.mistake(name, row[name]);
      if (mistake !== undefined) mistakes[name] = mistake;
    }
    if (Object.keys(mistakes).length === 0)
      Object.assign(mistakes, (await this.#shape.definition.validate?.(row)) ?? {});
    this.#refuse(mistakes);
  }

  #refuse(mistakes: Mistakes): void {
    const all = Object.entries(mistakes);
    if (all.length === 0) return;
    const list = all.map(([name, message]) => `${name} ${message}`).join('; ');
    throw new GalleyError('GALLEY_MODEL_INVALID', `The ${this.#shape.name} is not valid: ${list}.`, {
      details: { fields: mistakes },
    });
  }
}

/** `values` with the model's defaults for what is missing, and null where nothing is given and it may be. */
export function withDefaults(shape: ModelShape, values: Row): Row {
  const row: Row = { ...values };
  for (const [name, field] of Object.entries(shape.definition.fields)) {
    if (row[name] !== undefined) continue;
    const preset: unknown = typeof field.default === 'function' ? (field.default as () => unknown)() : field.default;
    if (preset !== undefined) row[name] = preset;
    else if (field.null) row[name] = null;
  }
  return row;
}
