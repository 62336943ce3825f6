import { join } from 'node:path';
import { type Context, definePlugin } from 'galley';
import { addSearchCommands } from './cli.ts';
import { showSearch } from './front.ts';
import { IndexQueue } from './index-queue.ts';
import { Search } from './search.ts';
import { SearchIndex } from './search-index.ts';
import { SUGGESTIONS, suggest, suggestionsSchema, suggestionsScript } from './suggestions.ts';

declare module 'galley' {
  interface Services {
    search: Search;
  }
}

export default definePlugin((site) => {
  const index = new SearchIndex(site);
  const queue = new IndexQueue(site, index);
  const search = new Search(site, index, queue);
  site.services.provide('search', search);
  site.hooks.define('search:querying', {
    kind: 'first',
    summary: 'Somebody searches. The first who answers replaces the search in the store: an outside engine.',
    args: { request: 'the words, the types, who asks, which part of the results' },
  });
  site.hooks.addAction('entry:saved', ({ entry, isImport }) => {
    if (isImport) return queue.add(entry);
    queue.forget(entry.id);
    return index.update(entry);
  });
  site.hooks.addAction('entry:removed', ({ entry }) => {
    queue.forget(entry.id);
    return index.remove(entry.id);
  });
  site.hooks.addAction('site:stopping', () => queue.flush());
  site.routes.fallback((context) => showSearch(context, search), { priority: 10, cache: { query: ['s', 'paged'] } });
  site.assets.folder('search', join(import.meta.dirname, 'assets'));
  site.hooks.addCollector('view:head', () => suggestionsScript(site));
  site.routes.get(
    SUGGESTIONS,
    {
      name: 'search.suggestions',
      public: true,
      schema: suggestionsSchema,
      cache: { query: ['s'] },
      rateLimit: { max: 240, seconds: 60 },
      summary: 'What is found while somebody types a search.',
    },
    (context) => suggest(context as Context, search),
  );
  addSearchCommands(site, index);
});
