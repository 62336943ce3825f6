import { isDeepStrictEqual } from 'node:util';
import { type ContentType, type FieldDefinition, plainText } from 'galley';
import { readReferences } from './sheet-references.ts';
import type { SheetContext, SheetField } from './sheet-target.ts';
import { itemsOf, readBoolean, refuse, textOf } from './sheet-values.ts';

const ENTRIES = new Set(['relation', 'media', 'file']);
const STRUCTURED = new Set(['json', 'group', 'repeater', 'flexible']);
const TITLE_MAX = 120;

/** The fields of a type that a column can be. */
export function fieldsOf({ fields }: ContentType): SheetField[] {
  return Object.entries(fields)
    .filter(([, { kind }]) => kind !== 'children')
    .map(([name, { label }]) => ({ name: `field.${name}`, label, names: [name] }));
}

/** The value of a field as a cell means it; undefined where that is what the entry has already. */
export async function readField(
  field: FieldDefinition,
  cell: unknown,
  current: unknown,
  context: SheetContext,
): Promise<unknown> {
  const isMissing = current === undefined || current === null || current === '';
  if (cell === null || cell === '' || (Array.isArray(cell) && cell.length === 0)) {
    if (isMissing || (Array.isArray(current) && current.length === 0)) return undefined;
    return Array.isArray(current) ? [] : null;
  }
  const value = await readValue(field, cell, current, context);
  return isDeepStrictEqual(value, current) ? undefined : value;
}

async function readValue(field: FieldDefinition, cell: unknown, current: unknown, context: SheetContext) {
  const { kind, many = false } = field;
  const text = textOf(cell).trim();
  if (kind === 'boolean') return readBoolean(cell, context);
  if (kind === 'integer' || kind === 'number') return Number.isNaN(Number(text)) ? text : Number(text);
  if (kind === 'datetime') return Date.parse(text) === Date.parse(textOf(current)) ? current : text;
  if (kind === 'select') return choiceOf(field, text);
  if (kind === 'multiselect') return itemsOf(cell).map((item) => choiceOf(field, item));
  if (STRUCTURED.has(kind)) return structureOf(cell, context);
  if (kind !== 'user' && kind !== 'term' && !ENTRIES.has(kind)) return textOf(cell);
  // Lists show what a field leads to by its name: the names of what it has are no change.
  const names = await namesOf(kind, [current].flat().filter(isId), context);
  if (names.length > 0 && names.join(', ') === text) return current;
  // The title of a single one may have a comma in it.
  const ids = await readReferences(field, many ? itemsOf(cell) : [text], context);
  return many ? ids : ids[0];
}

const isId = (value: unknown): value is number => typeof value === 'number';

/** The key of a choice, of which a list shows the words. */
function choiceOf({ choices = {} }: FieldDefinition, text: string): string {
  if (Object.hasOwn(choices, text)) return text;
  return Object.entries(choices).find(([, label]) => label === text)?.[0] ?? text;
}

function structureOf(cell: unknown, context: SheetContext): unknown {
  if (typeof cell !== 'string') return cell;
  try {
    return JSON.parse(cell);
  } catch {
    throw refuse(context.t('“{text}” is no JSON.', { text: cell.slice(0, 60) }));
  }
}

async function namesOf(kind: string, ids: readonly number[], { site, viewer }: SheetContext): Promise<string[]> {
  if (kind === 'user') {
    const users = await site.users.findByIds(ids);
    return ids.map((id) => users.find((user) => user.id === id)?.name ?? '–');
  }
  if (kind === 'term') {
    const terms = await site.terms.getMany(ids);
    return ids.map((id) => terms.get(id)?.name ?? '–');
  }
  const entries = await site.entries.getMany(ids, viewer);
  return ids.map((id) => {
    const title = plainText(entries.get(id)?.title ?? '').trim();
    return title.length > TITLE_MAX ? `${title.slice(0, TITLE_MAX)}…` : title;
  });
}
