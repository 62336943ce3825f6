import { GalleyError, isGalleyError, mistakesOf, type Site, type Viewer } from 'galley';
import { toModel } from './record-fields.ts';
import { relateRows } from './record-related.ts';
import { type Key, type KnownModel, knownModel, type Row, type ShownModel } from './shown-model.ts';

type Values = Record<string, unknown>;

/** What was typed about a row and about those that belong to it. */
interface RecordDraft {
  /** The row that is changed, with the version that was seen; a new one without. */
  id?: Key;
  version?: number;
  values: Values;
}

/** Rows of another model that are edited together with the one that they belong to. */
export interface InlineRows {
  name: string;
  model: KnownModel;
  /** The field that names the row they belong to. */
  by: string;
}

/** The relations whose rows are edited in the form of a model. */
export function inlineOf(site: Site, { definition, admin }: ShownModel): InlineRows[] {
  return (admin.inline ?? []).flatMap((name) => {
    const relation = definition.relations?.[name];
    if (relation?.kind !== 'hasMany') return [];
    const model = knownModel(site, relation.model);
    // The rows of a form are told apart by numbers.
    return model.definition.key === 'uuid' ? [] : [{ name, by: relation.field, model }];
  });
}

/** @throws GALLEY_PERMISSION_DENIED */
function demand(viewer: Viewer, { admin }: ShownModel): void {
  if (viewer.can(admin.capability)) return;
  throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not change this.');
}

/**
 * Makes or changes a row together with those that belong to it or are tied to it: all of it or nothing.
 * @throws GALLEY_PERMISSION_DENIED | GALLEY_MODEL_INVALID | GALLEY_DATABASE_CONFLICT | GALLEY_DATABASE_DUPLICATE
 */
export function saveRecord(site: Site, model: ShownModel, draft: RecordDraft, viewer: Viewer): Promise<Row> {
  demand(viewer, model);
  return site.database.transaction(async () => {
    const row = await saveRow(model, draft);
    for (const inline of inlineOf(site, model)) {
      const children = (draft.values[inline.name] ?? []) as Values[];
      for (const [at, child] of children.entries()) await saveChild(inline, { child, at, parent: row.id });
    }
    await relateRows(site, model, { id: row.id, values: draft.values });
    return row;
  });
}

/** Removes a row. @throws GALLEY_PERMISSION_DENIED, GALLEY_DATABASE_… where others lead to it */
export async function removeRecord(model: ShownModel, id: Key, viewer: Viewer): Promise<boolean> {
  demand(viewer, model);
  return model.rows.remove(id);
}

/** What was typed into the fields of a model. */
function valuesOf({ definition }: KnownModel, typed: Values, isNew: boolean): Values {
  const values: Values = {};
  for (const [name, field] of Object.entries(definition.fields)) {
    if (!(name in typed)) continue;
    const value = toModel(field, typed[name]);
    // What was left empty gets the value that the model gives it.
    if (!(isNew && value === null && field.default !== undefined)) values[name] = value;
  }
  return values;
}

function saveRow(model: KnownModel, { id, version, values }: RecordDraft): Promise<Row> {
  if (id === undefined) return model.rows.create(valuesOf(model, values, true));
  return model.rows.update(id, valuesOf(model, values, false), version === undefined ? {} : { version });
}

async function saveChild(
  { name, model, by }: InlineRows,
  { child, at, parent }: { child: Values; at: number; parent: Key },
): Promise<void> {
  const id = child['_id'] as Key | undefined;
  const values = { ...valuesOf(model, child, id === undefined), [by]: parent };
  try {
    if (id === undefined) return void (await model.rows.create(values));
    const stored = await model.rows.find(id);
    // Whoever names a row of somebody else changes nothing.
    if (stored?.[by] !== parent) return;
    if (child['_remove'] === true) await model.rows.remove(id);
    else await model.rows.update(id, values, versionOf(model, child));
  } catch (error) {
    throw isGalleyError(error, 'GALLEY_MODEL_INVALID') ? within(error, `${name}.${at}`) : error;
  }
}

const versionOf = ({ definition }: KnownModel, child: Values): { version?: number } =>
  definition.versioned ? { version: Number(child['_version']) } : {};

/** The same mistakes, told of the fields of a row in a form. */
function within(error: GalleyError, place: string): GalleyError {
  const fields = Object.fromEntries(mistakesOf(error).map(({ field, message }) => [`${place}.${field}`, message]));
  return new GalleyError('GALLEY_MODEL_INVALID', error.message, { details: { fields } });
}
