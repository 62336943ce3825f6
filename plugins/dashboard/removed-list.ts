import {
  type ContentType,
  plainText,
  type RemovedEntry,
  type RemovedQuery,
  type Reply,
  type Row,
  readLocalTime,
  type ScreenContext,
  type Site,
  type Table,
  tableView,
  type Viewer,
  withParameters,
} from 'galley';
import { AUTHOR } from './list-filters.ts';
import { listUrl, mayWrite, writableTypes } from './types.ts';
import { STATUS_WORDS, titleOf } from './words.ts';

/** Where all that was removed for good is listed. */
export const REMOVED_URL = '/admin/removed';

/** What of the address narrows the list. */
export const REMOVED_QUERY = ['search', 'type', 'by', 'from', 'until', 'before'];

const DAY = /^\d{4}-\d\d-\d\d$/;

/** The types whose removed entries somebody may know of. Files have a list of their own, but no other list of these. */
export function removableTypes(site: Site, viewer: Viewer): ContentType[] {
  const files = site.types.get('attachment');
  return [...writableTypes(site, viewer), ...(files && mayWrite(viewer, files) ? [files] : [])];
}

interface Asked {
  search: string;
  type: ContentType | undefined;
  by: number;
  from: string;
  until: string;
  query: RemovedQuery;
}

async function readAsked(page: ScreenContext, types: readonly ContentType[]): Promise<Asked> {
  const dayOf = (name: string): string => (DAY.test(page.text(name)) ? page.text(name) : '');
  const [from, until] = [dayOf('from'), dayOf('until')];
  const zone = await page.site.options.get<string>('timezone');
  const since = from ? readLocalTime(`${from}T00:00`, zone) : undefined;
  const last = until ? readLocalTime(`${until}T23:59:59`, zone) : undefined;
  const search = page.text('search').trim().slice(0, 100);
  const type = types.find(({ name }) => name === page.text('type'));
  const by = Number(/^[1-9]\d{0,14}$/.exec(page.text('by')) ?? 0);
  const before = Number(/^[1-9]\d{0,14}$/.exec(page.text('before')) ?? 0);
  const query: RemovedQuery = {
    types: type ? [type.name] : types.map(({ name }) => name),
    ...(search ? { title: search } : {}),
    ...(by ? { by } : {}),
    ...(since ? { since } : {}),
    ...(last ? { until: last + 1000 } : {}),
    ...(before ? { before } : {}),
  };
  return { search, type, by, from, until, query };
}

const addressOf = ({ search, type, by, from, until }: Asked): string =>
  withParameters(REMOVED_URL, { search, type: type?.name ?? '', by: by || '', from, until });

/** What was removed for good: title, type, who, when and from where. Nothing comes back from here. */
export async function showRemoved(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const types = removableTypes(site, viewer);
  const asked = await readAsked(page, types);
  const address = addressOf(asked);
  const [{ items, before }, people, days] = await Promise.all([
    site.entries.removed(asked.query, viewer),
    AUTHOR.options?.(page) ?? [],
    site.options.get<number>('trash_days'),
  ]);
  const selects = selectsOf(page, types, asked, people);
  const table: Table = {
    caption: 'Removed for good',
    columns: [
      { key: 'title', label: 'Title' },
      { key: 'type', label: 'Type', isMinor: true },
      { key: 'by', label: 'Deleted by' },
      { key: 'when', label: 'Deleted' },
      { key: 'status', label: 'Was', isMinor: true },
    ],
    rows: await rowsOf(page, items),
    search: { action: REMOVED_URL, label: 'Look for words in titles', value: asked.search },
    selects,
    inputs: [
      { name: 'from', label: 'Deleted from', type: 'date', value: asked.from },
      { name: 'until', label: 'Deleted until', type: 'date', value: asked.until },
    ],
    chips: chipsOf(page, asked, selects),
    address,
    paging: {
      ...(asked.query.before ? { newer: address } : {}),
      ...(before === undefined ? {} : { older: withParameters(address, { before }) }),
    },
    empty: emptyOf(page, asked),
  };
  return page.view('list', {
    table: tableView(table),
    breadcrumbs: asked.type
      ? [
          { label: asked.type.title, url: ownListUrl(asked.type) },
          { label: 'In the trash', url: trashUrl(asked.type) },
        ]
      : [],
    intro: page.t('Who deleted what for good. Only this note is left of it, for {days} days.', { days }),
  });
}

