import { join } from 'node:path';
import { type Reply, type ScreenContext, type Site, safeRedirect } from 'galley';
import { addModeration } from './admin-api.ts';
import { reply, save, showForm } from './admin-form.ts';
import { COMMENTS_QUERY, exportComments, showList } from './admin-list.ts';
import { commentWidgets } from './admin-widgets.ts';
import { BASE, WORDS } from './admin-words.ts';
import { COMMENT_STATUSES, type Comment, type CommentStatus } from './comment.ts';
import type { Comments } from './comments.ts';
import { keepHistory } from './history.ts';

const STATUS_LABELS = { open: 'Readers may comment', closed: 'No comments' };
const MODERATION_LABELS = {
  new: 'At once, if its writer is known',
  all: 'When somebody has approved it',
  none: 'At once',
};

/** The screens of comments: list with moderation, and the form of one. */
export function addAdmin(site: Site, comments: Comments): void {
  const moderate = { capability: 'moderate_comments' } as const;
  site.admin.views.folder(join(import.meta.dirname, 'views'));
  site.assets.folder('comments-admin', join(import.meta.dirname, 'assets'));
  addModeration(site, comments);
  keepHistory(site, comments);
  site.admin.menu.add(async ({ viewer }) => {
    if (!viewer.can('moderate_comments')) return [];
    const count = await comments.store.countByStatus('pending', 100);
    return [{ label: 'Comments', path: '/comments', group: 'content', icon: 'chat-left-text', order: 50, count }];
  });
  site.hooks.addCollector('admin:dashboard', (input) => commentWidgets(comments, input));
  site.admin.lists.extend('comments', { parameters: COMMENTS_QUERY });
  site.admin.screen({
    path: '/comments',
    title: 'Comments',
    ...moderate,
    query: COMMENTS_QUERY,
    get: (page) => showList(page, comments),
  });
  site.admin.screen({
    path: '/comments/export',
    title: 'Export a list',
    ...moderate,
    query: [...COMMENTS_QUERY, 'format'],
    get: (page) => exportComments(page, comments),
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
  site.admin.screen({
    path: '/comments/:id(int)/reply',
    title: 'Reply to a comment',
    ...moderate,
    post: (page) => reply(page, comments),
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
    options: ['default_comment_status', 'comments', 'comments_flood'],
    fields: () => ({
      default_comment_status: {
        choices: STATUS_LABELS,
        help: 'For posts that are written from now on. Each post has a switch of its own.',
      },
      'comments.moderation': {
        label: 'A new comment appears',
        choices: MODERATION_LABELS,
      },
      'comments.maxLinks': { label: 'Links in a comment', help: 'With more than this it waits for approval.' },
      'comments.requireLogin': {
        label: 'Only who is logged in may comment',
        help: 'Whoever is not is asked to log in where the form would be.',
      },
      'comments.blockedWords': {
        label: 'Words of spam',
        help: 'One on each line. Comments with one of them are spam.',
      },
      'comments.depth': { label: 'Depth of replies', help: 'Deeper ones stand on the last level. From 1 to 10.' },
      'comments.perPage': {
        label: 'Comments on a page',
        help: 'Threads that begin on one page; their replies come along. From 1 to 200.',
      },
      comments_flood: { help: 'Whoever is faster is asked to wait; what was typed stays. 0 for no limit.' },
      'comments.closeAfterDays': { label: 'Close after so many days', help: '0 for never.' },
    }),
  });
  site.admin.settings.define('comments-privacy', {
    title: 'Comments',
    within: 'privacy',
    options: ['comments_note', 'comments_address_days'],
    fields: () => ({
      comments_note: { help: 'What is kept of a comment and why. The page about privacy is linked behind it.' },
      comments_address_days: { help: 'They help against spam while a comment is new. 0 keeps them for good.' },
    }),
  });
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
