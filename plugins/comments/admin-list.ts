import {
  decodeCursor,
  exportList,
  exportTools,
  pageBothWays,
  plainText,
  type Reply,
  type Row,
  type RowAction,
  SafeHtml,
  type ScreenContext,
  type Table,
  type TableView,
  type TwoWayPage,
  withParameters,
} from 'galley';
import { ACTS, BASE, WORDS } from './admin-words.ts';
import { COMMENT_STATUSES, type Comment, type CommentStatus } from './comment.ts';
import type { Comments } from './comments.ts';

const PER_PAGE = 30;
const STEP = 200;
const COUNTED = 1000;

function statusOf(page: ScreenContext): CommentStatus | undefined {
  return COMMENT_STATUSES.find((status) => status === page.text('status'));
}

/** What of the address narrows and sorts the list of comments. */
export const COMMENTS_QUERY = ['status', 'search', 'entry', 'author', 'sort', 'direction', 'after', 'before', 'saved'];

interface Asked {
  status: CommentStatus | undefined;
  search: string;
  entryId: number | undefined;
  authorEmail: string;
  direction: 'asc' | 'desc';
}

const readAsked = (page: ScreenContext): Asked => ({
  status: statusOf(page),
  search: page.text('search').trim().slice(0, 100),
  entryId: Number(page.text('entry')) || undefined,
  authorEmail: page.text('author').trim().toLowerCase().slice(0, 200),
  direction: page.text('direction') === 'asc' ? 'asc' : 'desc',
});

const filterOf = ({ status, search, entryId, authorEmail }: Asked) => ({
  ...(status ? { status } : {}),
  ...(search ? { search } : {}),
  ...(authorEmail ? { authorEmail } : {}),
  ...(entryId ? { entryId } : {}),
});

const addressOf = ({ status, search, entryId, authorEmail, direction }: Asked): string =>
  withParameters(BASE, {
    status,
    search,
    entry: entryId,
    author: authorEmail,
    ...(direction === 'asc' ? { sort: 'time', direction } : {}),
  });

