import {
  errorsOf,
  type FieldDefinition,
  type FormErrors,
  type GalleyError,
  isGalleyError,
  makeControls,
  mistakesOf,
  type Reply,
  readAsk,
  readFields,
  type ScreenContext,
  type Site,
  summarize,
} from 'galley';
import { fieldsOf, toForm } from './record-fields.ts';
import { type InlineRows, inlineOf, saveRecord } from './record-save.ts';
import {
  type KnownModel,
  labelOf,
  modelOf,
  type Row,
  rowOf,
  type ShownModel,
  titleField,
  titleOf,
  urlOf,
} from './shown-model.ts';

const PREFIX = 'record';
/** So many rows that belong to one are edited in its form. */
const INLINE_MAX = 200;

type Values = Record<string, unknown>;

interface Shown {
  row?: Row | undefined;
  values: Values;
  errors?: FormErrors;
  problem?: string;
  version?: number;
}

/** The form for a new row. */
export async function showNew(page: ScreenContext): Promise<Reply> {
  const { fields } = modelOf(page);
  const presets = [...fields].filter(([, field]) => field.default !== undefined && typeof field.default !== 'function');
  return form(page, {
    values: Object.fromEntries(presets.map(([name, field]) => [name, toForm(field, field.default)])),
  });
}

/** The form of a row. */
export async function showRow(page: ScreenContext): Promise<Reply> {
  const model = modelOf(page);
  const row = await rowOf(page, model);
  const values = formValues(model, row);
  for (const inline of inlineOf(page.site, model)) values[inline.name] = await childrenOf(inline, row);
  return form(page, { row, values });
}

function formValues({ fields }: KnownModel, row: Row): Values {
  return Object.fromEntries([...fields].map(([name, field]) => [name, toForm(field, row[name])]));
}

async function childrenOf({ model, by }: InlineRows, { id }: Row): Promise<Values[]> {
  const { items } = await model.rows.list({ where: { [by]: id }, limit: INLINE_MAX });
  return items.map((child) => ({ ...formValues(model, child), _id: child.id, _version: child['version'] ?? 0 }));
}

/** The fields of the form, with those of the rows that belong to one. */
async function formFields(
  site: Site,
  model: ShownModel,
  row: Row | undefined,
): Promise<Record<string, FieldDefinition>> {
  const fields = await fieldsOf(site, model, row ? { row } : {});
  for (const { name, model: child, by } of inlineOf(site, model)) {
    const label = child.definition.admin?.plural ?? labelOf(name, {});
    fields[name] = { kind: 'children', label, fields: await fieldsOf(site, child, { without: by }) };
  }
  return fields;
}

async function form(page: ScreenContext, { row, values, errors = {}, problem, version }: Shown): Promise<Reply> {
  const { site, viewer } = page;
  const model = modelOf(page);
  const zone = await site.options.get<string>('timezone');
  const { searches, spareRows } = readAsk(page.values);
  const fields = await formFields(site, model, row);
  const controls = await makeControls(fields, {
    site,
    viewer,
    prefix: PREFIX,
    values,
    errors,
    zone,
    searches,
    spareRows,
  });
  const isWrong = Object.keys(errors).length > 0 || problem !== undefined;
  const url = urlOf(model.name);
  const title = row ? titleOf(model, row) : page.t('New: {thing}', { thing: page.t(model.admin.singular) });
  const actions = row ? [{ label: 'Delete', url: `${url}/${row.id}/delete`, icon: 'trash' }] : [];
  const data = {
    title,
    breadcrumbs: [{ label: model.admin.plural, url }],
    actions,
    controls,
    summary: summarize(controls, errors),
    hidden: { version: String(version ?? row?.['version'] ?? '') },
    notices: problem === undefined ? [] : [{ kind: 'danger' as const, text: problem }],
    submit: 'Save',
    cancel: url,
  };
  return page.view('form', data, { status: isWrong ? 422 : 200 });
}

/** Makes a row of what was typed, or changes one. */
export async function sendRow(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const model = modelOf(page);
  const row = page.params['id'] === undefined ? undefined : await rowOf(page, model);
  const zone = await site.options.get<string>('timezone');
  const fields = await formFields(site, model, row);
  const { values, mistakes } = readFields(fields, page.values, { prefix: PREFIX, zone });
  // What was seen, and not what is there now: else a form that comes back would overwrite what somebody else saved.
  const seen = model.definition.versioned && row ? { version: Number(page.value('version')) } : {};
  if (readAsk(page.values).isOnlyAsking) return form(page, { row, values, ...seen });
  if (mistakes.length > 0) return form(page, { row, values, ...seen, errors: errorsOf(fields, mistakes, PREFIX) });
  try {
    const saved = await saveRecord(site, model, { ...(row ? { id: row.id } : {}), ...seen, values }, viewer);
    const text = page.t('“{title}” is saved.', { title: titleOf(model, saved) });
    return page.redirect(`${urlOf(model.name)}/${saved.id}`, { kind: 'success', text });
  } catch (error) {
    if (!isGalleyError(error)) throw error;
    const isTold = error.code === 'GALLEY_DATABASE_CONFLICT';
    return form(page, { row, values, ...(isTold ? {} : seen), ...complaint(page, model, { error, fields }) });
  }
}

/** What was refused, at its control where it has one. */
function complaint(
  page: ScreenContext,
  model: ShownModel,
  { error, fields }: { error: GalleyError; fields: Record<string, FieldDefinition> },
): Partial<Shown> {
  switch (error.code) {
    case 'GALLEY_MODEL_INVALID':
      return { errors: errorsOf(fields, mistakesOf(error), PREFIX) };
    case 'GALLEY_DATABASE_DUPLICATE': {
      const [unique = titleField(model) ?? ''] = [...model.fields].find(([, field]) => field.unique) ?? [];
      return { errors: { [`${PREFIX}.${unique}`]: page.t('Another one has this already.') } };
    }
    case 'GALLEY_DATABASE_CONFLICT':
      return {
        problem: page.t(
          'Not saved: somebody else changed this since you opened it. Open it in another tab to compare, then save again.',
        ),
      };
    default:
      throw error;
  }
}
