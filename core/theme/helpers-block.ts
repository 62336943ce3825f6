import { GalleyError } from '../lib/errors.ts';
import { SafeHtml } from '../lib/escape.ts';
import type { HelperCall, HelperDefinition, QueryValue } from './helper-types.ts';
import { textOf } from './helper-values.ts';
import { readProperty } from './template-frame.ts';

const NOTHING = new SafeHtml('');
const MAX_NEEDS = 12;

function queryParams({ hash }: HelperCall): Record<string, QueryValue> {
  const params: Record<string, QueryValue> = {};
  for (const name of Object.keys(hash).sort()) {
    const value = hash[name];
    if (value === undefined || value === null) continue;
    const isPlain = (item: unknown): boolean => typeof item === 'string' || typeof item === 'number';
    if (isPlain(value) || typeof value === 'boolean' || (Array.isArray(value) && value.every(isPlain)))
      params[name] = value as QueryValue;
    else
      throw new GalleyError(
        'GALLEY_TEMPLATE_INVALID',
        `{{#query}} takes texts, numbers and lists of them; "${name}" is neither.`,
      );
  }
  return params;
}

/** The same for equal parameters in any order. */
export function queryKey(params: Record<string, QueryValue>): string {
  return JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** States a need, or renders what was loaded for it. Nothing that a template does has side effects, so it may run again. */
function query(_values: readonly unknown[], call: HelperCall): SafeHtml {
  const params = queryParams(call);
  const key = queryKey(params);
  const { answers, needs } = call.state;
  const items = answers.get(key);
  if (items) return items.length > 0 ? call.render(call.context, items) : call.otherwise();
  needs.set(key, { key, params });
  if (needs.size + answers.size > MAX_NEEDS) {
    throw new GalleyError(
      'GALLEY_TEMPLATE_INVALID',
      `The page makes more than ${MAX_NEEDS} different queries. Is {{#query}} in a loop? Ask once for all.`,
    );
  }
  return NOTHING;
}

/** What the compiler knows by itself, because no page is without it. */
const COMPILED = { run: () => undefined };

/** Helpers with a block, and `lookup`. */
export const blockHelpers: Record<string, HelperDefinition> = {
  if: { ...COMPILED, minimum: 1, block: 'once' },
  unless: { ...COMPILED, minimum: 1, block: 'once' },
  each: { ...COMPILED, minimum: 1, block: 'loop' },
  with: { ...COMPILED, minimum: 1, block: 'once' },
  lookup: { minimum: 2, run: ([record, name]) => readProperty(record, String(name)) },
  query: { block: 'once', run: query },
  content: {
    minimum: 1,
    block: 'once',
    run: ([name], call) => {
      call.state.sections.set(textOf(name), call.render().value);
      return NOTHING;
    },
  },
  block: {
    minimum: 1,
    block: 'once',
    run: ([name], call) => {
      const section = call.state.sections.get(textOf(name));
      return section === undefined ? call.render() : new SafeHtml(section);
    },
  },
};
