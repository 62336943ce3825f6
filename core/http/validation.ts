import type { ErrorObject, ValidateFunction } from 'ajv';
import { GalleyError, messageOf } from '../lib/errors.ts';
import { createAjv } from '../lib/json-schema.ts';
import { type FormValues, shapeForm } from './form-values.ts';
import type { PathParams } from './pattern.ts';
import type { RouteSchema } from './routes.ts';
import { type JsonSchema, strictSchema } from './schema.ts';

/** Checks what came with a request. Each throws GALLEY_INPUT_INVALID with `details.fields`, by name of the field. */
export interface Validation {
  /** Whether the schema knows a query parameter; without one all are known. */
  knowsQuery(name: string): boolean;
  params(params: PathParams): PathParams;
  query(values: FormValues): Record<string, unknown>;
  form(values: FormValues): unknown;
  json(value: unknown): unknown;
}

type Check = (value: unknown) => void;

const OPTIONS = {
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  useDefaults: true,
  coerceTypes: false,
  removeAdditional: false,
} as const;

function fieldOf(error: ErrorObject): string {
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  const extra: unknown = error.params['missingProperty'] ?? error.params['additionalProperty'];
  return [path, extra].filter(Boolean).join('.');
}

/** What is wrong, by field: `{ title: 'must have required property …' }`. */
export function fieldsOf(errors: readonly ErrorObject[]): Record<string, string> {
  const fields: [string, string][] = errors.map((error) => [
    fieldOf(error),
    error.keyword === 'required'
      ? 'is required'
      : error.keyword === 'additionalProperties'
        ? 'is unknown'
        : (error.message ?? 'is invalid'),
  ]);
  return Object.fromEntries(fields.reverse());
}

function compile(where: string, schema: JsonSchema | undefined, allErrors: boolean): Check {
  if (!schema) return () => undefined;
  let validate: ValidateFunction;
  try {
    validate = createAjv({ ...OPTIONS, allErrors }).compile(strictSchema(schema));
  } catch (cause) {
    throw new GalleyError('GALLEY_INTERNAL', `The schema of ${where} cannot be read: ${messageOf(cause)}`, { cause });
  }
  return (value) => {
    if (validate(value)) return;
    const fields = fieldsOf(validate.errors ?? []);
    const list = Object.entries(fields)
      .map(([name, problem]) => `${name || 'the input'} ${problem}`)
      .join('; ');
    throw new GalleyError('GALLEY_INPUT_INVALID', `The input is not valid: ${list}.`, { details: { fields } });
  };
}

/** Compiles on first use, so that starting does not pay for a hundred schemas that nobody asks for. */
function lazily(make: () => Check): Check {
  let check: Check | undefined;
  return (value) => {
    check ??= make();
    check(value);
  };
}

/** The checks of a route. `where` names it in messages. */
export function compileValidation(where: string, schema: RouteSchema = {}): Validation {
  const params = lazily(() => compile(`the parameters of ${where}`, schema.params, false));
  const query = lazily(() => compile(`the query of ${where}`, schema.query, false));
  const form = lazily(() => compile(`the form of ${where}`, schema.body, true));
  const json = lazily(() => compile(`the body of ${where}`, schema.body, false));
  const names = schema.query?.properties;
  const patterns = Object.keys((schema.query?.['patternProperties'] ?? {}) as object).map(
    (source) => new RegExp(source, 'u'),
  );
  const isKnown = (name: string): boolean =>
    names === undefined || Object.hasOwn(names, name) || patterns.some((pattern) => pattern.test(name));
  return {
    knowsQuery: isKnown,
    params: (value) => {
      params(value);
      return value;
    },
    query: (values) => {
      const known: FormValues = new Map([...values].filter(([name]) => isKnown(name)));
      const shaped = shapeForm(known, schema.query);
      query(shaped);
      return shaped;
    },
    form: (values) => {
      const shaped = shapeForm(values, schema.body);
      form(shaped);
      return shaped;
    },
    json: (value) => {
      json(value);
      return value;
    },
  };
}
