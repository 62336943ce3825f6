import type { PluginValues } from '../services/plugin-values.ts';

const key = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,98}$' };
const MAX_KEPT = 1000;

/** What is given with a call of a value. */
interface ValueArgs {
  key: string;
  prefix?: string;
  value?: unknown;
  was?: unknown;
  item?: unknown;
  keep: number;
  amount: number;
}

interface ValueCall {
  schema: Record<string, unknown>;
  run(values: PluginValues, plugin: string, args: ValueArgs): Promise<unknown>;
}

const shape = (more: object = {}, required: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  properties: { key, ...more },
  required: ['key', ...required],
});

/** The calls about a plugin's own values, by name. What is undefined there is not in JSON: it is null. */
export const VALUE_CALLS: Readonly<Record<string, ValueCall>> = {
  get: { schema: shape(), run: (values, plugin, args) => values.get(plugin, args.key) },
  set: {
    schema: shape({ value: {} }),
    run: (values, plugin, { key: name, value = null }) => values.set(plugin, name, value),
  },
  add: {
    schema: shape({ amount: { type: 'number' } }, ['amount']),
    run: (values, plugin, { key: name, amount }) => values.add(plugin, name, amount),
  },
  append: {
    schema: shape({ item: {}, keep: { type: 'integer', minimum: 1, maximum: MAX_KEPT } }, ['keep']),
    run: (values, plugin, { key: name, item = null, keep }) => values.append(plugin, name, { item, keep }),
  },
  swap: {
    schema: shape({ was: {}, value: {} }),
    run: (values, plugin, { key: name, was = null, value = null }) => values.swap(plugin, name, { was, value }),
  },
  delete: { schema: shape(), run: (values, plugin, args) => values.delete(plugin, args.key) },
  keys: {
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: { prefix: { anyOf: [{ const: '' }, key] } },
    },
    run: (values, plugin, { prefix = '' }) => values.keys(plugin, prefix),
  },
};
