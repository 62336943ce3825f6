import {
  type AdminInput,
  type DashboardWidget,
  decodeCursor,
  type FieldDefinition,
  GalleyError,
  makeControls,
  pageBothWays,
  plainText,
  type Reply,
  type Row,
  type RowAction,
  SafeHtml,
  type ScreenContext,
  type Site,
  safeRedirect,
  tableView,
  withParameters,
} from 'galley';
import { COMMENT_STATUSES, type Comment, type CommentStatus } from './comment.ts';
import type { Comments } from './comments.ts';

const BASE = '/admin/comments';
const PER_PAGE = 30;
const COUNTED = 1000;
const WORDS: Record<CommentStatus, { word: string; tone: string; done: string }> = {
  approved: { word: 'Approved', tone: 'success', done: 'approved. Visitors see it now' },
  pending: { word: 'Waiting', tone: 'warning', done: 'held back' },
  spam: { word: 'Spam', tone: 'danger', done: 'marked as spam' },
  trash: { word: 'In the trash', tone: 'danger', done: 'moved to the trash' },
};
const ACTS: Record<CommentStatus, string> = { approved: 'Approve', pending: 'Hold back', spam: 'Spam', trash: 'Trash' };
const FIELDS: Record<string, FieldDefinition> = {
  authorName: { kind: 'text', label: 'Name', required: true, maxLength: 245 },
  authorEmail: { kind: 'email', label: 'E-mail address', help: 'Never shown to visitors.', maxLength: 254 },
  authorUrl: { kind: 'url', label: 'Website', maxLength: 500 },
  content: { kind: 'textarea', label: 'Comment', required: true, maxLength: 65_000 },
};

/** The screens of comments: list with moderation, and the form of one. */
export function addAdmin(site: Site, comments: Comments): void {
  const moderate = { capability: 'moderate_comments' } as const;
  site.admin.menu.add(async ({ viewer }) => {
    if (!viewer.can('moderate_comments')) return [];
    const count = await comments.store.countByStatus('pending', 100);
    return [{ label: 'Comments', path: '/comments', group: 'content', icon: 'chat-left-text', order: 50, count }];
  });
  site.hooks.addCollector('admin:dashboard', (input) => waiting(comments, input));
  const query = ['status', 'search', 'after', 'before', 'entry'];
  site.admin.screen({
    path: '/comments',
    title: 'Comments',
    ...moderate,
    query,
    get: (page) => showList(page, comments),
  });
  site.admin.screen({
    path: '/comments/bulk',
    title: 'Several comments',
    ...moderate,
    post: (page) => act(page, comments, idsOf(page)),
  });
  site.admin.screen({
    path: '/comments/:id(int)',
    title: 'Edit comment',
    ...moderate,
    get: (page) => showForm(page, comments),
    post: (page) => save(page, comments),
  });
  for (const status of [...COMMENT_STATUSES, 'delete'] as const)
    site.admin.screen({
      path: `/comments/:id(int)/${status}`,
      title: 'Moderate',
      ...moderate,
      post: (page) => act(page, comments, [page.id()], status),
    });
  site.admin.settings.define('discussion', {
    title: 'Discussion',
    order: 3,
    options: ['default_comment_status', 'comments'],
    fields: () => ({
      default_comment_status: { choices: { open: 'Readers may comment', closed: 'No comments' } },
      'comments.moderation': {
        label: 'A new comment appears',
        choices: { new: 'At once, if its writer is known', all: 'When somebody has approved it', none: 'At once' },
      },
      'comments.maxLinks': { label: 'Links in a comment', help: 'With more than this it waits for approval.' },
      'comments.requireLogin': { label: 'Only who is logged in may comment' },
      'comments.blockedWords': {
        label: 'Words of spam',
        help: 'One on each line. Comments with one of them are spam.',
      },
      'comments.depth': { label: 'Depth of replies' },
      'comments.perPage': { label: 'Comments on a page' },
      'comments.closeAfterDays': { label: 'Close after so many days', help: '0 for never.' },
    }),
  });
}