function findPage(page: ScreenContext, comments: Comments, asked: Asked): Promise<TwoWayPage<Comment>> {
  const place = { after: decodeCursor(page.text('after')), before: decodeCursor(page.text('before')) };
  return pageBothWays(
    place,
    async (cursor, isReversed) => {
      const after = cursor && { createdAt: Number(cursor.value), id: cursor.id };
      const oldestFirst = (asked.direction === 'asc') !== isReversed;
      const query = { ...filterOf(asked), ...(after ? { after } : {}), oldestFirst, limit: PER_PAGE + 1 };
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
  const { status, direction } = asked;
  const table: Table = {
    caption: 'Comments',
    columns: [
      { key: 'comment', label: 'Comment' },
      { key: 'author', label: 'From', isMinor: true },
      { key: 'entry', label: 'Below', isMinor: true },
      { key: 'status', label: 'Status' },
      { key: 'time', label: 'When', isMinor: true, sort: 'desc' },
    ],
    rows: await rows(page, comments, list),
    sort: { by: 'time', direction },
    address: addressOf(asked),
    bulk: { action: `${BASE}/bulk`, options: bulkOptions(status) },
    empty: {
      title: status === 'pending' ? 'All done' : 'No comments',
      text: status === 'pending' ? 'No comment waits for you.' : 'What readers write stands here.',
    },
    ...more,
  };
  return page.site.admin.lists.view(page, { names: ['comments'], items: list, table });
}

/** The list of comments. */
export async function showList(page: ScreenContext, comments: Comments): Promise<Reply> {
  const start = page.context.url.includes('?')
    ? undefined
    : await page.site.admin.lists.startOf(page, 'comments', BASE);
  if (start) return page.redirect(start);
  const asked = readAsked(page);
  const { status, search } = asked;
  const found = await findPage(page, comments, asked);
  const address = addressOf(asked);
  const more: Partial<Table> = {
    filters: await filters(comments, status),
    search: { action: BASE, label: 'Look for words in comments', value: search, hidden: status ? { status } : {} },
    tools: exportTools(page, (format) => withParameters(address.replace(BASE, `${BASE}/export`), { format })),
    paging: {
      ...(found.newer ? { newer: withParameters(address, { before: found.newer }) } : {}),
      ...(found.older ? { older: withParameters(address, { after: found.older }) } : {}),
    },
  };
  const data = found.items.map(({ id, content, version, status: current, authorName }) => ({
    id,
    content,
    version,
    status: current,
    name: authorName,
  }));
  return page.view('comments/list', {
    table: await tableOf(page, comments, { asked, list: found.items, more }),
    // The script of moderation changes the rows where they stand.
    isDrawn: false,
    data: { comments: data, status: status ?? '' },
    scripts: [await page.site.assets.url('comments-admin', 'moderation.js')],
    stylesheets: [await page.site.assets.url('comments-admin', 'moderation.css')],
  });
}

/** All comments of the list as a file. */
export function exportComments(page: ScreenContext, comments: Comments): Reply {
  return exportList(page, { name: 'comments', tables: tables(page, comments) });
}

async function* tables(page: ScreenContext, comments: Comments): AsyncGenerator<TableView> {
  const asked = readAsked(page);
  const oldestFirst = asked.direction === 'asc';
  for (let last: Comment | undefined; ; ) {
    const after = last ? { after: { createdAt: last.createdAt, id: last.id } } : {};
    const list = await comments.list({ ...filterOf(asked), ...after, oldestFirst, limit: STEP }, page.viewer);
    yield await tableOf(page, comments, { asked, list });
    last = list.at(-1);
    if (!last || list.length < STEP) return;
  }
}

function bulkOptions(status: CommentStatus | undefined): { value: string; label: string }[] {
  const acts = COMMENT_STATUSES.filter((name) => name !== status).map((value) => ({
    value: value as string,
    label: ACTS[value],
  }));
  return status === 'trash' || status === 'spam' ? [...acts, { value: 'delete', label: 'Delete for good' }] : acts;
}

async function filters(comments: Comments, current: CommentStatus | undefined) {
  const counts = await Promise.all(COMMENT_STATUSES.map((status) => comments.store.countByStatus(status, COUNTED)));
  const all = { label: 'All', url: BASE, isCurrent: current === undefined };
  const each = COMMENT_STATUSES.map((status, index) => ({
    label: WORDS[status].word,
    url: `${BASE}?status=${status}`,
    count: counts[index] ?? 0,
    isCurrent: status === current,
  }));
  return [all, ...each];
}

async function rows(page: ScreenContext, comments: Comments, list: readonly Comment[]): Promise<Row[]> {
  const { site, viewer } = page;
  const [entries, written] = await Promise.all([
    site.entries.getMany(
      list.map(({ entryId }) => entryId),
      viewer,
    ),
    comments.store.countByAuthors(list.map(({ authorEmail }) => authorEmail)),
  ]);
  return list.map((comment) => {
    const entry = entries.get(comment.entryId);
    const more = (written.get(comment.authorEmail) ?? 1) - 1;
    return {
      id: String(comment.id),
      label: `comment of ${comment.authorName}`,
      isSelectable: true,
      cells: {
        comment: { html: new SafeHtml(comment.content), note: comment.parentId ? 'in reply to another' : '' },
        author: {
          text: comment.authorName || 'Nobody',
          ...(more > 0
            ? {
                url: withParameters(BASE, { author: comment.authorEmail }),
                marks: [page.t('and {count} more', { count: more })],
              }
            : {}),
          note: [comment.authorEmail, comment.authorUrl, comment.authorAddress].filter(Boolean).join(' · '),
        },
        entry: entry
          ? { text: plainText(entry.title) || `#${entry.id}`, url: `${BASE}?entry=${entry.id}` }
          : { text: '–' },
        status: { badge: WORDS[comment.status] },
        time: { time: comment.createdAt },
      },
      actions: actions(comment),
    };
  });
}

function actions({ id, status }: Comment): RowAction[] {
  const post = (to: CommentStatus | 'delete', label: string, isDanger = false): RowAction => ({
    label,
    url: `${BASE}/${id}/${to}`,
    isPost: true,
    isDanger,
  });
  const edit: RowAction = { label: 'Edit', url: `${BASE}/${id}` };
  const reply: RowAction = { label: 'Reply', url: `${BASE}/${id}#reply` };
  if (status === 'trash' || status === 'spam')
    return [
      post('approved', 'Approve'),
      post('pending', status === 'spam' ? 'No spam' : 'Restore'),
      post('delete', 'Delete for good', true),
    ];
  const first = status === 'pending' ? post('approved', ACTS.approved) : post('pending', ACTS.pending);
  return [first, reply, edit, post('spam', ACTS.spam, true), post('trash', ACTS.trash, true)];
}
