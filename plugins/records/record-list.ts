import {
  actOnSelected,
  exportList,
  exportTools,
  isGalleyError,
  type ListAction,
  type Reply,
  type ScreenContext,
  type Table,
  type TableView,
  withParameters,
} from 'galley';
import { askedFilters, conditionsOf, selectsOf } from './record-filters.ts';
import { columnsOf, rowsOf } from './record-rows.ts';
import { removeRecord } from './record-save.ts';
import { type Key, modelOf, type Row, rowOf, type ShownModel, titleOf, urlOf } from './shown-model.ts';

/** What of the address narrows and sorts a list. */
export const RECORDS_QUERY = ['search', 'sort', 'direction', 'after', 'before', 'saved', 'filter.*'];

const PER_PAGE = 50;
const STEP = 500;

interface Asked {
  search: string;
  /** The field, and the same as the model takes it. */
  sort: string;
  direction: 'asc' | 'desc';
  orderBy: string[];
  where: Record<string, unknown>;
  address: string;
}

async function readAsked(page: ScreenContext, model: ShownModel): Promise<Asked> {
  const search = page.text('search').trim().slice(0, 100);
  const sort = columnsOf(model).find(({ key, sort: first }) => first && key === page.text('sort'))?.key ?? 'id';
  const direction = (sort === 'id') !== (page.text('direction') === 'desc') ? 'desc' : 'asc';
  const words = (model.admin.search ?? []).map((name) => ({ [name]: { icontains: search } }));
  return {
    search,
    sort,
    direction,
    orderBy: [direction === 'desc' ? `-${sort}` : sort],
    where: { ...(await conditionsOf(page, model)), ...(search && words.length > 0 ? { or: words } : {}) },
    address: withParameters(urlOf(model.name), {
      search,
      ...askedFilters(page, model),
      ...(sort === 'id' ? {} : { sort, direction }),
    }),
  };
}

/** One page, forwards or backwards. */
async function findPage(
  page: ScreenContext,
  { rows }: ShownModel,
  { where, orderBy }: Asked,
): Promise<{ items: Row[]; newer?: string; older?: string }> {
  const [after, before] = [page.text('after') || undefined, page.text('before') || undefined];
  const isBack = before !== undefined;
  const back = orderBy.map((term) => (term.startsWith('-') ? term.slice(1) : `-${term}`));
  const order = isBack ? back : orderBy;
  const found = await rows.list({ where, orderBy: order, limit: PER_PAGE, after: before ?? after });
  const items = isBack ? found.items.toReversed() : found.items;
  const [first, last] = [items[0], items.at(-1)];
  const hasNewer = isBack ? found.next !== undefined : after !== undefined;
  const hasOlder = isBack || found.next !== undefined;
  return {
    items,
    ...(first && hasNewer ? { newer: rows.cursorOf(first, orderBy) } : {}),
    ...(last && hasOlder ? { older: rows.cursorOf(last, orderBy) } : {}),
  };
}

async function tableOf(
  page: ScreenContext,
  model: ShownModel,
  { asked, items, more = {} }: { asked: Asked; items: readonly Row[]; more?: Partial<Table> },
): Promise<TableView> {
  const url = urlOf(model.name);
  const table: Table = {
    caption: model.admin.plural,
    columns: columnsOf(model),
    rows: await rowsOf(page, model, items),
    sort: { by: asked.sort, direction: asked.direction },
    address: asked.address,
    bulk: {
      action: `${url}/bulk`,
      options: acts(model).map(({ name, label, isDanger = false }) => ({ value: name, label, isDanger })),
    },
    empty: emptyOf(model, asked),
    ...more,
  };
  return page.site.admin.lists.view(page, { names: namesOf(model), items, table });
}

/** What plugins extend it by. */
const namesOf = ({ name }: ShownModel): string[] => [`records:${name}`, 'records:*'];

/** The rows of a model as a list. */
export async function showList(page: ScreenContext): Promise<Reply> {
  const model = modelOf(page);
  const { lists } = page.site.admin;
  const url = urlOf(model.name);
  const start = page.context.url.includes('?') ? undefined : await lists.startOf(page, `records:${model.name}`, url);
  if (start) return page.redirect(start);
  const asked = await readAsked(page, model);
  const [found, selects] = await Promise.all([findPage(page, model, asked), selectsOf(page, model)]);
  const table = await tableOf(page, model, {
    asked,
    items: found.items,
    more: {
      ...(model.admin.search ? { search: { action: url, label: 'Look for words', value: asked.search } } : {}),
      selects,
      chips: chipsOf(asked, selects),
      tools: exportTools(page, (format) => withParameters(asked.address.replace(url, `${url}/export`), { format })),
      paging: {
        ...(found.newer ? { newer: withParameters(asked.address, { before: found.newer }) } : {}),
        ...(found.older ? { older: withParameters(asked.address, { after: found.older }) } : {}),
      },
    },
  });
  const add = page.t('New: {thing}', { thing: page.t(model.admin.singular) });
  const actions = [{ label: add, url: `${url}/new`, icon: 'plus-lg', isPrimary: true }];
  return page.view('list', { title: model.admin.plural, table, actions });
}

