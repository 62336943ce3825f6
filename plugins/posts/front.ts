import {
  ANONYMOUS,
  baseView,
  type Context,
  type Entry,
  entryTemplates,
  frontPageTemplates,
  keptPage,
  loadPermalinks,
  type Permalinks,
  type PresentedEntry,
  type Reply,
  type Site,
  SYSTEM,
  sumOf,
  type View,
  view,
} from 'galley';
import { type Address, moveTo, readAddress, readPart } from './address.ts';
import { describeList, type List, type ListRequest } from './lists.ts';
import { adjacentOf, relatedTo } from './neighbours.ts';
import { paginate } from './pagination.ts';
import { unlockedIds } from './password.ts';

/** Answers every public page: front page, posts, pages, and the lists by term, author, date and type. */
export async function showFront(context: Context): Promise<Reply | undefined> {
  const links = await loadPermalinks(context.site);
  const plain = await redirectPlain(context, links);
  if (plain) return plain;
  const address = readAddress(context.path);
  const match = await links.resolve(address.path, context.viewer);
  if (!match) return showPart(context, links, address);
  if (match.kind === 'redirect') return moveTo(context, match.to);
  if (address.isFirst || !context.path.endsWith('/'))
    return moveTo(context, encodeURI(`${address.isFirst ? address.path : context.path}/`));
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
  return isPreview || url.startsWith('/?') ? showEntry(context, links, entry, 1) : moveTo(context, url);
}

/** `/hello/2/`: the second part of an entry with page breaks. */
async function showPart(context: Context, links: Permalinks, { path }: Address): Promise<Reply | undefined> {
  const wanted = readPart(path);
  if (!wanted) return undefined;
  const { part } = wanted;
  const found = await links.resolve(wanted.path, context.viewer);
  if (found?.kind !== 'entry') return undefined;
  const parts = context.site.blocks.splitPages(found.entry.content).length;
  if (part < 2 || part > parts) return undefined;
  if (!context.path.endsWith('/')) return moveTo(context, encodeURI(`${context.path}/`));
  return showEntry(context, links, found.entry, part);
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
  // One that is not stored yet has no number, and is none of the two that settings name.
  const isStored = entry.id > 0;
  if (isStored && entry.id === links.postsPageId)
    return (await showList(context, links, {
      match: { kind: 'home' },
      address: readAddress(links.entry(entry)),
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
  const isFront = isStored && entry.id === links.frontPageId;
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
  const data: View = {
    ...page,
    entry: presented,
    replyTo: Number(context.query['replyto'] ?? 0),
    // Forms of whoever is logged in must prove that they are his.
    formToken: context.isFrozen ? '' : context.csrfToken(),
    ...extra,
  };
  if (entry.type === 'post') {
    data.adjacent = await adjacentOf(site, entry, links, tag);
    data.related = all.filter((item) => item !== presented);
  }
  return view(isFront ? frontPageTemplates(entry) : entryTemplates(entry), data);
}

function descriptionOf(entry: PresentedEntry): string {
  return entry.excerpt.value.replace(/<[^>]*>/g, '').slice(0, 200);
}

/** Most sites have nothing that is sticky, and need not look for it each time. */
function mayHaveStickies(site: Site): Promise<boolean> {
  return site.cache.remember('has-stickies', { tags: ['type:post'] }, async () => {
    return (await site.entries.count({ type: 'post', sticky: true }, SYSTEM, 1)) > 0;
  });
}

/** Whose pages lead to a list of his posts has one, if an empty one. */
async function isPublicList(site: Site, { kind, query }: Pick<List, 'kind' | 'query'>): Promise<boolean> {
  if (kind !== 'author') return true;
  const counts = await site.entries.counts(`author:${Number(query.author)}`);
  return site.types.publicNames().some((type) => sumOf(counts, type) > 0);
}

async function showList(context: Context, links: Permalinks, request: ListRequest): Promise<Reply | undefined> {
  const { site, viewer } = context;
  const list = await describeList(context, links, request);
  if (!list) return undefined;
  context.tag(...list.tags);
  const { page } = request.address;
  const limit = await site.options.get<number>('posts_per_page');
  const query = { type: 'post', ...list.query, limit, body: false };
  const found = await (viewer === ANONYMOUS ? keptPage(site, query, page) : site.entries.page(query, page, viewer));
  // On top of the first page, and then nowhere else. Later pages ask only where one of them would come again.
  const hasStickies = list.kind === 'home' && (page === 1 || found.items.some((entry) => entry.sticky));
  const stickies =
    hasStickies && (await mayHaveStickies(site))
      ? (await site.entries.find({ type: 'post', sticky: true, limit, body: false }, viewer)).items
      : [];
  // Only who has published something is public; anything else would tell who has an account.
  if (found.items.length === 0 && (page > 1 || !(await isPublicList(site, list)))) return undefined;
  const ids = new Set(stickies.map((entry) => entry.id));
  const others = found.items.filter((entry) => !ids.has(entry.id));
  const entries = await site.entries.present(page === 1 ? [...stickies, ...others] : others, {
    viewer,
    tag: (...tags) => context.tag(...tags),
  });
  const urlOf = (number: number): string => (number === 1 ? list.base : `${list.base}page/${number}/`);
  const base = await baseView(site, context.origin, {
    kind: list.kind,
    heading: list.heading,
    number: page,
    canonical: urlOf(page),
  });
  return view(list.templates, { ...base, ...list.extra, entries, pagination: paginate(urlOf, found) });
}
