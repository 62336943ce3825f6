import {
  errorsOf,
  type FieldDefinition,
  type Fields,
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
import { duplicatesOf } from './record-duplicates.ts';
import { fieldsOf, toForm } from './record-fields.ts';
import { type Decided, readMerge, showMerge } from './record-merge-screen.ts';
import { relatedFields, relatedValues } from './record-related.ts';
import { type InlineRows, inlineOf, saveRecord } from './record-save.ts';
import { seal, unseal } from './record-seal.ts';
import {
  findRow,
  type KnownModel,
  labelOf,
  modelOf,
  type Row,
  rowOf,
  type ShownModel,
  titleOf,
  urlOf,
} from './shown-model.ts';

const PREFIX = 'record';
/** So many rows that belong to one are edited in its form. */
const INLINE_MAX = 200;

type Values = Record<string, unknown>;

/** What somebody began with: the version, and the values where they are known. */
interface Seen {
  version?: number;
  base?: Values | undefined;
}

interface Shown {
  row?: Row | undefined;
  values: Values;
  errors?: FormErrors;
  problem?: string;
  seen?: Seen;
  /** Whether it was about a row that somebody deleted: it is sent as a new one. */
  isGone?: boolean;
}

/** What is to be saved. */
interface Attempt {
  row?: Row | undefined;
  fields: Fields;
  values: Values;
  seen: Seen;
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
  const values = await storedValues(page.site, model, row);
  return form(page, { row, values, seen: { version: Number(row['version']), base: values } });
}

/** All that the form of a row has, as it is stored. */
async function storedValues(site: Site, model: ShownModel, row: Row): Promise<Values> {
  const values = { ...formValues(model, row), ...(await relatedValues(site, model, row)) };
  for (const inline of inlineOf(site, model)) values[inline.name] = await childrenOf(inline, row);
  return values;
}

function formValues({ definition }: KnownModel, row: Row): Values {
  const named = Object.entries(definition.fields).filter(([, { kind }]) => kind !== 'binary');
  return Object.fromEntries(named.map(([name, field]) => [name, toForm(field, row[name])]));
}

async function childrenOf({ model, by }: InlineRows, { id }: Row): Promise<Values[]> {
  const { items } = await model.rows.list({ where: { [by]: id }, limit: INLINE_MAX });
  return items.map((child) => ({ ...formValues(model, child), _id: child.id, _version: child['version'] ?? 0 }));
}

/** The fields of the form, with those of the rows that belong to one. */
async function formFields(
  { site, viewer }: ScreenContext,
  model: ShownModel,
  row: Row | undefined,
): Promise<Record<string, FieldDefinition>> {
  const fields = await fieldsOf(site, model, { viewer, ...(row ? { row } : {}) });
  for (const { name, model: child, by } of inlineOf(site, model)) {
    const label = child.definition.admin?.plural ?? labelOf(name, {});
    fields[name] = { kind: 'children', label, fields: await fieldsOf(site, child, { viewer, without: by }) };
  }
  return { ...fields, ...relatedFields(site, model) };
}

async function form(
  page: ScreenContext,
  { row, values, errors = {}, problem, seen = {}, isGone }: Shown,
): Promise<Reply> {
  const { site, viewer } = page;
  const model = modelOf(page);
  const zone = await site.options.get<string>('timezone');
  const { searches, spareRows } = readAsk(page.values);
  const fields = await formFields(page, model, row);
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
    hidden: row && model.definition.versioned ? hiddenOf(page, seen) : {},
    notices: problem === undefined ? [] : [{ kind: 'danger' as const, text: problem }],
    formUrl: isGone ? `${url}/new` : '',
    submit: isGone ? 'Save as a new one' : 'Save',
    cancel: url,
  };
  return page.view('form', data, { status: isGone ? 409 : isWrong ? 422 : 200 });
}

/** What is seen goes along, so that it can be told later what somebody else changed. */
function hiddenOf(page: ScreenContext, { version, base }: Seen): Record<string, string> {
  return { version: String(version ?? ''), ...(base ? { base: seal(page, base) } : {}) };
}

/** What was seen, and not what is there now: else a form that comes back would overwrite what somebody else saved. */
function seenOf(page: ScreenContext): Seen {
  return { version: Number(page.value('version')), base: unseal<Values>(page, page.value('base')) };
}

