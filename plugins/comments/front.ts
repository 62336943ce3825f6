import {
  type Context,
  type Entry,
  escapeHtml,
  isLoggedIn,
  loadPermalinks,
  type PresentedEntry,
  type Reply,
  redirect,
  SafeHtml,
  type Site,
  type View,
  type ViewComments,
  type Viewer,
} from 'galley';
import type { Comment } from './comment.ts';
import type { ThreadPage } from './comment-threads.ts';
import type { Comments } from './comments.ts';
import { presentThreads } from './present.ts';

type Tag = (...tags: string[]) => void;

/** An entry whose comments are shown. */
export interface Commented {
  entry: Entry;
  /** Its path. */
  url: string;
  /** How many comments visitors see. */
  count: number;
}

/** What a rejected form brings back: what was typed, and what was wrong with it. */
export interface CommentFormState {
  values: Record<string, string>;
  errors: Record<string, string>;
  parentId: number | null;
}

/** How comments are shown. */
export interface CommentsRequest {
  viewer: Viewer;
  language: string;
  tag: Tag;
  /** Which page of the comments. Default 1. */
  page?: number;
  /** The comment that the form answers. */
  replyTo?: number | undefined;
  state?: CommentFormState | undefined;
  /** Proves that the form is the viewer's own; empty for who is not logged in. */
  formToken?: string;
}

const COMMENT_PAGE = /^(.*)\/comment-page-([1-9]\d{0,5})\/?$/;

/** The path of a page of comments, in WordPress's form. */
export function pageUrl(entryUrl: string, page: number): string {
  return page > 1 ? `${entryUrl}comment-page-${page}/` : entryUrl;
}

/** The paths of comments on the pages on which they stand. Two queries at most. */
export async function commentUrls(
  comments: Comments,
  list: readonly { comment: Comment; entryUrl: string }[],
): Promise<string[]> {
  const { perPage } = await comments.settings();
  const counts = await comments.threads.counts(list.map(({ comment }) => comment.entryId));
  const long = list.flatMap(({ comment }) => ((counts.get(comment.entryId) ?? 0) > perPage ? comment : []));
  const pages = await comments.threads.pagesOf(long, perPage);
  return list.map(({ comment, entryUrl }) => `${pageUrl(entryUrl, pages.get(comment.id) ?? 1)}#comment-${comment.id}`);
}

/** `/hello/comment-page-2/`: an entry with a further page of its comments. */
export async function showCommentPage(context: Context, comments: Comments): Promise<Reply | undefined> {
  const { site, viewer } = context;
  const match = COMMENT_PAGE.exec(context.path);
  if (!match) return undefined;
  const page = Number(match[2]);
  const found = await (await loadPermalinks(site)).resolve(match[1] ?? '', viewer);
  if (found?.kind !== 'entry' || !site.types.get(found.entry.type)?.supports.includes('comments')) return undefined;
  const front = site.services.use('front');
  const url = pageUrl(await front.urlOf(found.entry), page);
  const { perPage } = await comments.settings();
  if (page > (await comments.threads.pageCount(found.entry.id, perPage))) return undefined;
  if (page === 1 || !context.path.endsWith('/')) return redirect(url, 301);
  return front.showEntry(context, found.entry, { commentPage: page });
}

/** Adds the numbers of comments to all entries of a page. */
export async function countComments(
  comments: Comments,
  entries: PresentedEntry[],
  { tag }: { tag: Tag },
): Promise<PresentedEntry[]> {
  const counts = await comments.threads.keptCounts(entries.map((entry) => entry.id));
  return Promise.all(
    entries.map(async (entry) => {
      tag(`comments:${entry.id}`);
      return {
        ...entry,
        comments: { ...entry.comments, count: counts.get(entry.id) ?? 0, open: await comments.isOpen(entry.source) },
      };
    }),
  );
}

/** Puts the comments of an entry, and their form, into the view. */
export async function addComments(
  site: Site,
  comments: Comments,
  view: View,
  { tag, viewer }: { tag: Tag; viewer: Viewer },
): Promise<View> {
  const { entry } = view;
  if (!entry || entry.protected || !site.types.get(entry.type)?.supports.includes('comments')) return view;
  const state = view['commentForm'] as CommentFormState | undefined;
  const page = Number(view['commentPage'] ?? 1);
  const shown = await viewComments(
    site,
    comments,
    [{ entry: entry.source, url: entry.url, count: entry.comments.count }],
    {
      viewer,
      tag,
      page,
      language: view.site.language,
      replyTo: state?.parentId ?? (Number(view['replyTo'] ?? 0) || undefined),
      state,
      formToken: String(view['formToken'] ?? ''),
    },
  );
  const changed = { ...view, comments: shown.get(entry.id) };
  return page > 1
    ? { ...changed, page: { ...view.page, canonical: view.site.url + pageUrl(entry.url, page) } }
    : changed;
}

/** The comments of entries with their forms; those of all entries are read together. */
export async function viewComments(
  site: Site,
  comments: Comments,
  entries: readonly Commented[],
  request: CommentsRequest,
): Promise<Map<number, ViewComments>> {
  request.tag('option:comments', ...entries.map(({ entry }) => `comments:${entry.id}`));
  const { perPage } = await comments.settings();
  const counts = new Map(entries.map(({ entry, count }) => [entry.id, count]));
  const pages = await comments.threads.pages({ counts, page: request.page ?? 1, perPage });
  const result = new Map<number, ViewComments>();
  for (const commented of entries) {
    const page = pages.get(commented.entry.id);
    if (page) result.set(commented.entry.id, await viewOne(site, comments, { commented, page }, request));
  }
  return result;
}

async function viewOne(
  site: Site,
  comments: Comments,
  { commented, page }: { commented: Commented; page: ThreadPage },
  request: CommentsRequest,
): Promise<ViewComments> {
  const { entry, url, count } = commented;
  const settings = await comments.settings();
  const requiresLogin = settings.requireLogin && !isLoggedIn(request.viewer);
  const open = await comments.isOpen(entry);
  const here = pageUrl(url, page.page);
  const items = await presentThreads(site, page.comments, {
    entry,
    url: here,
    language: request.language,
    depth: settings.depth,
    canReply: open && !requiresLogin,
  });
  const { page: number, pages, total } = page;
  const pagination = site.services
    .use('front')
    .paginate((to) => `${pageUrl(url, to)}#comments`, { page: number, pages, total });
  return {
    open,
    requiresLogin,
    count,
    heading: '',
    items: await site.hooks.applyFilters('comments:presenting', items, { site }),
    form: await viewForm(comments, commented, { ...request, here }),
    ...(pages > 1 ? { pagination } : {}),
  };
}

async function viewForm(
  comments: Comments,
  { entry }: Commented,
  { replyTo, state, formToken, viewer, here }: CommentsRequest & { here: string },
): Promise<ViewComments['form']> {
  const asked = replyTo === undefined ? undefined : await comments.store.get(replyTo);
  const parent = asked?.entryId === entry.id && asked.status === 'approved' ? asked : undefined;
  const token = `<input type="hidden" name="_token" value="${escapeHtml(formToken ?? '')}">`;
  return {
    action: '/comments',
    entryId: entry.id,
    parentId: parent?.id ?? null,
    values: state?.values ?? {},
    errors: state?.errors ?? {},
    note: await comments.note(),
    replyingTo: parent ? { name: parent.authorName, cancelUrl: `${here}#respond` } : null,
    ...(formToken ? { signedIn: viewer.name, hidden: [new SafeHtml(token)] } : {}),
  };
}
