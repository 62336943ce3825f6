import { type Context, definePlugin } from 'galley';
import { addAdmin } from './admin.ts';
import { answerBlocks } from './blocks.ts';
import { addCommands } from './cli.ts';
import { CommentStore } from './comment-store.ts';
import { Comments } from './comments.ts';
import { containedGuard, containedNews } from './contained-guard.ts';
import { type CommentForm, postComment } from './form.ts';
import { addComments, countComments, showCommentPage } from './front.ts';
import { defineModeration } from './moderation.ts';
import { definePrivacy } from './privacy.ts';

declare module 'galley' {
  interface Services {
    comments: Comments;
  }
}

export default definePlugin((site) => {
  defineModeration(site);
  definePrivacy(site);
  const store = new CommentStore(site);
  const comments = new Comments(site, store);
  site.services.provide('comments', comments);
  addAdmin(site, comments);
  site.hooks.define('comment:saving', {
    kind: 'filter',
    summary: 'A comment is about to be saved. Change it, its status too, or throw a GalleyError to refuse.',
    args: { comment: 'the comment as it will be stored', context: 'who writes, and the comment as it was' },
  });
  site.hooks.define('comment:saved', {
    kind: 'action',
    summary: 'A comment was added or changed.',
    args: { event: 'the comment, how it was, who did it' },
  });
  site.hooks.define('comments:presenting', {
    kind: 'filter',
    onError: 'skip',
    summary: 'The comments of a page are prepared for the theme, all at once.',
    args: { comments: 'the comments, replies below what they answer', context: 'the site' },
  });
  site.contained.adapters.set('comment:saving', containedGuard);
  site.contained.adapters.set('comment:saved', containedNews);
  site.hooks.addFilter('entries:presenting', (entries, context) => countComments(comments, entries, context));
  site.hooks.addFilter('view:page', (view, context) => addComments(site, comments, view, context));
  site.hooks.addFilter('entry:removing', async (entry) => {
    await comments.forgetEntry(entry.id);
    return entry;
  });
  answerBlocks(site, comments);
  addCommands(site, comments);
  // Before the posts plugin, which would look for an entry of that name.
  site.routes.fallback((context) => showCommentPage(context, comments), {
    priority: 40,
    cache: { query: ['replyto'] },
  });
  site.routes.post(
    '/comments',
    { name: 'comments.post', public: true, schema: postComment.schema, rateLimit: { max: 10, seconds: 300 } },
    (context) => postComment(context as Context<Record<string, never>, Record<string, unknown>, CommentForm>, comments),
  );
});
