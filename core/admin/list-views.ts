import { randomBytes } from 'node:crypto';
import type { Site } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { type ListLook, lookOf } from './list-look.ts';
import type { ScreenContext } from './screen-context.ts';

/** A combination of filters, order and columns of a list that has a name. */
export interface ListView {
  id: string;
  name: string;
  /** What narrows and sorts the list: the query of its address. */
  query: string;
  look: ListLook | null;
  /** Counts its changes: who changes it says which one he saw. */
  version: number;
  /** When it was deleted, in ms; 0 while it is there. Kept for a while, so that this can be taken back. */
  gone: number;
}

/** The views of a list that somebody sees. */
export interface ListViews {
  own: readonly ListView[];
  shared: readonly ListView[];
  /** The id of the one that the list opens with, or empty. */
  standard: string;
}

const OPTION = 'admin.list_views';
const MAX_VIEWS = 30;
const MAX_NAME = 60;
const MAX_QUERY = 1000;
const MAX_VALUE = 200;
const UNDO_MS = 3_600_000;
const ID = /^[os][0-9a-f]{12}$/;
/** Where in a list one is, and as what: no part of a view. */
const PLACE = ['after', 'before', 'saved'];

/** Shared views: part of the site, kept by list. */
export function defineListViews({ options }: Site): void {
  const view = {
    type: 'object',
    required: ['id', 'name', 'query', 'version', 'gone'],
    properties: {
      id: { type: 'string', pattern: ID.source },
      name: { type: 'string', minLength: 1, maxLength: MAX_NAME },
      query: { type: 'string', maxLength: MAX_QUERY },
      version: { type: 'integer' },
      gone: { type: 'integer' },
    },
  };
  const schema = { type: 'object', maxProperties: 200, additionalProperties: { type: 'array', items: view } };
  options.define(OPTION, { default: {}, schema, label: 'Views of lists that everybody sees' });
}

/** Whether a view is everybody's. */
export const isShared = (id: string): boolean => id.startsWith('s');

const preferenceOf = (list: string): string => `list-views:${list.replaceAll('*', 'all')}`;

/** All views of a list, those deleted a moment ago too. */
async function readAll(page: ScreenContext, list: string): Promise<ListViews> {
  const [kept, shared] = await Promise.all([
    page.preference(preferenceOf(list)) as Promise<{ views?: unknown; standard?: unknown } | null>,
    page.site.options.get<Record<string, unknown>>(OPTION),
  ]);
  const standard = typeof kept?.standard === 'string' && ID.test(kept.standard) ? kept.standard : '';
  return { own: viewsOf(kept?.views), shared: viewsOf(shared[list]), standard };
}

/** The views of a list: one's own, and everybody's. */
export async function readViews(page: ScreenContext, list: string): Promise<ListViews> {
  const { own, shared, standard } = await readAll(page, list);
  const present = { own: own.filter(({ gone }) => gone === 0), shared: shared.filter(({ gone }) => gone === 0) };
  return {
    ...present,
    standard: [...present.own, ...present.shared].some(({ id }) => id === standard) ? standard : '',
  };
}

/** An older version may have kept it otherwise: what is no view is left out. */
function viewsOf(value: unknown): ListView[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: Partial<Record<keyof ListView, unknown>> | null) => {
    if (typeof item?.id !== 'string' || typeof item.name !== 'string' || typeof item.query !== 'string') return [];
    const { id, name, query } = item;
    const look = lookOf(item.look) ?? null;
    return [{ id, name, query, look, version: Number(item.version) || 1, gone: Number(item.gone) || 0 }];
  });
}

/**
 * What of an address a view keeps: the parameters that the list knows, and no place in it.
 * @param parameters those of the list; `filter.*` stands for all that begin with `filter.`
 */
export function keptQuery(address: string, parameters: readonly string[]): string {
  const isKnown = (name: string): boolean =>
    !PLACE.includes(name) &&
    parameters.some((known) => (known.endsWith('.*') ? name.startsWith(known.slice(0, -1)) : name === known));
  const given = [...new URLSearchParams(address.split('?')[1] ?? '')];
  const kept = given.filter(([name, value]) => isKnown(name) && value !== '' && value.length <= MAX_VALUE);
  const query = new URLSearchParams(kept);
  query.sort();
  if (query.toString().length > MAX_QUERY)
    throw new GalleyError('GALLEY_INPUT_INVALID', 'Too much narrows this list for a view.');
  return query.toString();
}