/** What an empty list says: whether nothing is there, or nothing fits. */
function emptyOf({ name }: ShownModel, { where }: Asked): Table['empty'] {
  const url = urlOf(name);
  if (Object.keys(where).length > 0)
    return {
      title: 'Nothing fits',
      text: 'Look for something else, or take away what narrows the list.',
      action: { label: 'All of them', url },
    };
  return {
    title: 'Nothing here yet',
    text: 'What is added stands here.',
    action: { label: 'Add the first', url: `${url}/new` },
  };
}

/** What narrows the list, each to be taken away by one press. */
function chipsOf({ search, address }: Asked, selects: NonNullable<Table['selects']>): NonNullable<Table['chips']> {
  const without = (name: string): string => withParameters(address, { [name]: '' });
  const chosen = selects.flatMap(({ name, label, options }) => {
    const option = options.find(({ selected, value }) => selected && value !== '');
    return option ? [{ label: `${label}: ${option.label}`, url: without(name) }] : [];
  });
  return [...(search ? [{ label: `“${search}”`, url: without('search') }] : []), ...chosen];
}

/** All rows of the list as a file. */
export async function exportRows(page: ScreenContext): Promise<Reply> {
  const model = modelOf(page);
  return exportList(page, { name: model.name, tables: tables(page, model) });
}

async function* tables(page: ScreenContext, model: ShownModel): AsyncGenerator<TableView> {
  const asked = await readAsked(page, model);
  let after: string | undefined;
  do {
    const { where, orderBy } = asked;
    const { items, next } = await model.rows.list({ where, orderBy, limit: STEP, after });
    yield await tableOf(page, model, { asked, items });
    after = next;
  } while (after !== undefined);
}

function acts(model: ShownModel): ListAction[] {
  return [
    {
      name: 'delete',
      label: 'Delete',
      capability: model.admin.capability,
      isDanger: true,
      run: async (ids, page) => {
        const done: number[] = [];
        for (const id of ids) if (await isRemoved(page, model, id)) done.push(id);
        return { done, refusal: page.t('Something else belongs to it.') };
      },
      said: (count, page) => page.t('{count} deleted.', { count }),
    },
  ];
}

/** Whether a row is gone; one that others lead to stays. */
async function isRemoved(page: ScreenContext, model: ShownModel, id: Key): Promise<boolean> {
  try {
    return await removeRecord(model, id, page.viewer);
  } catch (error) {
    if (!isGalleyError(error) || !error.code.startsWith('GALLEY_DATABASE_')) throw error;
    return false;
  }
}

/** Does something with what is selected. */
export function actOnRows(page: ScreenContext): Promise<Reply> {
  const model = modelOf(page);
  const url = urlOf(model.name);
  const wanted = page.value('back');
  const back = wanted === url || wanted.startsWith(`${url}?`) ? wanted : url;
  return actOnSelected(page, { list: `records:${model.name}`, url: `${url}/bulk`, back, acts: acts(model) });
}

/** Asks before a row goes. */
export async function askToDelete(page: ScreenContext): Promise<Reply> {
  const model = modelOf(page);
  const title = titleOf(model, await rowOf(page, model));
  return page.view('act', {
    title: page.t('Delete “{name}”?', { name: title }),
    breadcrumbs: [{ label: model.admin.plural, url: urlOf(model.name) }],
    question: page.t('This cannot be undone.'),
    submit: 'Delete it',
    isDanger: true,
    cancel: urlOf(model.name),
  });
}

/** Removes a row. */
export async function deleteRow(page: ScreenContext): Promise<Reply> {
  const model = modelOf(page);
  const row = await rowOf(page, model);
  const name = titleOf(model, row);
  const url = urlOf(model.name);
  if (await isRemoved(page, model, row.id))
    return page.redirect(url, { kind: 'success', text: page.t('“{name}” is deleted.', { name }) });
  const text = page.t('“{name}” stays: something else belongs to it.', { name });
  return page.redirect(url, { kind: 'warning', text });
}
