import { type Context, json, type Messages, type Reply, SafeHtml, type Site } from 'galley';
import type { Search, SearchResult } from './search.ts';

/** Where what is found is asked for while somebody types. */
export const SUGGESTIONS = '/search.json';
const LIMIT = 6;

/** What may be asked. */
export const suggestionsSchema = {
  query: { type: 'object', properties: { s: { type: 'string', maxLength: 200 } }, required: ['s'] },
} as const;

/** The best of what somebody is typing a search for, with the words that are shown around it. */
export async function suggest(context: Context, search: Search): Promise<Reply> {
  const { site, viewer } = context;
  const query = String(context.query['s']).trim();
  context.tag(...site.types.publicNames().map((type) => `type:${type}`), 'search');
  const found = await search.find({ query: String(context.query['s']), viewer, limit: LIMIT, isUnfinished: true });
  const presented = await site.entries.present(found.entries, { viewer, tag: (...tags) => context.tag(...tags) });
  const messages = (await site.admin.views.texts()).for(context.locale);
  const t = messages.translate.bind(messages);
  const items = presented.map((entry) => ({
    title: entry.title || t('Untitled'),
    about: [t(site.types.get(entry.type)?.singular ?? entry.type), entry.published.label].join(' · '),
    url: entry.url,
  }));
  const reply = json(
    {
      items,
      label: t('Results'),
      status: statusOf(found, t),
      all: { title: t('All results for “{query}”', { query }), url: `/?s=${encodeURIComponent(query)}` },
    },
    { headers: { 'x-robots-tag': 'noindex' } },
  );
  return found.isTooSlow ? reply.header('cache-control', 'no-store') : reply;
}

function statusOf({ total, isCapped, isTooSlow }: SearchResult, t: Messages['translate']): string {
  if (isTooSlow) return t('The search took too long.');
  if (total === 0) return t('Nothing found');
  return isCapped
    ? t('More than {count} found', { count: total })
    : t('{count} found', { count: total }, { one: 'One found' });
}

/** The script that shows results while somebody types; without it the form leads to the page of results. */
export async function suggestionsScript(site: Site): Promise<SafeHtml> {
  const [script, stylesheet] = await Promise.all([
    site.assets.url('search', 'search.js'),
    site.assets.url('search', 'search.css'),
  ]);
  return new SafeHtml(
    `<script src="${script}" defer id="galley-search" data-style="${stylesheet}" data-url="${SUGGESTIONS}"></script>`,
  );
}