async function waiting(comments: Comments, { viewer }: AdminInput): Promise<DashboardWidget[]> {
  if (!viewer.can('moderate_comments')) return [];
  const items = await comments.list({ status: 'pending', limit: 5 }, viewer);
  return [
    {
      id: 'comments',
      title: 'Comments waiting',
      icon: 'chat-left-text',
      order: 2,
      items: items.map((comment) => ({
        title: excerpt(comment),
        url: `${BASE}/${comment.id}`,
        note: comment.authorName,
        time: comment.createdAt,
      })),
      empty: 'No comment waits for you.',
      links: items.length > 0 ? [{ label: 'All that wait', url: `${BASE}?status=pending` }] : [],
    },
  ];
}

function excerpt({ content }: Comment, length = 110): string {
  const text = plainText(content.replace(/<\/(p|li|blockquote)>|<br\s*\/?>/gi, ' ')).trim();
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

function statusOf(page: ScreenContext): CommentStatus | undefined {
  return COMMENT_STATUSES.find((status) => status === page.text('status'));
}

async function showList(page: ScreenContext, comments: Comments): Promise<Reply> {
  const status = statusOf(page);
  const search = page.text('search').trim().slice(0, 100);
  const entryId = Number(page.text('entry')) || undefined;
  const place = { after: decodeCursor(page.text('after')), before: decodeCursor(page.text('before')) };
  const found = await pageBothWays(
    place,
    async (cursor, isReversed) => {
      const after = cursor && { createdAt: Number(cursor.value), id: cursor.id };
      const query = {
        ...(status ? { status } : {}),
        ...(search ? { search } : {}),
        entryId,
        after,
        oldestFirst: isReversed,
      };
      const list = await comments.list({ ...query, limit: PER_PAGE + 1 }, page.viewer);
      return { items: list.slice(0, PER_PAGE), hasMore: list.length > PER_PAGE };
    },
    (comment) => ({ value: comment.createdAt, id: comment.id }),
  );
  const address = withParameters(BASE, { status, search, entry: entryId });
  const table = tableView({
    caption: 'Comments',
    columns: [
      { key: 'comment', label: 'Comment' },
      { key: 'author', label: 'From', isMinor: true },
      { key: 'entry', label: 'Below', isMinor: true },
      { key: 'status', label: 'Status' },
      { key: 'time', label: 'When', isMinor: true },
    ],
    rows: await rows(page, found.items),
    filters: await filters(comments, status),
    search: { action: BASE, label: 'Look for words in comments', value: search, hidden: status ? { status } : {} },
    address,
    bulk: { action: `${BASE}/bulk`, options: bulkOptions(status) },
    paging: {
      newer: found.newer && withParameters(address, { before: found.newer }),
      older: found.older && withParameters(address, { after: found.older }),
    },
    empty: {
      title: status === 'pending' ? 'All done' : 'No comments',
      text: status === 'pending' ? 'No comment waits for you.' : 'What readers write stands here.',
    },
  });
  return page.view('list', { table });
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

async function rows({ site, viewer }: ScreenContext, comments: readonly Comment[]): Promise<Row[]> {
  const entries = await site.entries.getMany(
    comments.map(({ entryId }) => entryId),
    viewer,
  );
  return comments.map((comment) => {
    const entry = entries.get(comment.entryId);
    return {
      id: String(comment.id),
      label: `comment of ${comment.authorName}`,
      isSelectable: true,
      cells: {
        comment: { html: new SafeHtml(comment.content), note: comment.parentId ? 'in reply to another' : '' },
        author: {
          text: comment.authorName || 'Nobody',
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
  if (status === 'trash' || status === 'spam')
    return [
      post('approved', 'Approve'),
      post('pending', status === 'spam' ? 'No spam' : 'Restore'),
      post('delete', 'Delete for good', true),
    ];
  const first = status === 'pending' ? post('approved', ACTS.approved) : post('pending', ACTS.pending);
  return [first, edit, post('spam', ACTS.spam, true), post('trash', ACTS.trash, true)];
}

function idsOf(page: ScreenContext): number[] {
  const given = (page.values.get('ids') ?? []).flatMap((value) => value.split(','));
  return [...new Set(given.filter((value) => /^\d{1,15}$/.test(value)).map(Number))].slice(0, 100);
}

/** Changes the status of some comments and offers to take it back. */
async function act(
  page: ScreenContext,
  comments: Comments,
  ids: readonly number[],
  given?: CommentStatus | 'delete',
): Promise<Reply> {
  const what = given ?? page.value('action');
  const status = COMMENT_STATUSES.find((name) => name === what);
  const back = backOf(page);
  if (ids.length === 0 || (!status && what !== 'delete'))
    return page.redirect(back, { kind: 'warning', text: 'Select comments, and choose what is to be done.' });
  const before: Comment[] = [];
  for (const id of ids) {
    if (status) before.push(await comments.setStatus(id, status, page.viewer));
    else await comments.remove(id, page.viewer);
  }
  const noun = ids.length === 1 ? 'The comment is' : `${ids.length} comments are`;
  const text = `${noun} ${status ? WORDS[status].done : 'deleted for good'}.`;
  const [first] = before;
  const isSame =
    first !== undefined && before.every((comment) => comment.status === first.status) && first.status !== status;
  const undo = {
    label: 'Undo',
    action: `${BASE}/bulk`,
    values: { action: first?.status ?? '', ids: ids.join(','), back },
  };
  return page.redirect(back, { kind: 'success', text, ...(isSame ? { undo } : {}) });
}

function backOf(page: ScreenContext): string {
  const back = safeRedirect(page.value('back'), BASE);
  return /^\/admin\/comments(\?|$)/.test(back) ? back : BASE;
}

async function commentOf(page: ScreenContext, comments: Comments): Promise<Comment> {
  const comment = await comments.store.get(page.id());
  if (!comment) throw new GalleyError('GALLEY_INPUT_INVALID', 'There is no such comment.', { status: 404 });
  return comment;
}

async function showForm(page: ScreenContext, comments: Comments): Promise<Reply> {
  const comment = await commentOf(page, comments);
  return form(page, comment, { ...comment });
}

async function form(
  page: ScreenContext,
  comment: Comment,
  values: Record<string, unknown>,
  errors: Record<string, string> = {},
): Promise<Reply> {
  const { site, viewer } = page;
  const controls = await makeControls(FIELDS, { site, viewer, prefix: 'comment', values, errors, zone: 'UTC' });
  const summary = controls.filter(({ error }) => error).map(({ id, label, error }) => ({ id, label, message: error }));
  const data = {
    title: `Comment of ${comment.authorName || 'nobody'}`,
    breadcrumbs: [{ label: 'Comments', url: BASE }],
    controls,
    summary,
    submit: 'Save comment',
    cancel: BASE,
  };
  return page.view('form', data, { status: summary.length > 0 ? 422 : 200 });
}

async function save(page: ScreenContext, comments: Comments): Promise<Reply> {
  const comment = await commentOf(page, comments);
  const text = (name: string): string => page.value(`comment.${name}`).replace(/\r\n?/g, '\n').trim();
  const values = {
    authorName: text('authorName'),
    authorEmail: text('authorEmail'),
    authorUrl: text('authorUrl'),
    content: text('content'),
  };
  const errors: Record<string, string> = {};
  if (values.authorName === '' || values.authorName.length > 245) errors['comment.authorName'] = 'Write a name.';
  if (values.authorEmail !== '' && !/^[^\s@<>"]+@[^\s@<>"]+$/.test(values.authorEmail))
    errors['comment.authorEmail'] = 'This is no e-mail address.';
  if (values.authorUrl !== '' && !/^https?:\/\//i.test(values.authorUrl))
    errors['comment.authorUrl'] = 'Begin with http:// or https://.';
  if (values.content === '' || values.content.length > 65_000)
    errors['comment.content'] = 'Write something, at most 65,000 characters.';
  if (Object.keys(errors).length > 0) return form(page, comment, values, errors);
  await comments.update(comment.id, values, page.viewer);
  return page.redirect('/comments', { kind: 'success', text: 'The comment is saved.' });
}
