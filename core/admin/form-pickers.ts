import type { FieldDefinition } from '../content/field-types.ts';
import { plainText } from '../content/presenter.ts';
import { SYSTEM, type Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { foldKey } from '../lib/slug.ts';
import type { ControlOption } from './form-controls.ts';
import { modelOptions, rowModel } from './model-options.ts';

/** For whom something is looked for. */
export interface PickerAsk {
  site: Site;
  viewer: Viewer;
  /** What is chosen. */
  value: unknown;
  search: string;
}
type Ask = PickerAsk;

const LISTED = 12;
const STATUSES = ['publish', 'inherit', 'draft', 'pending', 'future', 'private'];

function idsOf(value: unknown): number[] {
  return [value ?? []].flat().filter((id): id is number => typeof id === 'number' && id > 0);
}

function merge(chosen: readonly ControlOption[], found: readonly ControlOption[]): ControlOption[] {
  const known = new Set(chosen.map(({ value }) => value));
  return [...chosen, ...found.filter(({ value }) => !known.has(value))];
}

/** What a picker offers: what is chosen, and behind it what was found, or the latest. Undefined for other fields. */
export function pickerOptions(field: FieldDefinition, ask: Ask): Promise<ControlOption[] | undefined> {
  switch (field.kind) {
    case 'media':
    case 'file':
      return entryOptions('attachment', ask, field.accept);
    case 'relation':
      return rowModel(field.to) === undefined ? entryOptions(field.to ?? 'post', ask) : modelOptions(field.to, ask);
    case 'user':
      return userOptions(ask);
    case 'term':
      return termOptions(field.to ?? 'category', ask);
    default:
      return Promise.resolve(undefined);
  }
}

/** Entries of a type to choose from. The viewer is offered what he may see. */
export async function entryOptions(
  type: string,
  { site, viewer, value, search }: Ask,
  accept?: string,
): Promise<ControlOption[]> {
  if (!site.types.has(type)) return [];
  const latest = { type, status: STATUSES, order: 'modified' as const, limit: LISTED, body: false };
  const query = accept ? { ...latest, mimeType: accept } : latest;
  const ids = idsOf(value);
  const [chosen, found] = await Promise.all([
    site.entries.getMany(ids, viewer),
    site.entries.find(search ? { ...query, title: search } : query, viewer),
  ]);
  const option = (id: number, title: string, selected: boolean): ControlOption => ({
    value: String(id),
    label: plainText(title) || `Without a title (${id})`,
    note: `#${id}`,
    selected,
  });
  // What is chosen but may not be seen stays chosen: saving must not take it away.
  const selected = ids.map((id) => option(id, chosen.get(id)?.title ?? 'Not to be seen by you', true));
  return merge(
    selected,
    found.items.map((entry) => option(entry.id, entry.title, false)),
  );
}

/** People to choose from, by name only: neither login nor e-mail address is shown. */
export async function userOptions({ site, viewer, value, search }: Ask): Promise<ControlOption[]> {
  const [chosen, found] = await Promise.all([
    site.users.findByIds(idsOf(value)),
    site.users.list({ limit: 100, status: 'active', ...(search ? { search } : {}) }, SYSTEM),
  ]);
  const option = (user: { id: number; name: string }, selected: boolean): ControlOption => ({
    value: String(user.id),
    label: user.name,
    selected,
  });
  // The search looks at logins and addresses too; who may not see these must not find by them.
  const isFound = ({ name }: { name: string }): boolean =>
    viewer.can('list_users') || foldKey(name).includes(foldKey(search));
  return merge(
    chosen.map((user) => option(user, true)),
    found
      .filter(isFound)
      .slice(0, LISTED)
      .map((user) => option(user, false)),
  );
}

async function termOptions(taxonomy: string, { site, value, search }: Ask): Promise<ControlOption[]> {
  const [chosen, found] = await Promise.all([
    site.terms.getMany(idsOf(value)),
    site.terms.list(taxonomy, { limit: LISTED, ...(search ? { search } : {}) }),
  ]);
  const option = (term: { id: number; name: string }, selected: boolean): ControlOption => ({
    value: String(term.id),
    label: term.name,
    selected,
  });
  return merge(
    [...chosen.values()].map((term) => option(term, true)),
    found.map((term) => option(term, false)),
  );
}
