import {
  decodeCursor,
  exportList,
  exportTools,
  json,
  pageBothWays,
  plainText,
  type Reply,
  readLocalTime,
  type ScreenContext,
  type Table,
  type TableView,
  type TwoWayPage,
  withParameters,
} from 'galley';
import { bulkOptions } from './admin-acts.ts';
import { rowsOf } from './admin-rows.ts';
import { BASE, WORDS } from './admin-words.ts';
import { COMMENT_STATUSES, type Comment, type CommentStatus } from './comment.ts';
import type { CommentChoice } from './comment-store.ts';
import type { Comments } from './comments.ts';

const PER_PAGE = 30;
const STEP = 200;
const COUNTED = 1000;
const MAX_IDS = 5000;
/** The tab of what is flagged, among those of the states. */
const FLAGGED = 'flagged';

/** What of the address narrows and sorts the list of comments. */
export const COMMENTS_QUERY = [
  'status',
  'search',
  'entry',
  'author',
  'from',
  'until',
  'sort',
  'direction',
  'after',
  'before',
  'saved',
];

interface Asked {
  status: CommentStatus | undefined;
  isFlagged: boolean;
  search: string;
  entryId: number | undefined;
  authorEmail: string;
  /** Days, as they were typed. */
  from: string;
  until: string;
  direction: 'asc' | 'desc';
  choice: CommentChoice;
}

async function readAsked(page: ScreenContext): Promise<Asked> {
  const zone = await page.site.options.get<string>('timezone');
  const dayOf = (name: string): string => (/^\d{4}-\d\d-\d\d$/.test(page.text(name)) ? page.text(name) : '');
  const [from, until] = [dayOf('from'), dayOf('until')];
  const first = from ? readLocalTime(`${from}T00:00`, zone) : undefined;
  const last = until ? readLocalTime(`${until}T23:59:59`, zone) : undefined;
  const status = COMMENT_STATUSES.find((name) => name === page.text('status'));
  const isFlagged = page.text('status') === FLAGGED;
  const search = page.text('search').trim().slice(0, 100);
  const entryId = Number(/^[1-9]\d{0,14}$/.exec(page.text('entry'))?.[0]) || undefined;
  const authorEmail = page.text('author').trim().toLowerCase().slice(0, 200);
  const choice: CommentChoice = {
    ...(status ? { status } : {}),
    ...(isFlagged ? { isFlagged } : {}),
    ...(search ? { search } : {}),
    ...(authorEmail ? { authorEmail } : {}),
    ...(entryId ? { entryId } : {}),
    ...(first === undefined ? {} : { from: first }),
    ...(last === undefined ? {} : { before: last + 1000 }),
  };
  const direction = page.text('direction') === 'asc' ? 'asc' : 'desc';
  return { status, isFlagged, search, entryId, authorEmail, from, until, direction, choice };
}

const addressOf = ({ status, isFlagged, search, entryId, authorEmail, from, until, direction }: Asked): string =>
  withParameters(BASE, {
    status: isFlagged ? FLAGGED : status,
    search,
    entry: entryId,
    author: authorEmail,
    from,
    until,
    ...(direction === 'asc' ? { sort: 'time', direction } : {}),
  });

function findPage(page: ScreenContext, comments: Comments, asked: Asked): Promise<TwoWayPage<Comment>> {
  const place = { after: decodeCursor(page.text('after')), before: decodeCursor(page.text('before')) };
  return pageBothWays(
    place,
    async (cursor, isReversed) => {
      const after = cursor && { createdAt: Number(cursor.value), id: cursor.id };
      const oldestFirst = (asked.direction === 'asc') !== isReversed;
      const query = { ...asked.choice, ...(after ? { after } : {}), oldestFirst, limit: PER_PAGE + 1 };
      const list = await comments.list(query, page.viewer);
      return { items: list.slice(0, PER_PAGE), hasMore: list.length > PER_PAGE };
    },
    (comment) => ({ value: comment.createdAt, id: comment.id }),
  );
}

async function tableOf(
  page: ScreenContext,
  comments: Comments,
  { asked, list, more = {} }: { asked: Asked; list: readonly Comment[]; more?: Partial<Table> },
): Promise<TableView> {
  const { status, isFlagged, direction } = asked;
  const isDone = status === 'pending' || isFlagged;
  const table: Table = {
    caption: 'Comments',
    columns: [
      { key: 'comment', label: 'Comment' },
      { key: 'author', label: 'From', isMinor: true },
      { key: 'email', label: 'E-mail address', isMinor: true, isOptional: true },
      { key: 'entry', label: 'Below', isMinor: true },
      { key: 'status', label: 'Status' },
      { key: 'time', label: 'When', isMinor: true, sort: 'desc' },
    ],
    rows: await rowsOf(page, comments, list),
    sort: { by: 'time', direction },
    address: addressOf(asked),
    bulk: { action: `${BASE}/bulk`, options: bulkOptions(status) },
    empty: {
      title: isDone ? 'All done' : 'No comments',
      text: isDone ? 'No comment waits for you.' : 'What readers write stands here.',
    },
    ...more,
  };
  return page.site.admin.lists.view(page, { names: ['comments'], items: list, table });
}

