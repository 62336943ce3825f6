import {
  formatDate,
  isLoggedIn,
  loadPermalinks,
  type PresentedComment,
  type PresentedEntry,
  SafeHtml,
  type Site,
  type View,
  type ViewComments,
  type Viewer,
} from 'galley';
import type { Comment } from './comment.ts';
import type { Comments } from './comments.ts';

type Tag = (...tags: string[]) => void;

/** Comments of one entry that are read at most. */
const MOST = 1000;

/** Adds the numbers of comments to all entries of a page. */
export async function countComments(
  comments: Comments,
  entries: PresentedEntry[],
  { tag }: { tag: Tag },
): Promise<PresentedEntry[]> {
  const counts = await comments.store.counts(entries.map((entry) => entry.id));
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

/** What a rejected form brings back: what was typed, and what was wrong with it. */
export interface CommentFormState {
  values: Record<string, string>;
  errors: Record<string, string>;
  parentId: number | null;
}

/** Puts the comments of an entry, and their form, into the view. */
export async function addComments(
  site: Site,
  comments: Comments,
  view: View,
  context: { tag: Tag; viewer: Viewer },
): Promise<View> {
  const { entry } = view;
  if (!entry || entry.protected || !site.types.get(entry.type)?.supports.includes('comments')) return view;
  context.tag(`comments:${entry.id}`, 'option:comments');
  const settings = await comments.settings();
  const list = await comments.store.list({ entryId: entry.id, status: 'approved', oldestFirst: true, limit: MOST });
  const presented = await presentComments(site, entry, list, view.site.language);
  const items = nest(presented, list, settings.depth);
  const state = view['commentForm'] as CommentFormState | undefined;
  const replyTo = state?.parentId ?? (Number(view['replyTo'] ?? 0) || null);
  const parent = list.find((comment) => comment.id === replyTo);
  const result: ViewComments = {
    open: await comments.isOpen(entry.source),
    requiresLogin: settings.requireLogin && !isLoggedIn(context.viewer),
    count: list.length,
    heading: '',
    items: await site.hooks.applyFilters('comments:presenting', items, { site }),
    form: {
      action: '/comments',
      entryId: entry.id,
      parentId: parent?.id ?? null,
      values: state?.values ?? {},
      errors: state?.errors ?? {},
      replyingTo: parent ? { name: parent.authorName, cancelUrl: `${entry.url}#respond` } : null,
    },
  };
  return { ...view, comments: result };
}

async function presentComments(
  site: Site,
  entry: PresentedEntry,
  list: readonly Comment[],
  language: string,
): Promise<PresentedComment[]> {
  const [links, format] = await Promise.all([loadPermalinks(site), site.options.get<string>('date_format')]);
  return list.map((comment) => ({
    id: comment.id,
    author: {
      name: comment.authorName,
      url: comment.authorUrl,
      initials: initialsOf(comment.authorName),
    },
    html: new SafeHtml(comment.content),
    published: {
      iso: new Date(comment.createdAt).toISOString(),
      label: formatDate(comment.createdAt, { zone: links.zone, language, format }),
    },
    url: `${entry.url}#comment-${comment.id}`,
    replyUrl: `${entry.url}?replyto=${comment.id}#respond`,
    pending: comment.status === 'pending',
    byAuthor: comment.userId !== null && comment.userId === entry.source.authorId,
    depth: 1,
    children: [],
  }));
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : '']
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}

/** Puts replies below what they answer; what would stand too deep stays on the deepest level. */
function nest(presented: PresentedComment[], list: readonly Comment[], maxDepth: number): PresentedComment[] {
  const byId = new Map(presented.map((comment) => [comment.id, comment]));
  const parents = new Map<number, PresentedComment>();
  const top: PresentedComment[] = [];
  for (const [index, comment] of presented.entries()) {
    let parent = byId.get(list[index]?.parentId ?? 0);
    if (parent && parent.depth >= maxDepth) parent = parents.get(parent.id) ?? parent;
    if (!parent) {
      top.push(comment);
      continue;
    }
    comment.depth = parent.depth + 1;
    parents.set(comment.id, parent);
    parent.children.push(comment);
  }
  return top;
}
