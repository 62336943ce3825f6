import {
  errorsOf,
  type FieldMistake,
  type Fields,
  GalleyError,
  isGalleyError,
  makeControls,
  mistakesOf,
  type Reply,
  readAsk,
  readFields,
  type ScreenContext,
  summarize,
} from 'galley';
import type { ContentTypes } from './content-types.ts';
import type { Definitions } from './definitions.ts';
import { keyFrom, withMadeKeys } from './made-keys.ts';
import { MAX_TYPE_KEY, taxonomyFields, typeFields } from './type-form.ts';
import { doubleKey, taxonomyOfValues, typeOfValues, valuesOfType, withoutBlank } from './type-values.ts';

const BASE = '/admin/content-types';
const PREFIX = 'type';
const NEW_VALUES = { supports: ['title', 'content', 'author', 'revisions'], public: true };

interface Shown {
  fields: Fields;
  values: Record<string, unknown>;
  revision: number;
  error?: GalleyError;
  ask?: ReturnType<typeof readAsk>;
}

async function show(page: ScreenContext, shown: Shown): Promise<Reply> {
  const { site, viewer } = page;
  const { fields, values, revision, error, ask } = shown;
  const errors = error ? errorsOf(fields, mistakesIn(error), PREFIX) : {};
  const { searches, spareRows } = ask ?? {};
  const controls = await makeControls(fields, {
    site,
    viewer,
    prefix: PREFIX,
    values,
    zone: 'UTC',
    searches,
    spareRows,
    errors,
    isSparse: true,
  });
  const isNowhere = error !== undefined && Object.keys(errors).length === 0;
  return page.view(
    'form',
    {
      breadcrumbs: [{ label: page.t('Content types'), url: BASE }],
      hidden: { revision: String(revision) },
      controls,
      summary: isNowhere ? [{ id: '', label: '', message: error.message }] : summarize(controls, errors),
      submit: 'Save: it is live at once',
      cancel: BASE,
    },
    { status: error?.status ?? 200 },
  );
}

/** The key of what a screen is about; undefined for something new. @throws GALLEY_TYPE_UNKNOWN for what is of code */
function keyOf(page: ScreenContext, all: Definitions, kind: 'types' | 'taxonomies'): string | undefined {
  const { key } = page.params;
  if (key !== undefined && !Object.hasOwn(all[kind], key))
    throw new GalleyError('GALLEY_TYPE_UNKNOWN', 'This was not made here, so it cannot be changed here.');
  return key;
}

/** The form of a type, or of a new one. */
export async function showType(page: ScreenContext, contentTypes: ContentTypes): Promise<Reply> {
  const all = await contentTypes.read();
  const key = keyOf(page, all, 'types');
  const type = key === undefined ? undefined : all.types[key];
  const values = type ? valuesOfType(type) : NEW_VALUES;
  return show(page, { fields: typeFields(page.site, !type), values, revision: all.revision });
}

/** The form of a taxonomy, or of a new one. */
export async function showTaxonomy(page: ScreenContext, contentTypes: ContentTypes): Promise<Reply> {
  const all = await contentTypes.read();
  const key = keyOf(page, all, 'taxonomies');
  const values = { ...(key === undefined ? {} : all.taxonomies[key]) };
  return show(page, { fields: taxonomyFields(key === undefined), values, revision: all.revision });
}

interface Sent {
  values: Record<string, unknown>;
  revision: number;
  save(): Promise<void>;
}

/** What is wrong with a field, and which. The option says it of the whole: `types.book.title must …`. */
function mistakesIn(error: GalleyError): FieldMistake[] {
  const { problem } = (error.details ?? {}) as { problem?: string };
  if (error.code !== 'GALLEY_OPTION_INVALID' || problem === undefined) return mistakesOf(error);
  return problem.split('; ').flatMap((one) => {
    const [, field, message] = /^(?:types|taxonomies)\.[^. ]+\.(\w+)(?:[^\s\w]\S*)? (.+)$/.exec(one) ?? [];
    return field === undefined || message === undefined ? [] : [{ field, message }];
  });
}

