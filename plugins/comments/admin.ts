import { join } from 'node:path';
import type { Site } from 'galley';
import { act, actOnOne, COMMENT_ACTS } from './admin-acts.ts';
import { addModeration } from './admin-api.ts';
import { reply, save, showForm } from './admin-form.ts';
import { COMMENTS_QUERY, exportComments, listIds, showList } from './admin-list.ts';
import { commentWidgets } from './admin-widgets.ts';
import type { Comments } from './comments.ts';
import { keepHistory } from './history.ts';

const STATUS_LABELS = { open: 'Readers may comment', closed: 'No comments' };
const MODERATION_LABELS = {
  new: 'At once, if its writer is known',
  all: 'When somebody has approved it',
  none: 'At once',
};

/** What the script of moderation knows besides the keys of all lists. */
const KEYS = [
  { keys: 'a', label: 'Approve' },
  { keys: 'u', label: 'Hold back' },
  { keys: 'f', label: 'Flag' },
  { keys: 's', label: 'Spam' },
  { keys: 'd', label: 'Trash' },
  { keys: 'r', label: 'Reply' },
  { keys: 'e', label: 'Edit' },
  { keys: 'z', label: 'Take back' },
];

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
    const words = { label: 'Comments', searchWords: 'discussion, replies, moderation, spam' };
    return [{ ...words, path: '/comments', group: 'content', icon: 'chat-left-text', order: 50, count }];
  });
  site.hooks.addCollector('admin:dashboard', (input) => commentWidgets(comments, input));
  site.admin.lists.extend('comments', { parameters: COMMENTS_QUERY });
  site.admin.screen({
    path: '/comments',
    title: 'Comments',
    ...moderate,
    query: COMMENTS_QUERY,
    help: 'What waits is seen by nobody but you and who wrote it. J and K walk the list; the keys of each act are under the question mark.',
    keys: KEYS,
    get: (page) => showList(page, comments),
  });
  site.admin.screen({
    path: '/comments/ids',
    title: 'All comments of a list',
    ...moderate,
    query: COMMENTS_QUERY,
    get: (page) => listIds(page, comments),
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
    post: (page) => act(page, comments),
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
  for (const name of COMMENT_ACTS)
    site.admin.screen({
      path: `/comments/:id(int)/${name}`,
      title: 'Moderate',
      ...moderate,
      post: (page) => actOnOne(page, comments, name),
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
