import {
  type Entry,
  type HookPart,
  loadPermalinks,
  plainText,
  type Site,
  type ViewComments,
  type Viewer,
} from 'galley';
import type { Comment } from './comment.ts';
import type { Comments } from './comments.ts';
import { commentUrls, viewComments } from './front.ts';
import { dateLabels, presentAuthor } from './present.ts';

type LatestComments = HookPart<'blocks:latest-comments', 'result'>;

interface Found {
  comment: Comment;
  entry: Entry;
}

const EXCERPT_WORDS = 20;
/** How often more comments are read where many stand below entries that the viewer may not see. */
const MAX_ROUNDS = 5;

/** Answers the blocks that show comments, where the plugin "blocks" is active. */
export function answerBlocks(site: Site, comments: Comments): void {
  const optional = { optional: true };
  site.hooks.addResponder('blocks:comments', (question) => answerComments(site, comments, question), optional);
  site.hooks.addResponder('blocks:latest-comments', (question) => latestComments(site, comments, question), optional);
}

async function answerComments(
  site: Site,
  comments: Comments,
  { entryIds, viewer, language, tag }: HookPart<'blocks:comments', 'input'>,
): Promise<Map<number, ViewComments>> {
  const links = await loadPermalinks(site);
  // What is said below an entry with a password is as secret as the entry.
  const entries = [...(await site.entries.getMany(entryIds, viewer)).values()].filter(
    (entry) => entry.password === '' && site.types.get(entry.type)?.supports.includes('comments'),
  );
  const counts = await comments.threads.counts(entries.map((entry) => entry.id));
  const commented = entries.map((entry) => ({ entry, url: links.entry(entry), count: counts.get(entry.id) ?? 0 }));
  return viewComments(site, comments, commented, { viewer, language, tag });
}

async function latestComments(
  site: Site,
  comments: Comments,
  { limit, viewer, language, tag }: HookPart<'blocks:latest-comments', 'input'>,
): Promise<LatestComments> {
  // Any change of an entry may show comments, or hide them.
  const types = site.types.list().filter(({ value }) => value.supports.includes('comments'));
  tag('comments', 'option:comments', ...types.map(({ name }) => `type:${name}`));
  const [links, dated] = await Promise.all([loadPermalinks(site), dateLabels(site, language)]);
  const found = await findLatest(site, comments, { limit, viewer });
  const urls = await commentUrls(
    comments,
    found.map(({ comment, entry }) => ({ comment, entryUrl: links.entry(entry) })),
  );
  return found.map(({ comment, entry }, index) => ({
    author: presentAuthor(comment),
    url: urls[index] ?? links.entry(entry),
    entry: { title: plainText(entry.title), url: links.entry(entry) },
    published: dated(comment.createdAt),
    excerpt: excerptOf(comment),
  }));
}

/** The newest comments below entries that the viewer may read. */
async function findLatest(
  site: Site,
  comments: Comments,
  { limit, viewer }: { limit: number; viewer: Viewer },
): Promise<Found[]> {
  const found: Found[] = [];
  for (let round = 0, after: Comment | undefined; round < MAX_ROUNDS && found.length < limit; round++) {
    const list = await comments.threads.latest(limit * (round + 1), after);
    const entries = await site.entries.getMany(
      list.map((comment) => comment.entryId),
      viewer,
    );
    for (const comment of list) {
      const entry = entries.get(comment.entryId);
      const isReadable = entry && entry.password === '' && ['publish', 'private', 'inherit'].includes(entry.status);
      if (isReadable) found.push({ comment, entry });
    }
    after = list.at(-1);
    if (list.length < limit * (round + 1)) break;
  }
  return found.slice(0, limit);
}

function excerptOf({ content }: Comment): string {
  const words = plainText(content.replace(/<\/(p|li|blockquote|pre)>|<br\s*\/?>/gi, ' '))
    .trim()
    .split(/\s+/);
  return words.length > EXCERPT_WORDS ? `${words.slice(0, EXCERPT_WORDS).join(' ')}…` : words.join(' ');
}