/** @throws GALLEY_INPUT_INVALID naming all that has to be filled in and is not */
function refuseMissing(fields: Fields, values: Record<string, unknown>): void {
  const details = Object.entries(fields)
    .filter(([name, { required }]) => required === true && String(values[name] ?? '').trim() === '')
    .map(([field]) => ({ field, message: 'is required' }));
  if (details.length > 0) throw new GalleyError('GALLEY_INPUT_INVALID', 'Fill this in.', { details });
}

/** @throws GALLEY_INPUT_INVALID where a field has no key, or two have the same */
function refuseDouble(page: ScreenContext, values: Record<string, unknown>): void {
  const double = doubleKey(values['fields'], 'fields');
  if (!double) return;
  const { key, field } = double;
  const message = key === '' ? page.t('Each field needs a key.') : page.t('The key “{key}” stands twice.', { key });
  throw new GalleyError('GALLEY_INPUT_INVALID', message, { details: [{ field, message }] });
}

async function send(page: ScreenContext, fields: Fields, sent: Sent): Promise<Reply> {
  const { values, revision, save } = sent;
  const ask = readAsk(page.values);
  if (ask.isOnlyAsking) return show(page, { fields, values, revision, ask });
  try {
    refuseMissing(fields, values);
    refuseDouble(page, values);
    await save();
  } catch (error) {
    if (!isGalleyError(error) || error.status >= 500) throw error;
    return show(page, { fields, values, revision, error });
  }
  const title = String(values['title']);
  return page.redirect('/content-types', { kind: 'success', text: page.t('“{title}” is saved and live.', { title }) });
}

function taken(page: ScreenContext, name: string): GalleyError {
  const message = page.t('There is something called “{name}” already.', { name });
  return new GalleyError('GALLEY_INPUT_INVALID', message, { details: [{ field: 'key', message }] });
}

/** What was typed, with the key made of the name of one where none was. */
function named(typed: Record<string, unknown>, key: string | undefined): Record<string, unknown> {
  if (key !== undefined || String(typed['key'] ?? '').trim() !== '') return typed;
  return { ...typed, key: keyFrom(String(typed['singular'] ?? ''), MAX_TYPE_KEY) };
}

/** Stores a type, or shows what is wrong with it as it was typed. */
export async function sendType(page: ScreenContext, contentTypes: ContentTypes): Promise<Reply> {
  const all = await contentTypes.read();
  const key = keyOf(page, all, 'types');
  const fields = typeFields(page.site, key === undefined);
  const { values: typed } = readFields(fields, page.values, { prefix: PREFIX, zone: 'UTC' });
  // A row that was asked for is empty, and stays.
  const values = readAsk(page.values).isOnlyAsking
    ? typed
    : { ...named(typed, key), fields: withMadeKeys(withoutBlank(typed['fields'])) };
  const revision = Number(page.value('revision'));
  const before = key === undefined ? undefined : all.types[key];
  const name = key ?? String(values['key'] ?? '').trim();
  const save = (): Promise<void> => {
    if (key === undefined && Object.hasOwn(all.types, name)) throw taken(page, name);
    return contentTypes.saveType(name, typeOfValues(values, before), { revision });
  };
  return send(page, fields, { values, revision, save: async () => save() });
}

/** Stores a taxonomy, or shows what is wrong with it. */
export async function sendTaxonomy(page: ScreenContext, contentTypes: ContentTypes): Promise<Reply> {
  const all = await contentTypes.read();
  const key = keyOf(page, all, 'taxonomies');
  const fields = taxonomyFields(key === undefined);
  const values = named(readFields(fields, page.values, { prefix: PREFIX, zone: 'UTC' }).values, key);
  const revision = Number(page.value('revision'));
  const name = key ?? String(values['key'] ?? '').trim();
  const save = async (): Promise<void> => {
    if (key === undefined && Object.hasOwn(all.taxonomies, name)) throw taken(page, name);
    await contentTypes.saveTaxonomy(name, taxonomyOfValues(values), { revision });
  };
  return send(page, fields, { values, revision, save });
}
