import type { EntryQuery } from '../content/query.ts';
import type { Owned } from '../kernel/site.ts';
import { GalleyError } from '../lib/errors.ts';
import { type ListLook, readLook } from './list-look.ts';
import { viewsMenu, viewUrl } from './list-view-menu.ts';
import { readViews } from './list-views.ts';
import type { ScreenContext } from './screen-context.ts';
import {
  type AskedText,
  type BulkOption,
  type Cell,
  type Column,
  type Row,
  type RowAction,
  type Table,
  type TableView,
  tableView,
} from './tables.ts';

/** A further column of a list. */
export interface ListColumn<Item = unknown> extends Column {
  /** The cells of all rows of a page, in their order, in one call: one query for all of them, never one each. */
  cells(
    items: readonly Item[],
    page: ScreenContext,
  ): readonly (Cell | undefined)[] | Promise<readonly (Cell | undefined)[]>;
}

/** A further way to narrow a list of entries. */
export interface ListFilter {
  /** Its parameter is `filter.<name>`. */
  name: string;
  label: string;
  kind: 'select' | 'text' | 'number' | 'date';
  /** What a `select` offers; the empty choice is added. */
  options?(page: ScreenContext): readonly FilterOption[] | Promise<readonly FilterOption[]>;
  /** The conditions that a value means; each must be answered by an index. Undefined for a value that means nothing. */
  query(value: string, page: ScreenContext): Partial<EntryQuery> | undefined | Promise<Partial<EntryQuery> | undefined>;
}

/** A choice of a select. */
export interface FilterOption {
  value: string;
  label: string;
}

/** What became of a bulk action. */
export interface ListActionResult {
  /** The ids that it was done to. */
  done: readonly number[];
  /** Why others were left, in a sentence. */
  refusal?: string;
  /** What is sent besides to the action that takes it back, where the ids alone do not tell. */
  undo?: Readonly<Record<string, string>>;
}

/** A further thing to do with all that is selected. */
export interface ListAction {
  name: string;
  label: string;
  /** Who may do it. */
  capability: string;
  /** Asked about first, with the number. */
  isDanger?: boolean;
  /** A text that is asked for first; `page.value(asks.name)` has it then. */
  asks?: AskedText;
  /** Does it. Checks the right to each by itself, as every change does. */
  run(ids: readonly number[], page: ScreenContext): Promise<ListActionResult>;
  /** What is said after it, such as "3 posts are featured." */
  said(count: number, page: ScreenContext): string;
  /** Name of the action that takes it back: offered as "Undo". */
  undo?: string;
}

/** What a plugin adds to a list. */
export interface ListExtension<Item = unknown> {
  columns?: readonly ListColumn<Item>[];
  filters?: readonly ListFilter[];
  actions?: readonly ListAction[];
  /** What of its address the views keep that people make of it; with `filter.*`, all that begin with `filter.` */
  parameters?: readonly string[];
  /** Further actions of each row, in the order of the rows. */
  rowActions?(
    items: readonly Item[],
    page: ScreenContext,
  ): readonly (readonly RowAction[])[] | Promise<readonly (readonly RowAction[])[]>;
}

interface Registered {
  owner: string;
  list: string;
  extension: ListExtension;
}

/** A list whose rows are still to be given what plugins add. */
export interface ListedItems<Item> {
  /** Its names, such as `content:post` and `content:*`. */
  names: readonly string[];
  items: readonly Item[];
  table: Table;
  /** Further columns of the list's own, whose cells are made only where they are seen. */
  columns?: readonly ListColumn<Item>[];
}

const NAME = /^[a-z][a-z0-9._-]{0,59}$/i;

/**
 * What plugins add to the lists of the admin, part by part. Lists are called `content:post` (entries of a type),
 * `content:*` (of every type), `terms:category`, `users`, `comments`, `media`, `records:order` (rows of a model).
 *
 * @example
 * site.admin.lists.extend<Entry>('content:post', {
 *   columns: [{ key: 'words', label: 'Words', isNumber: true, cells: (entries) => entries.map(({ wordCount }) => ({ text: String(wordCount) })) }],
 * });
 */
export class Lists implements Owned {
  readonly #owner: string;
  readonly #registered: Registered[];

  constructor(owner = 'core', registered: Registered[] = []) {
    this.#owner = owner;
    this.#registered = registered;
  }

