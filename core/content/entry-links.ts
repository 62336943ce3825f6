import type { Viewer } from '../identity/viewer.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError, isGalleyError } from '../lib/errors.ts';
import type { EntryDraft, SaveOptions } from './draft.ts';
import { decodeEntry, type Entry, type EntryRow } from './entry.ts';
import { needType } from './entry-rights.ts';
import type { FieldDefinition } from './field-types.ts';
import type { ContentType } from './types.ts';

/** A child as the form of its parent sends it. Its place in the list is its order. */
export interface ChildDraft {
  /** Absent for a new one. */
  id?: number;
  /** The version that the change is based on. */
  version?: number;
  title?: string;
  fields?: Record<string, unknown>;
  /** Moves it to the trash. */
  remove?: boolean;
}

/** How the entries on the other side are saved: in the transaction of the one that names them. */
interface Saver {
  save(draft: EntryDraft, options: SaveOptions): Promise<Entry>;
  trash(entry: Entry): Promise<unknown>;
  viewer: Viewer;
}

const MOST = 1000;
const idsOf = (value: unknown): number[] =>
  [value ?? []].flat().filter((id): id is number => typeof id === 'number' && id > 0);

/** The fields of a type that are the other side of a relation, and those whose children name their parent by one. */
function linksOf(type: ContentType): { name: string; field: FieldDefinition; by: string; to: string }[] {
  return Object.entries(type.fields).flatMap(([name, field]) => {
    const by = field.kind === 'children' ? field.by : field.kind === 'relation' ? field.inverse : undefined;
    return by !== undefined && field.to ? [{ name, field, by, to: field.to }] : [];
  });
}

/** Which entries lead to these, for each field of the type that shows them: by id of the entry, then by field. */
async function linkedIds(
  site: Site,
  type: ContentType,
  ids: readonly number[],
): Promise<Map<number, Record<string, number[]>>> {
  const links = linksOf(type);
  const result = new Map(ids.map((id) => [id, {} as Record<string, number[]>]));
  if (links.length === 0 || ids.length === 0) return result;
  const rows = (await site.database
    .read('entry_relations')
    .join('entries', 'entries.id', 'entry_relations.from_id')
    .select({ to: 'entry_relations.to_id', from: 'entry_relations.from_id', by: 'entry_relations.field' })
    .select({ type: 'entries.type' })
    .whereIn('entry_relations.to_id', [...ids])
    .whereIn('entry_relations.field', [...new Set(links.map(({ by }) => by))])
    .whereNot('entries.status', 'trash')
    .orderBy('entries.menu_order')
    .orderBy('entry_relations.id')
    .limit(MOST * ids.length)) as { to: number; from: number; by: string; type: string }[];
  for (const [id, found] of result)
    for (const { name, by, to } of links)
      found[name] = rows.filter((row) => row.to === id && row.by === by && row.type === to).map((row) => row.from);
  return result;
}

/** The ids in the order that was chosen, and behind them those that came since. */
function inOrder(ids: readonly number[], chosen: unknown): number[] {
  const order = idsOf(chosen);
  const placeOf = (id: number): number => (order.includes(id) ? order.indexOf(id) : order.length);
  return [...ids].sort((a, b) => placeOf(a) - placeOf(b));
}

/** The entries of one type with the links that others hold, where the type has fields that show them. */
export async function withLinks(site: Site, type: ContentType, entries: readonly Entry[]): Promise<Entry[]> {
  const inverse = linksOf(type).filter(({ field }) => field.kind === 'relation');
  if (inverse.length === 0) return [...entries];
  const found = await linkedIds(
    site,
    type,
    entries.map(({ id }) => id),
  );
  return entries.map((entry) => {
    const fields = { ...entry.fields };
    for (const { name, field } of inverse) {
      const ids = inOrder(found.get(entry.id)?.[name] ?? [], entry.fields[name]);
      fields[name] = field.many ? ids : (ids[0] ?? null);
    }
    return { ...entry, fields };
  });
}

/** The children that each field of the type shows, in order, as far as the viewer may see them. */
export async function childrenOf(site: Site, entry: Entry, viewer: Viewer): Promise<Record<string, Entry[]>> {
  const type = needType(site, entry.type);
  const links = linksOf(type).filter(({ field }) => field.kind === 'children');
  if (links.length === 0) return {};
  const ids = (await linkedIds(site, type, [entry.id])).get(entry.id) ?? {};
  const seen = await site.entries.getMany(Object.values(ids).flat(), viewer);
  return Object.fromEntries(links.map(({ name }) => [name, (ids[name] ?? []).flatMap((id) => seen.get(id) ?? [])]));
}

