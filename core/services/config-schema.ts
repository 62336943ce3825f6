import type { ValidateFunction } from 'ajv';
import { createAjv } from '../lib/json-schema.ts';
import type { SettingDefinition, SettingTable } from './config-setting.ts';
import { splitName } from './config-sources.ts';

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

/**
 * Compiles one validator of nested settings, for the settings `names`, that reports every mistake at once. Only what is
 * given needs one: compiling the whole table takes as long as a tenth of a start.
 */
export function compileSettings(table: SettingTable, names: Iterable<string>): ValidateFunction {
  const groups: Record<string, { type: 'object'; properties: Record<string, unknown> }> = {};
  for (const name of names) {
    const [group, key] = splitName(name);
    const setting = table[group]?.[key];
    if (!setting) continue;
    groups[group] ??= { type: 'object', properties: {} };
    groups[group].properties[key] = schemaOf(setting);
  }
  return createAjv({ allErrors: true, allowUnionTypes: true }).compile({ type: 'object', properties: groups });
}

/** The names (`http.port`) of the settings that did not validate, each once. */
export function wrongSettings(validate: ValidateFunction): string[] {
  const names = (validate.errors ?? []).map((error) => error.instancePath.split('/').slice(1, 3).join('.'));
  return [...new Set(names)].filter((name) => name.includes('.'));
}
