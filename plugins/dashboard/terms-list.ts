import {
  type CountedTerm,
  exportList,
  exportTools,
  type FormErrors,
  type Reply,
  type Row,
  type ScreenContext,
  type Table,
  type TableView,
  type Term,
  withParameters,
} from 'galley';
import { inTree } from './entry-boxes.ts';
import { controlsFor, EMPTY, MAX_TERMS, type Typed, taxonomyOf } from './terms-form.ts';
import { nounIn } from './type-words.ts';

/** What of the address narrows and sorts a list of terms. */
export const TERMS_QUERY = ['search', 'sort', 'direction', 'saved'];
const SORTS = ['name', 'slug', 'count'] as const;

type Listed = CountedTerm & { depth: number };

interface Asked {
  search: string;
  /** As the editors arranged them, unless a column is chosen. */
  sort: (typeof SORTS)[number] | undefined;
  direction: 'asc' | 'desc';
}

const urlOf = (taxonomy: string): string => `/admin/terms/${taxonomy}`;

function readAsked(page: ScreenContext): Asked {
  const sort = SORTS.find((name) => name === page.text('sort'));
  const first = sort === 'count' ? 'desc' : 'asc';
  const other = first === 'asc' ? 'desc' : 'asc';
  return {
    search: page.text('search').trim(),
    sort,
    direction: page.text('direction') === other ? other : first,
  };
}

async function findTerms(page: ScreenContext, { search, sort, direction }: Asked): Promise<Listed[]> {
  const { site } = page;
  const { name } = taxonomyOf(page);
  const query = { limit: MAX_TERMS, ...(search ? { search } : {}) };
  const terms = await site.terms.withCounts(await site.terms.list(name, query));
  const counts = new Map(terms.map((term) => [term.id, term.count]));
  const listed = inTree(terms).map((term) => ({ ...term, count: counts.get(term.id) ?? 0 }));
  if (!sort) return listed;
  // In the order of a column they stand beside each other, not below.
  const words = new Intl.Collator(page.language);
  const compare = (a: Listed, b: Listed): number =>
    sort === 'count' ? a.count - b.count : words.compare(a[sort], b[sort]);
  const sign = direction === 'asc' ? 1 : -1;
  return listed.map((term) => ({ ...term, depth: 0 })).sort((a, b) => sign * compare(a, b) || a.id - b.id);
}

/** The list of a taxonomy with the form for a new term beside it. */
export async function showTerms(page: ScreenContext): Promise<Reply> {
  const { name } = taxonomyOf(page);
  const { lists } = page.site.admin;
  const start = page.context.url.includes('?') ? undefined : await lists.startOf(page, `terms:${name}`, urlOf(name));
  return start ? page.redirect(start) : listTerms(page, EMPTY);
}

/** The list with what was typed into the form beside it. */
export async function listTerms(
  page: ScreenContext,
  typed: Typed,
  errors: FormErrors = {},
  status = 200,
): Promise<Reply> {
  const { name, definition } = taxonomyOf(page);
  const asked = readAsked(page);
  const [terms, controls] = await Promise.all([findTerms(page, asked), controlsFor(page, typed, { errors })]);
  const url = urlOf(name);
  const data = {
    title: definition.title,
    table: await tableOf(page, asked, terms),
    controls,
    summary: [],
    actions:
      terms.length > 1 && !asked.search
        ? [{ label: page.t('Put in order'), url: `${url}/arrange`, icon: 'list-nested' }]
        : [],
    singular: nounIn(definition.singular, page.messages),
    formUrl: url,
  };
  return page.view('dashboard/terms', data, { status });
}

async function tableOf(page: ScreenContext, asked: Asked, terms: readonly Listed[]): Promise<TableView> {
  const { search, sort, direction } = asked;
  const { name, definition } = taxonomyOf(page);
  const url = urlOf(name);
  const type = page.site.types.list().find(({ value }) => value.taxonomies.includes(name) && value.showInAdmin);
  const things = nounIn(definition.title, page.messages);
  const address = withParameters(url, { search, sort, direction: sort ? direction : '' });
  const table: Table = {
    caption: definition.title,
    columns: [
      { key: 'name', label: 'Name', sort: 'asc' },
      { key: 'slug', label: 'Address', isMinor: true, sort: 'asc' },
      { key: 'count', label: 'Published', isNumber: true, sort: 'desc' },
    ],
    rows: terms.map((term) => rowOf(term, url, type?.name)),
    search: { action: url, label: page.t('Look for {things}', { things }), value: search },
    ...(sort ? { sort: { by: sort, direction } } : {}),
    address,
    total: { count: terms.length, isMore: terms.length === MAX_TERMS },
    tools: exportTools(page, (format) => withParameters(address.replace(url, `${url}/export`), { format })),
    bulk: {
      action: `${url}/bulk`,
      options: [
        { value: 'merge', label: 'Make one of them' },
        { value: 'delete', label: 'Delete' },
      ],
    },
    paging:
      terms.length === MAX_TERMS
        ? { label: page.t('The first {count}. Look for the others by name.', { count: MAX_TERMS }) }
        : {},
    empty: search
      ? {
          title: 'Nothing fits',
          text: page.t('No {things} of that name.', { things }),
          action: { label: page.t('All {things}', { things }), url },
        }
      : { title: page.t('No {things} yet', { things }), text: 'Add the first one with the form.' },
  };
  return page.site.admin.lists.view<Term>(page, { names: [`terms:${name}`, 'terms:*'], items: terms, table });
}

function rowOf(term: Listed, url: string, type: string | undefined): Row {
  return {
    id: String(term.id),
    label: term.name,
    isSelectable: true,
    cells: {
      name: {
        text: `${'– '.repeat(term.depth)}${term.name}`,
        whole: term.name,
        url: `${url}/${term.id}`,
        note: term.description.slice(0, 160),
      },
      slug: { text: term.slug },
      count: type
        ? { text: String(term.count), url: `/admin/content/${type}?term=${term.id}` }
        : { text: String(term.count) },
    },
    actions: [
      { label: 'Edit', url: `${url}/${term.id}` },
      { label: 'Delete', url: `${url}/${term.id}/delete`, isDanger: true },
    ],
  };
}

/** The terms of the list as a file. */
export async function exportTerms(page: ScreenContext): Promise<Reply> {
  const { name } = taxonomyOf(page);
  const asked = readAsked(page);
  const table = await tableOf(page, asked, await findTerms(page, asked));
  return exportList(page, { name, tables: [table] });
}