/** The list of comments. */
export async function showList(page: ScreenContext, comments: Comments): Promise<Reply> {
  const { lists } = page.site.admin;
  const start = page.context.url.includes('?') ? undefined : await lists.startOf(page, 'comments', BASE);
  if (start) return page.redirect(start);
  const asked = await readAsked(page);
  const [found, around] = await Promise.all([findPage(page, comments, asked), aroundOf(page, comments, asked)]);
  const address = addressOf(asked);
  const paging = {
    newer: found.newer && withParameters(address, { before: found.newer }),
    older: found.older && withParameters(address, { after: found.older }),
  };
  const { assets } = page.site;
  return page.view('list', {
    table: await tableOf(page, comments, { asked, list: found.items, more: { ...around, paging } }),
    scripts: [await assets.url('comments-admin', 'moderation.js')],
    stylesheets: [await assets.url('comments-admin', 'moderation.css')],
  });
}

async function aroundOf(page: ScreenContext, comments: Comments, asked: Asked): Promise<Partial<Table>> {
  const { status, isFlagged, search } = asked;
  const address = addressOf(asked);
  const below = (path: string): string => address.replace(BASE, `${BASE}/${path}`);
  const [filters, count, chips] = await Promise.all([
    tabs(comments, asked),
    comments.store.count(asked.choice, COUNTED + 1),
    chipsOf(page, asked),
  ]);
  return {
    filters,
    search: {
      action: BASE,
      label: 'Look for words in comments',
      value: search,
      hidden: { ...(isFlagged ? { status: FLAGGED } : status ? { status } : {}) },
    },
    inputs: [
      { name: 'from', label: 'Written from', type: 'date', value: asked.from },
      { name: 'until', label: 'Written until', type: 'date', value: asked.until },
    ],
    chips,
    total: { count: Math.min(count, COUNTED), isMore: count > COUNTED },
    tools: exportTools(page, (format) => withParameters(below('export'), { format })),
    idsUrl: below('ids'),
  };
}

/** What narrows the list, each to be taken away by one press. */
async function chipsOf(page: ScreenContext, asked: Asked): Promise<NonNullable<Table['chips']>> {
  const { search, entryId, authorEmail, from, until } = asked;
  const entry = entryId ? (await page.site.entries.getMany([entryId], page.viewer)).get(entryId) : undefined;
  const without = (name: string): string => withParameters(addressOf(asked), { [name]: '' });
  return [
    ...(search ? [{ label: `“${search}”`, url: without('search') }] : []),
    ...(entryId ? [{ label: (entry && plainText(entry.title)) || `#${entryId}`, url: without('entry') }] : []),
    ...(authorEmail ? [{ label: authorEmail, url: without('author') }] : []),
    ...(from ? [{ label: page.t('From {day}', { day: from }), url: without('from') }] : []),
    ...(until ? [{ label: page.t('Until {day}', { day: until }), url: without('until') }] : []),
  ];
}

async function tabs(comments: Comments, { status: current, isFlagged }: Asked): Promise<Table['filters']> {
  const counts = await countsOf(comments);
  const tab = (label: string, name: string, isCurrent: boolean) => ({
    label,
    url: `${BASE}?status=${name}`,
    count: counts[name] ?? 0,
    isCurrent,
  });
  return [
    { label: 'All', url: BASE, isCurrent: current === undefined && !isFlagged },
    ...COMMENT_STATUSES.map((status) => tab(WORDS[status].word, status, status === current)),
    tab('Flagged', FLAGGED, isFlagged),
  ];
}

/** How many comments each state has, and how many are flagged, counted up to a bound. */
export async function countsOf({ store }: Comments): Promise<Record<string, number>> {
  const counts = await Promise.all([
    ...COMMENT_STATUSES.map((status) => store.countByStatus(status, COUNTED)),
    store.count({ isFlagged: true }, COUNTED),
  ]);
  return Object.fromEntries([...COMMENT_STATUSES, FLAGGED].map((name, index) => [name, counts[index] ?? 0]));
}

/** All comments of the list as a file. */
export function exportComments(page: ScreenContext, comments: Comments): Reply {
  return exportList(page, { name: 'comments', tables: tables(page, comments) });
}

async function* tables(page: ScreenContext, comments: Comments): AsyncGenerator<TableView> {
  const asked = await readAsked(page);
  for await (const list of allPages(page, comments, asked)) yield await tableOf(page, comments, { asked, list });
}

/** All comments of the list, page by page; at least one page, which may be empty. */
async function* allPages(page: ScreenContext, comments: Comments, asked: Asked): AsyncGenerator<Comment[]> {
  const oldestFirst = asked.direction === 'asc';
  for (let last: Comment | undefined; ; ) {
    const after = last ? { after: { createdAt: last.createdAt, id: last.id } } : {};
    const list = await comments.list({ ...asked.choice, ...after, oldestFirst, limit: STEP }, page.viewer);
    if (list.length > 0 || !last) yield list;
    last = list.at(-1);
    if (!last || list.length < STEP) return;
  }
}

/** The ids of all that match, up to a bound: for acts on more than one page of the list. */
export async function listIds(page: ScreenContext, comments: Comments): Promise<Reply> {
  const ids: number[] = [];
  for await (const list of allPages(page, comments, await readAsked(page))) {
    ids.push(...list.map(({ id }) => id));
    if (ids.length > MAX_IDS) break;
  }
  const headers = { 'cache-control': 'private, no-store' };
  return json({ ids: ids.slice(0, MAX_IDS), isMore: ids.length > MAX_IDS }, { headers });
}
