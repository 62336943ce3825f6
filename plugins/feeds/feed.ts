import {
  type Context,
  type EntryQuery,
  keptEntries,
  loadPermalinks,
  type PresentedEntry,
  type Reply,
  redirect,
  xml,
} from 'galley';
import { renderAtom } from './atom.ts';
import { renderRss } from './rss.ts';

/** What a feed is of. */
export interface Feed {
  title: string;
  description: string;
  /** The page that the feed belongs to, and the feed itself; absolute. */
  link: string;
  self: string;
  origin: string;
  language: string;
  /** When anything in it changed last, in milliseconds. */
  updated: number;
  entries: PresentedEntry[];
}

const FEED = /^(.*?)\/feed(?:\/(rss|rss2|atom|rdf))?\/?$/;

interface Subject {
  title: string;
  path: string;
  query: EntryQuery;
  tags: string[];
}

/** `/feed/`, `/category/news/feed/`, `/author/ada/feed/atom/` and so on. */
export async function showFeed(context: Context): Promise<Reply | undefined> {
  const match = FEED.exec(context.path);
  if (!match) return undefined;
  const format = match[2] === 'atom' ? 'atom' : 'rss';
  const canonical = `${match[1] ?? ''}/feed/${format === 'atom' ? 'atom/' : ''}`;
  if (context.path !== canonical) return redirect(encodeURI(canonical), 301);
  const subject = await findSubject(context, match[1] ?? '');
  return subject && renderFeed(context, subject, { format, canonical });
}

async function findSubject({ site }: Context, path: string): Promise<Subject | undefined> {
  const links = await loadPermalinks(site);
  const match = await links.resolve(path);
  if (path === '') return { title: '', path: '/', query: {}, tags: ['type:post'] };
  if (match?.kind === 'term') {
    const { id, name, taxonomy } = match.term;
    // With what stands below it, as on the page that the feed belongs to.
    const ids = site.taxonomies.need(taxonomy).hierarchical
      ? await site.cache.remember(`family:${id}`, { tags: [`taxonomy:${taxonomy}`] }, () => site.terms.descendants(id))
      : [id];
    return {
      title: name,
      path: links.term(match.term),
      query: { term: { taxonomy, ids } },
      tags: [...ids.map((one) => `term:${one}`), `taxonomy:${taxonomy}`],
    };
  }
  if (match?.kind !== 'author') return undefined;
  const user = await site.users.findBySlug(match.slug);
  return (
    user && {
      title: user.name,
      path: links.author(user.slug),
      query: { author: user.id },
      tags: [`author:${user.id}`, `user:${user.id}`],
    }
  );
}

async function renderFeed(
  context: Context,
  subject: Subject,
  { format, canonical }: { format: 'rss' | 'atom'; canonical: string },
): Promise<Reply | undefined> {
  const { site, origin } = context;
  context.tag(...subject.tags);
  const [limit, title, tagline, language] = await Promise.all([
    site.options.get<number>('feed_items'),
    site.options.get<string>('title'),
    site.options.get<string>('tagline'),
    site.options.get<string>('language'),
  ]);
  const items = await keptEntries(site, { type: 'post', ...subject.query, limit });
  // Who has published nothing has no feed: it would tell who has an account.
  if (items.length === 0 && subject.query.author !== undefined) return undefined;
  const entries = await site.entries.present(items, { content: true, tag: (...tags) => context.tag(...tags) });
  const feed: Feed = {
    title: subject.title ? `${subject.title} – ${title}` : title,
    description: tagline,
    language,
    origin,
    entries,
    link: origin + subject.path,
    self: origin + canonical,
    updated: Math.max(0, ...items.map((entry) => entry.modifiedAt)),
  };
  const reply =
    format === 'atom'
      ? xml(renderAtom(feed), { type: 'application/atom+xml' })
      : xml(renderRss(feed), { type: 'application/rss+xml' });
  // When it was made, not when an entry was written: an entry that is removed changes the feed as well.
  return reply.header('last-modified', new Date().toUTCString());
}