const ownListUrl = (type: ContentType): string => (type.showInAdmin ? listUrl(type) : '/admin/media');

const trashUrl = (type: ContentType): string =>
  type.showInAdmin ? `${listUrl(type)}?status=trash` : '/admin/media?trash=1';

async function rowsOf(page: ScreenContext, items: readonly RemovedEntry[]): Promise<Row[]> {
  const { site } = page;
  const names = await namesOf(
    site,
    items.flatMap(({ authorId, trashed }) => [authorId, trashed?.authorId ?? null]),
  );
  return items.map((item) => {
    const title = titleOf(item, plainText);
    return {
      id: String(item.number),
      label: title,
      cells: {
        title: { text: title, whole: plainText(item.title) },
        type: { text: page.t(site.types.get(item.type)?.singular ?? item.type) },
        by: { text: nameOf(page, item.authorId, names), ...beforeOf(page, item, names) },
        when: { time: item.createdAt },
        status: { badge: STATUS_WORDS[item.status] },
      },
    };
  });
}

/** What those are called who are still here. */
export async function namesOf(site: Site, ids: readonly (number | null)[]): Promise<ReadonlyMap<number, string>> {
  const users = await site.users.findByIds([...new Set(ids.flatMap((id) => id ?? []))]);
  return new Map(users.map(({ id, name }) => [id, name]));
}

/** Who it was, in words: accounts go too, and some things no person did. */
export function nameOf(page: ScreenContext, id: number | null, names: ReadonlyMap<number, string>): string {
  return id === null ? page.t('The system') : (names.get(id) ?? page.t('Somebody who is not here any more'));
}

function beforeOf(page: ScreenContext, { authorId, trashed }: RemovedEntry, names: ReadonlyMap<number, string>) {
  if (!trashed || trashed.authorId === authorId) return {};
  return { note: page.t('{name} had moved it to the trash', { name: nameOf(page, trashed.authorId, names) }) };
}

type Selects = NonNullable<Table['selects']>;

function selectsOf(
  page: ScreenContext,
  types: readonly ContentType[],
  { type, by }: Asked,
  people: readonly { value: string; label: string }[],
): Selects {
  const all = (label: string) => ({ value: '', label: page.t('{label}: all', { label: page.t(label) }) });
  const marked = (options: readonly { value: string; label: string }[], value: string) =>
    options.map((option) => ({ ...option, selected: option.value === value }));
  const kinds = types.map(({ name, title }) => ({ value: name, label: page.t(title) }));
  return [
    { name: 'type', label: 'Type', options: marked([all('Type'), ...kinds], type?.name ?? '') },
    { name: 'by', label: 'Deleted by', options: marked([all('Deleted by'), ...people], by ? String(by) : '') },
  ];
}

/** What narrows the list, each to be taken away by one press. */
function chipsOf(page: ScreenContext, asked: Asked, selects: Selects): NonNullable<Table['chips']> {
  const without = (name: string): string => withParameters(addressOf(asked), { [name]: '' });
  const chosen = selects.flatMap(({ name, label, options }) =>
    options
      .filter(({ selected, value }) => selected && value !== '')
      .map((option) => ({ label: `${page.t(label)}: ${option.label}`, url: without(name) })),
  );
  return [
    ...(asked.search ? [{ label: `“${asked.search}”`, url: without('search') }] : []),
    ...chosen,
    ...(asked.from ? [{ label: page.t('From {day}', { day: asked.from }), url: without('from') }] : []),
    ...(asked.until ? [{ label: page.t('Until {day}', { day: asked.until }), url: without('until') }] : []),
  ];
}

function emptyOf(page: ScreenContext, asked: Asked): Table['empty'] {
  if (asked.search || asked.type || asked.by || asked.from || asked.until)
    return {
      title: 'Nothing fits',
      text: 'Look for something else, or take away what narrows the list.',
      action: { label: 'All of them', url: REMOVED_URL },
    };
  return {
    title: 'Nothing was removed',
    text: page.t('What is deleted for good is noted here: what it was called, who did it, and when.'),
  };
}
