import type { Site } from 'galley';
import { toModel } from './record-fields.ts';
import { type InlineRows, inlineOf } from './record-save.ts';
import type { Key, KnownModel, ShownModel } from './shown-model.ts';

type Values = Readonly<Record<string, unknown>>;

/** What of a row may stand in a table only once. */
interface Wanted {
  id: Key | undefined;
  values: Values;
}

/** The fields of a form whose values stand in another row already, as their controls are called: `email`, `lines.0.sku`. */
export async function duplicatesOf(site: Site, model: ShownModel, { id, values }: Wanted): Promise<string[]> {
  const own = await takenFields(model, { id, values: typedValues(model, values) });
  const inline = await Promise.all(inlineOf(site, model).map((rows) => takenInRows(rows, { id, values })));
  return [...own, ...inline.flat()];
}

/** Rows that are typed together may be in each other's way too. */
async function takenInRows({ name, model, by }: InlineRows, { id, values }: Wanted): Promise<string[]> {
  const taken: string[] = [];
  const seen = new Set<string>();
  for (const [at, row] of ((values[name] ?? []) as Values[]).entries()) {
    if (row['_remove'] === true) continue;
    const typed: Values = { ...typedValues(model, row), ...(id === undefined ? {} : { [by]: id }) };
    const names = new Set(await takenFields(model, { id: row['_id'] as Key | undefined, values: typed }));
    for (const together of uniquesOf(model)) {
      const own = together.filter((field) => field !== by);
      const key = JSON.stringify([together, ...own.map((field) => String(typed[field]))]);
      const isWhole = own.every((field) => typed[field] !== null && typed[field] !== undefined);
      if (isWhole && seen.has(key)) for (const field of own) names.add(field);
      seen.add(key);
    }
    taken.push(...[...names].filter((field) => field !== by).map((field) => `${name}.${at}.${field}`));
  }
  return taken;
}

/** The fields that must be single, each alone or several together. */
function uniquesOf({ definition }: KnownModel): (readonly string[])[] {
  const single = Object.entries(definition.fields).flatMap(([name, { unique }]) => (unique ? [[name]] : []));
  const together = (definition.indexes ?? []).flatMap(({ unique, fields }) => (unique ? [fields] : []));
  return [...single, ...together];
}

async function takenFields(model: KnownModel, { id, values }: Wanted): Promise<string[]> {
  const taken = new Set<string>();
  for (const names of uniquesOf(model)) {
    const where = Object.fromEntries(names.map((name) => [name, values[name]]));
    if (Object.values(where).some((value) => value === null || value === undefined)) continue;
    const { items } = await model.rows.list({ where, limit: 2 });
    if (items.some((row) => row.id !== id)) for (const name of names) taken.add(name);
  }
  return [...taken];
}

function typedValues({ definition }: KnownModel, values: Values): Values {
  const typed = Object.entries(definition.fields).flatMap(([name, field]) =>
    name in values ? [[name, toModel(field, values[name])] as const] : [],
  );
  return Object.fromEntries(typed);
}
