import type { Fields, Site } from 'galley';
import { type Key, type KnownModel, knownModel, labelOf, type Row, type ShownModel, titleOf } from './shown-model.ts';

type Values = Readonly<Record<string, unknown>>;

const PREFIX = 'model:';

/** Rows of another model that are chosen in the form of one. */
interface RelatedRows {
  name: string;
  model: KnownModel;
}

/** The relations whose rows are chosen in the form of a model. */
function relatedOf(site: Site, { definition, admin }: ShownModel): RelatedRows[] {
  return (admin.related ?? []).flatMap((name) => {
    const relation = definition.relations?.[name];
    return relation?.kind === 'manyToMany' ? [{ name, model: knownModel(site, relation.model) }] : [];
  });
}

/** Their controls: choosing by search, and moving. */
export function relatedFields(site: Site, model: ShownModel): Fields {
  return Object.fromEntries(
    relatedOf(site, model).map(({ name, model: other }) => [
      name,
      { kind: 'relation', many: true, to: `${PREFIX}${other.name}`, label: labelOf(name, {}) },
    ]),
  );
}

/** What is chosen of each, in order. */
export async function relatedValues(site: Site, model: ShownModel, { id }: Row): Promise<Record<string, unknown>> {
  const names = relatedOf(site, model).map(({ name }) => name);
  if (names.length === 0) return {};
  const { items } = await model.rows.list({ where: { id }, with: names, limit: 1 });
  return Object.fromEntries(names.map((name) => [name, ((items[0]?.[name] ?? []) as Row[]).map((row) => row.id)]));
}

/** Sets what is chosen; what is not there any more is left out. */
export async function relateRows(
  site: Site,
  model: ShownModel,
  { id, values }: { id: Key; values: Values },
): Promise<void> {
  for (const { name, model: other } of relatedOf(site, model)) {
    const wanted = values[name];
    if (!Array.isArray(wanted)) continue;
    const { items } = wanted.length > 0 ? await other.rows.list(byIds(wanted)) : { items: [] };
    const there = new Set(items.map((row) => row.id));
    await model.rows.relate(
      id,
      name,
      wanted.filter((key) => there.has(key)),
    );
  }
}

const byIds = (ids: readonly unknown[]): { where: object; limit: number } => ({
  where: { id: { in: ids } },
  limit: ids.length,
});

/** The fields with the names of all that is chosen in any of the states. */
export async function withTitles(site: Site, fields: Fields, states: readonly (Values | undefined)[]): Promise<Fields> {
  const named = Object.entries(fields).map(async ([name, field]): Promise<[string, Fields[string]]> => {
    if (field.kind !== 'relation' || !field.to?.startsWith(PREFIX)) return [name, field];
    const other = knownModel(site, field.to.slice(PREFIX.length));
    const isUuid = other.definition.key === 'uuid';
    // The form of a reference has its number as text.
    const keyOf = (key: Key): Key => (isUuid ? key : Number(key));
    const ids = [...new Set(states.flatMap((state) => [state?.[name] ?? []].flat() as Key[]).map(keyOf))];
    if (ids.length === 0) return [name, field];
    const { items } = await other.rows.list(byIds(ids));
    return [name, { ...field, choices: Object.fromEntries(items.map((row) => [String(row.id), titleOf(other, row)])) }];
  });
  return Object.fromEntries(await Promise.all(named));
}