/** What somebody calls a view. @throws GALLEY_INPUT_INVALID for nothing, or too much */
function nameOf(text: string): string {
  const name = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  if (name === '' || name.length > MAX_NAME)
    throw new GalleyError('GALLEY_INPUT_INVALID', `A view needs a name of 1 to ${MAX_NAME} characters.`);
  return name;
}

/** Changes the views of one kind, in memory; called again when somebody else was faster. */
type Change = (views: readonly ListView[]) => readonly ListView[];

async function change(page: ScreenContext, list: string, isForAll: boolean, alter: Change): Promise<void> {
  const now = Date.now();
  const altered = (views: readonly ListView[]): readonly ListView[] =>
    alter(views).filter(({ gone }) => gone === 0 || now - gone < UNDO_MS);
  if (!isForAll) {
    const { own, standard } = await readAll(page, list);
    await page.savePreference(preferenceOf(list), { views: altered(own), standard });
    return;
  }
  if (!page.viewer.can('manage_options'))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not change the views that everybody sees.');
  await page.site.options.update<Record<string, unknown>>(OPTION, (all) => ({
    ...all,
    [list]: altered(viewsOf(all[list])),
  }));
}

/** Keeps a view. @throws GALLEY_INPUT_INVALID when its name is taken, or there are too many */
export async function addView(
  page: ScreenContext,
  list: string,
  { name: given, isForAll, ...rest }: Pick<ListView, 'name' | 'query' | 'look'> & { isForAll: boolean },
): Promise<ListView> {
  const name = nameOf(given);
  const id = `${isForAll ? 's' : 'o'}${randomBytes(6).toString('hex')}`;
  const view: ListView = { ...rest, id, name, version: 1, gone: 0 };
  await change(page, list, isForAll, (views) => {
    checkName(views, view);
    if (views.filter(({ gone }) => gone === 0).length >= MAX_VIEWS)
      throw new GalleyError('GALLEY_INPUT_INVALID', `There are ${MAX_VIEWS} views already. Delete one first.`);
    return [...views, view];
  });
  return view;
}

function checkName(views: readonly ListView[], { id, name }: ListView): void {
  const isSame = (other: ListView): boolean => other.name.toLowerCase() === name.toLowerCase();
  if (views.some((other) => other.gone === 0 && other.id !== id && isSame(other)))
    throw new GalleyError('GALLEY_INPUT_INVALID', `There is a view called "${name}" already.`);
}

/**
 * Changes a view: its name, what it shows, or whether it is there.
 * @param version that it had when it was seen
 * @throws GALLEY_LIST_VIEW_CONFLICT when somebody changed it since
 */
export async function changeView(
  page: ScreenContext,
  list: string,
  { id, version }: Pick<ListView, 'id' | 'version'>,
  changes: Partial<Pick<ListView, 'name' | 'query' | 'look' | 'gone'>>,
): Promise<ListView> {
  let changed: ListView | undefined;
  await change(page, list, isShared(id), (views) => {
    const view = views.find((one) => one.id === id);
    if (!view) throw new GalleyError('GALLEY_LIST_VIEW_CONFLICT', 'This view is there no more.');
    if (view.version !== version)
      throw new GalleyError('GALLEY_LIST_VIEW_CONFLICT', `Somebody changed "${view.name}" meanwhile.`);
    const name = changes.name === undefined ? view.name : nameOf(changes.name);
    const next = { ...view, ...changes, name, version: version + 1 };
    if (next.gone === 0) checkName(views, next);
    changed = next;
    return views.map((one) => (one.id === id ? next : one));
  });
  if (!changed) throw new GalleyError('GALLEY_LIST_VIEW_CONFLICT', 'This view is there no more.');
  return changed;
}

/** Opens a list with this view from now on, for this person; empty: with all. */
export async function setStandard(page: ScreenContext, list: string, id: string): Promise<void> {
  const { own } = await readAll(page, list);
  await page.savePreference(preferenceOf(list), { views: own, standard: ID.test(id) ? id : '' });
}