async function readOther(site: Site, id: number, type: string): Promise<Entry> {
  const row = (await site.database.write<EntryRow>('entries').select('*').where({ id, type }).first()) as
    | EntryRow
    | undefined;
  if (!row) throw new GalleyError('GALLEY_INPUT_INVALID', `There is no ${type} ${id} any more.`);
  return decodeEntry(row);
}

/** Saves the entry on the other side; what it complains of is told at the field of this one. */
async function saveAt(path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500) throw error;
    const inner = Array.isArray(error.details) ? (error.details as { field: string; message: string }[]) : [];
    const details = inner.length > 0 ? inner.map((item) => ({ ...item, field: `${path}.${item.field}` })) : undefined;
    const code = error.code === 'GALLEY_PERMISSION_DENIED' ? error.code : 'GALLEY_INPUT_INVALID';
    throw new GalleyError(code, error.message, {
      details: details ?? [{ field: path, message: error.message }],
      cause: error,
    });
  }
}

/** Changes the entries that lead here, so that they are those that the entry names. */
async function writeInverse(site: Site, entry: Entry, given: Record<string, unknown>, saver: Saver): Promise<void> {
  const type = needType(site, entry.type);
  const links = linksOf(type).filter(({ name, field }) => field.kind === 'relation' && Object.hasOwn(given, name));
  if (links.length === 0) return;
  const held = (await linkedIds(site, type, [entry.id])).get(entry.id) ?? {};
  for (const { name, by, to } of links) {
    const [before, after] = [held[name] ?? [], idsOf(given[name])];
    const many = site.types.get(to)?.fields[by]?.many ?? false;
    const changed = [...after.filter((id) => !before.includes(id)), ...before.filter((id) => !after.includes(id))];
    for (const id of changed) {
      await saveAt(name, async () => {
        const other = await readOther(site, id, to);
        const rest = idsOf(other.fields[by]).filter((own) => own !== entry.id);
        const isNamed = after.includes(id);
        const value = many ? [...rest, ...(isNamed ? [entry.id] : [])] : isNamed ? entry.id : null;
        await saver.save({ id, fields: { [by]: value } }, { viewer: saver.viewer, version: other.version });
      });
    }
  }
}

/** Saves the children that came with the entry, in their order. */
async function writeChildren(
  site: Site,
  entry: Entry,
  children: NonNullable<EntryDraft['children']>,
  saver: Saver,
): Promise<void> {
  const links = linksOf(needType(site, entry.type)).filter(({ field }) => field.kind === 'children');
  for (const { name, by, to } of links) {
    const given = (children[name] ?? []).slice(0, MOST);
    for (const [index, child] of given.entries())
      await saveAt(`${name}.${index}`, () => writeChild(site, entry, { child, by, to, order: index + 1 }, saver));
  }
}

async function writeChild(
  site: Site,
  parent: Entry,
  { child, by, to, order }: { child: ChildDraft; by: string; to: string; order: number },
  saver: Saver,
): Promise<void> {
  const { viewer } = saver;
  const many = needType(site, to).fields[by]?.many ?? false;
  if (child.id === undefined) {
    const isOut = ['publish', 'private', 'future'].includes(parent.status);
    const fields = { ...child.fields, [by]: many ? [parent.id] : parent.id };
    const status = isOut ? 'publish' : 'draft';
    await saver.save({ type: to, status, title: child.title ?? '', order, fields }, { viewer });
    return;
  }
  const stored = await readOther(site, child.id, to);
  // Only what already belongs here is changed from here: an id in a form is no right to an entry.
  if (!idsOf(stored.fields[by]).includes(parent.id))
    throw new GalleyError('GALLEY_INPUT_INVALID', `“${stored.title}” does not belong here any more.`);
  if (child.version !== undefined && child.version !== stored.version)
    throw new GalleyError('GALLEY_INPUT_INVALID', `Somebody else changed “${stored.title}” since you opened this.`);
  if (child.remove) await saver.trash(stored);
  else if (isChanged(stored, child, order)) {
    const title = child.title === undefined ? {} : { title: child.title };
    const { [by]: _, ...fields } = child.fields ?? {};
    await saver.save({ id: child.id, ...title, order, fields }, { viewer, version: stored.version });
  }
}

function isChanged(stored: Entry, { title, fields = {} }: ChildDraft, order: number): boolean {
  if (stored.order !== order || (title !== undefined && title !== stored.title)) return true;
  const text = (value: unknown): string => JSON.stringify(value ?? null);
  return Object.entries(fields).some(([name, value]) => text(value) !== text(stored.fields[name]));
}

/** Writes what other entries hold of this one: the other sides of relations, and children. */
export async function writeLinks(site: Site, entry: Entry, draft: EntryDraft, saver: Saver): Promise<void> {
  await writeInverse(site, entry, draft.fields ?? {}, saver);
  if (draft.children) await writeChildren(site, entry, draft.children, saver);
}
