import { Ajv, type ValidateFunction } from 'ajv';
import type { SettingDefinition, SettingTable } from './config-setting.ts';

/** The JSON schema of one setting. */
function schemaOf(setting: SettingDefinition): Record<string, unknown> {
  switch (setting.type) {
    case 'integer':
      return { type: 'integer', minimum: setting.min, maximum: setting.max };
    case 'boolean':
      return { type: 'boolean' };
    case 'choice':
      return { enum: [...setting.choices] };
    case 'list':
      return {
        type: 'array',
        items: { type: 'string', minLength: 1, ...patternOf(setting.pattern) },
        uniqueItems: true,
      };
    case 'text':
      return setting.pattern
        ? { anyOf: [{ const: '' }, { type: 'string', pattern: setting.pattern }] }
        : { type: 'string' };
  }
}

function patternOf(pattern: string | undefined): { pattern?: string } {
  return pattern === undefined ? {} : { pattern };
}

/** Compiles the table into one validator of nested settings that reports every mistake at once. */
export function compileSettings(table: SettingTable): ValidateFunction {
  const properties = Object.fromEntries(
    Object.entries(table).map(([group, keys]) => [
      group,
      {
        type: 'object',
        additionalProperties: false,
        required: Object.keys(keys),
        properties: Object.fromEntries(Object.entries(keys).map(([key, setting]) => [key, schemaOf(setting)])),
      },
    ]),
  );
  const schema = { type: 'object', additionalProperties: false, required: Object.keys(table), properties };
  return new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
}

/** The names (`http.port`) of the settings that did not validate, each once. */
export function wrongSettings(validate: ValidateFunction): string[] {
  const names = (validate.errors ?? []).map((error) => error.instancePath.split('/').slice(1, 3).join('.'));
  return [...new Set(names)].filter((name) => name.includes('.'));
}
