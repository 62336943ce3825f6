import {
  archiveTemplates,
  authorTemplates,
  baseView,
  type Context,
  dateTemplates,
  type Entry,
  type EntryQuery,
  entryTemplates,
  formatDate,
  frontPageTemplates,
  homeTemplates,
  loadPermalinks,
  type Match,
  type Permalinks,
  type PresentedEntry,
  type Reply,
  redirect,
  SafeHtml,
  termTemplates,
  type View,
  view,
  zonedTime,
} from 'galley';
import { adjacentOf, relatedTo } from './neighbours.ts';
import { paginate } from './pagination.ts';
import { unlockedIds } from './password.ts';

const PAGED = /^(.*?)\/page\/([1-9]\d{0,5})$/;
const PART = /^(.+)\/([1-9]\d{0,2})$/;

interface Address {
  path: string;
  page: number;
}

/** Takes `/page/2` off the end of a path. */
function readAddress(path: string): Address {
  const trimmed = path.replace(/\/+$/, '');
  const match = PAGED.exec(trimmed);
  return match ? { path: match[1] ?? '', page: Number(match[2]) } : { path: trimmed, page: 1 };
}

/** Answers every public page: front page, posts, pages, and the lists by term, author, date and type. */
export async function showFront(context: Context): Promise<Reply | undefined> {
  const links = await loadPermalinks(context.site);
  const plain = await redirectPlain(context, links);
  if (plain) return plain;
  const address = readAddress(context.path);
  const match = await links.resolve(address.path, context.viewer);
  if (!match) return showPart(context, links, address);
  if (match.kind === 'redirect') return redirect(match.to, 301);
  if (!context.path.endsWith('/')) return redirect(encodeURI(`${context.path}/`), 301);
  if (match.kind === 'entry' && address.page === 1) return showEntry(context, links, match.entry, 1);
  return showList(context, links, { match, address });
}

/** `/?p=12`: the address of what has no better one, and of old links. */
async function redirectPlain(context: Context, links: Permalinks): Promise<Reply | undefined> {
  const id = Number(context.query['p'] ?? context.query['page_id'] ?? 0);
  if (!Number.isSafeInteger(id) || id <= 0 || context.path !== '/') return undefined;
  const entry = await context.site.entries.get(id, context.viewer);
  if (!entry || entry.status === 'trash' || !context.site.types.get(entry.type)?.public) return undefined;
  const url = links.entry(entry);
  // What is not published yet has its address only later: whoever may edit it sees it here.
  const isPreview = !['publish', 'private', 'inherit'].includes(entry.status);
  return isPreview || url.startsWith('/?') ? showEntry(context, links, entry, 1) : redirect(url, 301);
}

/** `/hello/2/`: the second part of an entry with page breaks. */
async function showPart(context: Context, links: Permalinks, { path }: Address): Promise<Reply | undefined> {
  const match = PART.exec(path);
  const found = match && (await links.resolve(match[1] ?? '', context.viewer));
  if (found?.kind !== 'entry') return undefined;
  const part = Number(match?.[2]);
  const parts = context.site.blocks.splitPages(found.entry.content).length;
  return part > 1 && part <= parts ? showEntry(context, links, found.entry, part) : undefined;
}

/** The page of one entry. @param extra what is added to its view, such as a rejected form */
export async function showEntry(
  context: Context,
  links: Permalinks,
  entry: Entry,
  part: number,
  extra: Partial<View> = {},
): Promise<Reply> {
  const { site, viewer } = context;
  if (entry.id === links.postsPageId)
    return (await showList(context, links, {
      match: { kind: 'home' },
      address: { path: links.entry(entry).replace(/\/$/, ''), page: 1 },
      heading: entry.title,
    })) as Reply;
  const tag = (...tags: string[]): void => context.tag(...tags);
  const unlocked = unlockedIds(context, entry);
  const related = entry.type === 'post' ? await relatedTo(site, entry, tag) : [];
  // All together, so that whatever enriches entries asks once.
  const options = { viewer, content: [entry.id], part, tag, unlocked };
  const all = await site.entries.present([entry, ...related], options);
  const presented = all.find((item) => item.id === entry.id);
  if (!presented) throw new Error(`Entry ${entry.id} was dropped while it was presented.`);
  const isFront = entry.id === links.frontPageId;
  const page = await baseView(site, context.origin, {
    kind: entry.type === 'page' ? 'page' : entry.type === 'attachment' ? 'attachment' : 'single',
    number: part,
    heading: presented.title,
    description: presented.protected ? '' : descriptionOf(presented),
    canonical: part > 1 ? `${presented.url}${part}/` : presented.url,
    bodyClasses: [
      `${entry.type}-${entry.id}`,
      ...(presented.terms['category'] ?? []).map((term) => `category-${term.slug}`),
    ],
    ...(entry.status === 'publish' || entry.status === 'inherit' ? {} : { robots: 'noindex' }),
  });
  const data: View = { ...page, entry: presented, replyTo: Number(context.query['replyto'] ?? 0), ...extra };
  if (entry.type === 'post') {
    data.adjacent = await adjacentOf(site, entry, links, tag);
    data.related = all.filter((item) => item !== presented);
  }
  return view(isFront ? frontPageTemplates(entry) : entryTemplates(entry), data);
}

function descriptionOf(entry: PresentedEntry): string {
  return entry.excerpt.value.replace(/<[^>]*>/g, '').slice(0, 200);
}

interface ListRequest {
  match: Match;
  address: Address;
  heading?: string;
}

