import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { rowKeys } from '../lib/row-key.ts';
import type { ModelDefinition, ModelField } from '../services/model-types.ts';
import type { ControlOption } from './form-controls.ts';

const PREFIX = 'model:';
const LISTED = 12;
/** The kinds whose values name a row. */
const NAMING: ReadonlySet<ModelField['kind']> = new Set(['string', 'email', 'slug', 'url']);

type Row = Readonly<Record<string, unknown>>;

/** What is asked of a model whose fields are only known while it runs. */
interface Rows {
  list(options: { where?: object; orderBy?: readonly string[]; limit: number }): Promise<{ items: Row[] }>;
}

/** The model that a field leads to by `to: 'model:order'`; undefined where it leads to something else. */
export function rowModel(to: string | undefined): string | undefined {
  return to?.startsWith(PREFIX) ? to.slice(PREFIX.length) : undefined;
}

/** The field that names a row of a model: the one that it says, or its first line of text. */
export function titleFieldOf({ admin, fields }: Pick<ModelDefinition, 'admin' | 'fields'>): string | undefined {
  return admin?.title ?? Object.entries(fields).find(([, { kind }]) => NAMING.has(kind))?.[0];
}

/**
 * Rows of a model to choose from: what is chosen, in its order, and behind it what was found, or the first ones by name.
 * Only who may see the list of the model is offered its rows; what is chosen stays chosen for everybody.
 */
export async function modelOptions(
  to: string | undefined,
  { site, viewer, value, search }: { site: Site; viewer: Viewer; value: unknown; search: string },
): Promise<ControlOption[]> {
  const known = site.models.list().find(({ name }) => name === rowModel(to));
  if (!known) return [];
  const { definition } = known.model.shape;
  const rows = known.model as unknown as Rows;
  const title = titleFieldOf(definition);
  const isAllowed = definition.admin !== undefined && viewer.can(definition.admin.capability);
  const isUuid = definition.key === 'uuid';
  const ids = rowKeys(isUuid ? value : numbersOf(value)).filter((id) => (typeof id === 'string') === isUuid);
  const [chosen, found] = await Promise.all([
    ids.length > 0 ? rows.list({ where: { id: { in: ids } }, limit: ids.length }) : { items: [] },
    isAllowed ? rows.list({ ...foundBy(definition, search), limit: LISTED }) : { items: [] },
  ]);
  const byId = new Map(chosen.items.map((row) => [row['id'], row]));
  const nameOf = (row: Row | undefined, id: unknown): string =>
    (row && title !== undefined && String(row[title] ?? '').trim()) || `#${id}`;
  // The beginning of a UUID is when it was made, so its end tells rows of one name apart.
  const noteOf = (id: unknown): string => (isUuid ? `#…${String(id).slice(-6)}` : `#${id}`);
  const chosenKeys = new Set(ids.map(String));
  return [
    ...ids.map((id) => ({ value: String(id), label: nameOf(byId.get(id), id), note: noteOf(id), selected: true })),
    ...found.items
      .filter(({ id }) => !chosenKeys.has(String(id)))
      .map((row) => ({
        value: String(row['id']),
        label: nameOf(row, row['id']),
        note: noteOf(row['id']),
        selected: false,
      })),
  ];
}

/** Forms have the numbers of rows as text. */
function numbersOf(value: unknown): unknown[] {
  return [value ?? []].flat().map((id) => (/^\d{1,15}$/.test(String(id)) ? Number(id) : id));
}

function foundBy(
  { admin, fields, key }: ModelDefinition,
  search: string,
): { where?: object; orderBy?: readonly string[] } {
  const title = titleFieldOf({ ...(admin ? { admin } : {}), fields });
  const order = title === undefined ? {} : { orderBy: [title] };
  const words = search.trim();
  const names = admin?.search ?? (title === undefined ? [] : [title]);
  if (words === '') return order;
  // Who knows the number of a row finds it by that too.
  const [, number] = (key !== 'uuid' && /^#?(\d{1,15})$/.exec(words)) || [];
  const or: object[] = names.map((name) => ({ [name]: { icontains: words } }));
  if (number !== undefined) or.push({ id: Number(number) });
  return or.length === 0 ? order : { ...order, where: { or } };
}
