import {
  baseView,
  type Context,
  type Reply,
  redirect,
  SafeHtml,
  searchTemplates,
  type ViewPagination,
  view,
} from 'galley';
import { highlight, passage } from './highlight.ts';
import type { Search, SearchRequest, SearchResult } from './search.ts';

const MAX_PAGES = 50;

/** `/?s=words`, WordPress's address, and `/search/words/`, which leads there. */
export async function showSearch(context: Context, search: Search): Promise<Reply | undefined> {
  const pretty = /^\/search\/([^/]+)\/?$/.exec(context.path)?.[1];
  if (pretty !== undefined) return redirect(`/?s=${encodeURIComponent(pretty)}`, 301);
  const query = context.query['s'];
  if (typeof query !== 'string' || context.path !== '/') return undefined;
  return showResults(context, search, query.trim());
}

async function showResults(context: Context, search: Search, query: string): Promise<Reply> {
  const { site, viewer } = context;
  const limit = await site.options.get<number>('posts_per_page');
  const page = Math.min(Math.max(Math.trunc(Number(context.query['paged'] ?? 1)) || 1, 1), MAX_PAGES);
  const found = await findOrBegin(search, { query, viewer, offset: (page - 1) * limit, limit });
  context.tag(...site.types.publicNames().map((type) => `type:${type}`), 'search');
  const presented = await site.entries.present(found.entries, { viewer, tag: (...tags) => context.tag(...tags) });
  const entries = presented.map((entry) => ({
    ...entry,
    titleHtml: new SafeHtml(highlight(entry.title, found.words)),
    excerpt: entry.protected
      ? entry.excerpt
      : new SafeHtml(
          highlight(
            passage(site.blocks.textOf(entry.source.content) || entry.source.summary, found.words),
            found.words,
          ),
        ),
  }));
  const base = await baseView(site, context.origin, {
    kind: 'search',
    heading: query,
    number: page,
    robots: 'noindex',
    canonical: `/?s=${encodeURIComponent(query)}`,
  });
  const reply = view(searchTemplates(), {
    ...base,
    entries,
    search: { query, total: found.total, capped: found.isCapped, tooSlow: found.isTooSlow ?? false },
    pagination: links(query, page, Math.min(Math.ceil(found.total / limit), MAX_PAGES), found.total),
  });
  // Nobody else is to be told that for as long as a page is kept.
  return found.isTooSlow ? reply.header('cache-control', 'no-store') : reply;
}

/** Whole words; where they find nothing, the last as the beginning of one. */
async function findOrBegin(search: Search, request: Partial<SearchRequest> & { query: string }): Promise<SearchResult> {
  const found = await search.find(request);
  return found.total > 0 || found.isTooSlow ? found : search.find({ ...request, isUnfinished: true });
}

function links(query: string, page: number, pages: number, total: number): ViewPagination {
  const url = (number: number): string => `/?s=${encodeURIComponent(query)}${number > 1 ? `&paged=${number}` : ''}`;
  const numbers = Array.from({ length: pages }, (_, index) => index + 1).filter(
    (number) => number === 1 || number === pages || Math.abs(number - page) <= 2,
  );
  const items = numbers.flatMap((number, index) => [
    ...(index > 0 && number - (numbers[index - 1] ?? 0) > 1 ? [{ number: 0, url: '', current: false, gap: true }] : []),
    { number, url: url(number), current: number === page, gap: false },
  ]);
  return {
    page,
    pages,
    total,
    items,
    ...(page > 1 ? { previous: url(page - 1) } : {}),
    ...(page < pages ? { next: url(page + 1) } : {}),
  };
}