/** What a list shows: which entries, under which heading, by which templates. */
interface List {
  query: EntryQuery;
  kind: string;
  heading: string;
  templates: string[];
  base: string;
  tags: string[];
  extra: Partial<View>;
}

async function showList(context: Context, links: Permalinks, request: ListRequest): Promise<Reply | undefined> {
  const { site, viewer } = context;
  const list = await describeList(context, links, request);
  if (!list) return undefined;
  context.tag(...list.tags);
  const { page } = request.address;
  const limit = await site.options.get<number>('posts_per_page');
  const [found, stickies] = await Promise.all([
    site.entries.page({ type: 'post', ...list.query, limit, body: false }, page, viewer),
    list.kind === 'home' && page === 1
      ? site.entries.find({ type: 'post', sticky: true, limit, body: false }, viewer).then((result) => result.items)
      : [],
  ]);
  // Only who has published something is public; anything else would tell who has an account.
  if (found.items.length === 0 && (page > 1 || list.kind === 'author')) return undefined;
  const ids = new Set(stickies.map((entry) => entry.id));
  const entries = await site.entries.present([...stickies, ...found.items.filter((entry) => !ids.has(entry.id))], {
    viewer,
    tag: (...tags) => context.tag(...tags),
  });
  const base = await baseView(site, context.origin, {
    kind: list.kind,
    heading: list.heading,
    number: page,
    canonical: page > 1 ? `${list.base}page/${page}/` : list.base,
  });
  return view(list.templates, { ...base, ...list.extra, entries, pagination: paginate(list.base, found) });
}

async function describeList(
  context: Context,
  links: Permalinks,
  { match, heading, address }: ListRequest,
): Promise<List | undefined> {
  const { site } = context;
  switch (match.kind) {
    case 'home':
      return {
        query: {},
        kind: 'home',
        heading: heading ?? '',
        templates: homeTemplates(),
        base: heading === undefined ? '/' : `${address.path}/`,
        tags: ['type:post'],
        extra: {},
      };
    case 'term':
      return describeTerm(context, links, match.term);
    case 'author':
      return describeAuthor(context, links, match.slug);
    case 'date':
      return describeDate(context, links, match);
    case 'archive': {
      const type = site.types.need(match.type);
      return {
        query: { type: type.name },
        kind: 'archive',
        heading: type.title,
        templates: archiveTemplates(type.name),
        base: links.archive(type.name) ?? '/',
        tags: [`type:${type.name}`],
        extra: {},
      };
    }
    case 'entry':
      return match.entry.id === links.postsPageId
        ? describeList(context, links, { match: { kind: 'home' }, address, heading: match.entry.title })
        : undefined;
    default:
      return undefined;
  }
}

async function describeTerm(
  { site }: Context,
  links: Permalinks,
  term: Extract<Match, { kind: 'term' }>['term'],
): Promise<List> {
  const definition = site.taxonomies.need(term.taxonomy);
  const { ids, children } = definition.hierarchical
    ? await site.cache.remember(`term-family:${term.id}`, { tags: [`taxonomy:${term.taxonomy}`] }, async () => ({
        ids: await site.terms.descendants(term.id),
        children: await site.terms.list(term.taxonomy, { parent: term.id }),
      }))
    : { ids: [term.id], children: [] };
  const [counted] = await site.terms.withCounts([term]);
  const kind = term.taxonomy === 'category' ? 'category' : term.taxonomy === 'post_tag' ? 'tag' : 'taxonomy';
  const url = links.term(term);
  return {
    query: {
      type:
        site.types
          .publicNames()
          .filter((name) => site.types.need(name).taxonomies.includes(term.taxonomy))
          .at(0) ?? 'post',
      term: { taxonomy: term.taxonomy, ids },
    },
    kind,
    heading: term.name,
    templates: termTemplates(term),
    base: url,
    tags: [...ids.map((id) => `term:${id}`), `taxonomy:${term.taxonomy}`],
    extra: {
      term: {
        name: term.name,
        description: new SafeHtml(term.description),
        taxonomy: term.taxonomy,
        url,
        count: counted?.count ?? 0,
        children: children.map((child) => ({ name: child.name, slug: child.slug, url: links.term(child) })),
      },
    },
  };
}

async function describeAuthor({ site }: Context, links: Permalinks, slug: string): Promise<List | undefined> {
  const user = await site.users.findBySlug(slug);
  if (!user) return undefined;
  const url = links.author(user.slug);
  return {
    query: { author: user.id },
    kind: 'author',
    heading: user.name,
    templates: authorTemplates(user),
    base: url,
    tags: [`author:${user.id}`, `user:${user.id}`],
    extra: { author: { name: user.name, slug: user.slug, url, bio: user.bio, website: user.url, initials: '' } },
  };
}

async function describeDate(
  { site }: Context,
  links: Permalinks,
  { year, month, day }: Extract<Match, { kind: 'date' }>,
): Promise<List> {
  const language = await site.options.get<string>('language');
  const format = day !== undefined ? 'j F Y' : month !== undefined ? 'F Y' : 'Y';
  const label = formatDate(zonedTime(links.zone, { year, month: month ?? 1, day: day ?? 1 }), {
    zone: links.zone,
    language,
    format,
  });
  return {
    query: { year, month, day },
    kind: 'date',
    heading: label,
    templates: dateTemplates(),
    base: links.date(year, month, day),
    tags: ['type:post'],
    extra: { date: { label, year, month, day } },
  };
}
