import {
  type Entry,
  formatDate,
  initialsOf,
  loadPermalinks,
  type PresentedComment,
  type PresentedDate,
  SafeHtml,
  type Site,
} from 'galley';
import type { Comment } from './comment.ts';

/** Where comments are shown. */
export interface ThreadPlace {
  entry: Entry;
  /** The path of the page on which they stand. */
  url: string;
  language: string;
  /** How deep replies stand below each other. */
  depth: number;
  canReply: boolean;
}

/** Makes labels of dates as the site writes them. */
export async function dateLabels(site: Site, language: string): Promise<(time: number) => PresentedDate> {
  const [{ zone }, format] = await Promise.all([loadPermalinks(site), site.options.get<string>('date_format')]);
  return (time) => ({ iso: new Date(time).toISOString(), label: formatDate(time, { zone, language, format }) });
}

/** Who wrote a comment, as the public may see it: never the e-mail address. */
export function presentAuthor({ authorName, authorUrl }: Comment, avatar?: string): PresentedComment['author'] {
  return { name: authorName, url: authorUrl, initials: initialsOf(authorName), ...(avatar ? { avatar } : {}) };
}

/**
 * Comments as templates show them, each reply below what it answers.
 * @param list comments of one entry with the threads whole, oldest first
 */
export async function presentThreads(
  site: Site,
  list: readonly Comment[],
  place: ThreadPlace,
): Promise<PresentedComment[]> {
  const dated = await dateLabels(site, place.language);
  const pictures = await site.services.find('pictures')?.of(list.flatMap(({ userId }) => userId ?? []));
  const nodes = list.map((comment) => {
    const shown = presentOne(comment, place, dated);
    return { comment, shown: { ...shown, author: presentAuthor(comment, pictures?.get(comment.userId ?? 0)) } };
  });
  return nest(nodes, place.depth);
}

function presentOne(
  comment: Comment,
  { entry, url, canReply }: ThreadPlace,
  dated: (time: number) => PresentedDate,
): PresentedComment {
  return {
    id: comment.id,
    author: presentAuthor(comment),
    html: new SafeHtml(comment.content),
    published: dated(comment.createdAt),
    url: `${url}#comment-${comment.id}`,
    ...(canReply ? { replyUrl: `${url}?replyto=${comment.id}#respond` } : {}),
    pending: comment.status === 'pending',
    byAuthor: comment.userId !== null && comment.userId === entry.authorId,
    depth: 1,
    children: [],
  };
}

interface Node {
  comment: Comment;
  shown: PresentedComment;
}

/** Puts replies below what they answer; what would stand too deep stays on the deepest level. */
function nest(nodes: readonly Node[], maxDepth: number): PresentedComment[] {
  const byId = new Map(nodes.map((node) => [node.comment.id, node]));
  const answers = new Map<number, Node[]>(nodes.map((node) => [node.comment.id, []]));
  const tops: Node[] = [];
  for (const node of nodes) {
    const { parentId, threadId } = node.comment;
    // Where what it answers is not shown, it answers what the thread began with.
    const parent = byId.get(parentId ?? 0) ?? byId.get(threadId ?? 0);
    if (!parent) tops.push(node);
    else answers.get(parent.comment.id)?.push(node);
  }
  const place = (node: Node, list: PresentedComment[], depth: number): void => {
    node.shown.depth = depth;
    list.push(node.shown);
    const isDeepest = depth >= maxDepth;
    for (const answer of answers.get(node.comment.id) ?? [])
      place(answer, isDeepest ? list : node.shown.children, isDeepest ? depth : depth + 1);
  };
  const result: PresentedComment[] = [];
  for (const top of tops) place(top, result, 1);
  return result;
}
