import { type FieldDefinition, plainText, STATUSES } from 'galley';
import { authorOf } from './sheet-people.ts';
import type { SheetContext } from './sheet-target.ts';
import { readId, refuse } from './sheet-values.ts';

/** As many are looked at whose titles have the words of a cell. */
const LOOKED_AT = 100;
const SHOWN = 5;
/** What lies in the trash is not meant. */
const THERE = STATUSES.filter((status) => status !== 'trash' && status !== 'auto-draft');

/**
 * The ids that a cell means, each by its number, its title or name, or the last part of its address.
 * @throws GALLEY_INPUT_INVALID where one is not there, or several are called so
 */
export async function readReferences(
  field: FieldDefinition,
  items: readonly string[],
  context: SheetContext,
): Promise<number[]> {
  const ids: number[] = [];
  for (const item of items)
    ids.push(/^\d{1,15}$/.test(item) ? readId(item, context) : await idOf(field, item, context));
  return ids;
}

async function idOf(field: FieldDefinition, item: string, context: SheetContext): Promise<number> {
  if (field.kind === 'user') {
    const person = await authorOf(item, null, context);
    if (typeof person === 'number') return person;
  }
  const found = field.kind === 'term' ? await termsOf(field, item, context) : await entriesOf(field, item, context);
  const [id] = found;
  if (id !== undefined && found.length === 1) return id;
  const values = { field: context.t(field.label), text: item.slice(0, 60), ids: found.slice(0, SHOWN).join(', ') };
  throw refuse(
    id === undefined
      ? context.t('{field}: nothing here is called “{text}”.', values)
      : context.t('{field}: several are called “{text}”. Write one of the ids {ids}.', values),
  );
}

const isSame = (one: string, other: string): boolean =>
  one.trim().toLocaleLowerCase() === other.trim().toLocaleLowerCase();

async function termsOf({ to }: FieldDefinition, item: string, { site }: SheetContext): Promise<number[]> {
  if (to === undefined) return [];
  const [bySlug, named] = await Promise.all([
    site.terms.bySlug(to, item),
    site.terms.list(to, { search: item, limit: LOOKED_AT }),
  ]);
  const fits = named.filter(({ name }) => isSame(name, item)).map(({ id }) => id);
  return [...new Set([...(bySlug ? [bySlug.id] : []), ...fits])];
}

async function entriesOf({ kind, to }: FieldDefinition, item: string, context: SheetContext): Promise<number[]> {
  const { site, viewer } = context;
  const type = kind === 'relation' ? to : 'attachment';
  const query = { ...(type === undefined ? {} : { type }), status: THERE, limit: LOOKED_AT, body: false } as const;
  const [bySlug, titled] = await Promise.all([
    site.entries.find({ ...query, slug: item }, viewer),
    site.entries.find({ ...query, title: item }, viewer),
  ]);
  const fits = titled.items.filter(({ title }) => isSame(plainText(title), item));
  return [...new Set([...bySlug.items, ...fits].map(({ id }) => id))];
}