  ownedBy(owner: string): this {
    return new Lists(owner, this.#registered) as this;
  }

  removeOwner(owner: string): void {
    const kept = this.#registered.filter((item) => item.owner !== owner);
    this.#registered.splice(0, this.#registered.length, ...kept);
  }

  /**
   * Adds columns, filters, bulk actions and row actions to a list.
   * @throws GALLEY_REGISTRY_DUPLICATE for a column, filter or action whose name is taken there
   */
  extend<Item>(list: string, extension: ListExtension<Item>): void {
    const present = this.of([list]);
    const names = (parts: Pick<ListExtension, 'columns' | 'filters' | 'actions'>) => [
      ...(parts.columns ?? []).map(({ key }) => `column ${key}`),
      ...(parts.filters ?? []).map(({ name }) => `filter ${name}`),
      ...(parts.actions ?? []).map(({ name }) => `action ${name}`),
    ];
    const added = extension as ListExtension;
    for (const name of names(added)) {
      if (!NAME.test(name.split(' ')[1] ?? ''))
        throw new GalleyError('GALLEY_INPUT_INVALID', `"${name}" of the list "${list}" is no name.`);
      if (names(present).includes(name))
        throw new GalleyError('GALLEY_REGISTRY_DUPLICATE', `The list "${list}" has the ${name} already.`);
    }
    this.#registered.push({ owner: this.#owner, list, extension: added });
  }

  /** All that was added to the lists of these names. */
  of(names: readonly string[]): Required<Omit<ListExtension, 'rowActions'>> & { rowActions: ListExtension[] } {
    const found = this.#registered.filter(({ list }) => names.includes(list)).map(({ extension }) => extension);
    return {
      columns: found.flatMap(({ columns = [] }) => columns),
      filters: found.flatMap(({ filters = [] }) => filters),
      actions: found.flatMap(({ actions = [] }) => actions),
      parameters: found.flatMap(({ parameters = [] }) => parameters),
      rowActions: found.filter(({ rowActions }) => rowActions !== undefined),
    };
  }

  /** What of its address the views of a list keep; nothing where it has no views. */
  parametersOf(list: string): readonly string[] {
    return this.of([list, `${list.split(':')[0]}:*`]).parameters;
  }

  /** Where a list opens instead, for whoever asked for it without more and chose a view to open first. */
  async startOf(page: ScreenContext, list: string, path: string): Promise<string | undefined> {
    const { own, shared, standard } = await readViews(page, list);
    const view = [...own, ...shared].find(({ id }) => id === standard);
    return view && viewUrl(path, view);
  }

  /** The bulk action of that name, if this person may do it. */
  action(names: readonly string[], name: string, { viewer }: ScreenContext): ListAction | undefined {
    return this.of(names).actions.find((action) => action.name === name && viewer.can(action.capability));
  }

  /**
   * A table with what plugins add to it, arranged as this person likes it, ready for the template `list`. Rows stand in
   * the order of the items.
   */
  async view<Item>(
    page: ScreenContext,
    { names, items, table, columns: own = [] }: ListedItems<Item>,
  ): Promise<TableView> {
    const [name = ''] = names;
    const all = this.of(names);
    const added = { ...all, columns: [...(own as readonly ListColumn[]), ...all.columns] };
    const views = added.parameters.length > 0 ? await readViews(page, name) : undefined;
    const current = views && [...views.own, ...views.shared].find(({ id }) => id === page.text('saved'));
    const look = await readLook(page, name, current);
    const columns = arranged([...table.columns, ...added.columns.map(({ cells: _, ...column }) => column)], look);
    const shown = columns.filter(({ isShown }) => isShown).map(({ column }) => column);
    const rows = await rowsWith(page, { added, shown, items, rows: table.rows });
    const allowed = added.actions.filter(({ capability }) => page.viewer.can(capability));
    const options = allowed.map(bulkOption);
    const bulk = table.bulk && { ...table.bulk, options: [...table.bulk.options, ...options] };
    const choice = columns.slice(1).map(({ column: { key, label }, isShown }) => ({ key, label, isShown }));
    const menu = views && { views: viewsMenu(page, name, views, { current, address: table.address }) };
    return { ...tableView({ ...table, columns: shown, rows, ...(bulk ? { bulk } : {}) }), name, choice, ...menu };
  }
}

/** An action as the form of a table offers it. */
export const bulkOption = ({ name, label, isDanger = false, asks }: ListAction): BulkOption => ({
  value: name,
  label,
  isDanger,
  ...(asks ? { asks } : {}),
});

interface RowInput<Item> {
  added: ReturnType<Lists['of']>;
  shown: readonly Column[];
  items: readonly Item[];
  rows: readonly Row[];
}

/** Cells of columns that nobody sees are not made. */
async function rowsWith<Item>(page: ScreenContext, { added, shown, items, rows }: RowInput<Item>): Promise<Row[]> {
  const columns = added.columns.filter(({ key }) => shown.some((column) => column.key === key));
  const [cells, actions] = await Promise.all([
    Promise.all(columns.map((column) => column.cells(items, page))),
    Promise.all(added.rowActions.map((extension) => extension.rowActions?.(items, page) ?? [])),
  ]);
  return rows.map((row, at) => ({
    ...row,
    cells: { ...row.cells, ...Object.fromEntries(columns.map(({ key }, index) => [key, cells[index]?.[at] ?? {}])) },
    actions: [...(row.actions ?? []), ...actions.flatMap((list) => list[at] ?? [])],
  }));
}

/** The columns in the order that was chosen; the first one names the row and stays. What was added since comes last. */
function arranged(columns: readonly Column[], look: ListLook | undefined): { column: Column; isShown: boolean }[] {
  const [first, ...others] = columns;
  if (!first) return [];
  const place = ({ key }: Column): number => {
    const at = look?.order.indexOf(key) ?? -1;
    return at < 0 ? columns.length : at;
  };
  const isShown = ({ key, isOptional = false }: Column): boolean =>
    look?.order.includes(key) ? look.columns.includes(key) : !isOptional;
  const sorted = look ? others.toSorted((a, b) => place(a) - place(b)) : others;
  return [{ column: first, isShown: true }, ...sorted.map((column) => ({ column, isShown: isShown(column) }))];
}