/** Makes a row of what was typed, or changes one. */
export async function sendRow(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const model = modelOf(page);
  const row = await findRow(page, model);
  const zone = await site.options.get<string>('timezone');
  const fields = await formFields(page, model, row);
  const isNew = page.params['id'] === undefined;
  const decided = isNew ? undefined : readMerge(page, fields);
  if (!(isNew || row) && decided) return gone(page, fields, decided.values);
  if (row && decided) return sendMerged(page, { row, fields, decided });
  const { values, mistakes } = readFields(fields, page.values, { prefix: PREFIX, zone });
  if (!(isNew || row)) return gone(page, fields, values);
  const seen = model.definition.versioned && row ? seenOf(page) : {};
  if (readAsk(page.values).isOnlyAsking) return form(page, { row, values, seen });
  if (mistakes.length > 0) return form(page, { row, values, seen, errors: errorsOf(fields, mistakes, PREFIX) });
  return save(page, { row, fields, values, seen });
}

/** Saves what was put together, or opens the form with it. */
async function sendMerged(
  page: ScreenContext,
  { row, fields, decided }: { row: Row; fields: Fields; decided: Decided },
): Promise<Reply> {
  const { states, values, version, open, isToEdit } = decided;
  const seen = { version, base: states.theirs };
  if (isToEdit) return form(page, { row, values, seen });
  if (open === 0) return save(page, { row, fields, values, seen });
  const problem = page.t('Choose at each one whose is taken.');
  return showMerge(page, { version, row, fields, states, problem });
}

async function save(page: ScreenContext, { row, fields, values, seen }: Attempt): Promise<Reply> {
  const { site, viewer } = page;
  const model = modelOf(page);
  const { version } = seen;
  try {
    const draft = { ...(row ? { id: row.id } : {}), ...(version === undefined ? {} : { version }), values };
    const saved = await saveRecord(site, model, draft, viewer);
    const text = page.t('“{title}” is saved.', { title: titleOf(model, saved) });
    return page.redirect(`${urlOf(model.name)}/${saved.id}`, { kind: 'success', text });
  } catch (error) {
    if (!isGalleyError(error)) throw error;
    const isStale = error.code === 'GALLEY_DATABASE_CONFLICT' || error.code === 'GALLEY_ENTRY_UNKNOWN';
    if (isStale) return stale(page, { row, fields, values, seen });
    return form(page, { row, values, seen, ...(await complaint(page, { error, fields, row, values })) });
  }
}

/** Somebody else was faster: both are put together. Nothing is overwritten that nobody has seen. */
async function stale(page: ScreenContext, { fields, values, seen, ...attempt }: Attempt): Promise<Reply> {
  const model = modelOf(page);
  const row = attempt.row && (await findRow(page, model));
  if (attempt.row && !row) return gone(page, fields, values);
  const theirs = row && (await storedValues(page.site, model, row));
  const states = { base: seen.base, theirs: theirs ?? {}, mine: values };
  if (row && theirs && !isSame(seen.base, theirs))
    return showMerge(page, { version: Number(row['version']), row, fields, states });
  const problem = page.t('Not saved: something else was being saved at that moment. Save again.');
  return form(page, { row, values, seen, problem });
}

/** Somebody deleted it: all that was typed can be saved as a new one. */
function gone(page: ScreenContext, fields: Fields, typed: Values): Promise<Reply> {
  const values = Object.entries(typed).map(([name, value]) => [
    name,
    fields[name]?.kind === 'children' ? anew(value) : value,
  ]);
  const problem = page.t(
    'Not saved: this was deleted meanwhile. All that you typed is here, and can be saved as a new one.',
  );
  return form(page, { values: Object.fromEntries(values), problem, isGone: true });
}

/** Rows that went with the one they belonged to are made anew. */
const anew = (rows: unknown): Values[] =>
  (rows as Values[]).flatMap(({ _id, _version, _remove, ...row }) => (_remove === true ? [] : [row]));

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** What was refused, at its control where it has one. */
async function complaint(
  page: ScreenContext,
  { error, fields, row, values }: Omit<Attempt, 'seen'> & { error: GalleyError },
): Promise<Partial<Shown>> {
  if (error.code === 'GALLEY_MODEL_INVALID') return { errors: errorsOf(fields, mistakesOf(error), PREFIX) };
  if (error.code !== 'GALLEY_DATABASE_DUPLICATE') throw error;
  const taken = await duplicatesOf(page.site, modelOf(page), { id: row?.id, values });
  const text = page.t('Another one has this already.');
  if (taken.length > 0) return { errors: Object.fromEntries(taken.map((name) => [`${PREFIX}.${name}`, text])) };
  return { problem: page.t('Not saved: another one has the same already.') };
}
