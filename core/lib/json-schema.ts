import { Ajv, type Options } from 'ajv';
import addFormats from 'ajv-formats';

/**
 * A compiler of JSON Schema (draft 7, https://json-schema.org/draft-07) with the formats (`email`, `uri`, `date-time`).
 * It does not compare each schema with the schema of schemas, whose own compilation takes as long as twenty of ours:
 * compiling refuses a keyword with a value of the wrong type anyway.
 * @param options of Ajv; `strict` also refuses keywords that nobody knows
 * @example
 * const isName = createAjv({ strict: false }).compile({ type: 'string', minLength: 1 });
 */
export function createAjv(options: Options = {}): Ajv {
  const ajv = new Ajv({ ...options, validateSchema: false, meta: false });
  addFormats.default(ajv);
  return ajv;
}
