import { definePlugin } from 'galley';
import { showFeed } from './feed.ts';
import { keepOut, showRobots } from './robots.ts';
import { showSitemap, showSitemapIndex } from './sitemap.ts';

export default definePlugin((site) => {
  site.options.define('feed_items', {
    default: 20,
    schema: { type: 'integer', minimum: 1, maximum: 100 },
    label: 'Entries in feeds',
  });
  site.options.define('search_engines', {
    default: true,
    schema: { type: 'boolean' },
    label: 'Let search engines index the site',
  });
  site.admin.settings.define('feeds', {
    title: 'Feeds and search engines',
    within: 'reading',
    options: ['feed_items', 'search_engines'],
    fields: () => ({
      feed_items: { help: 'How many of the latest entries feed readers get. From 1 to 100.' },
      search_engines: {
        help: 'Without it every page asks search engines to stay away, and robots.txt does too. Most of them do.',
      },
    }),
  });
  site.hooks.addFilter('view:page', (view) => keepOut(site, view));
  // Before the posts plugin, which would look for an entry called "feed".
  site.routes.fallback(showFeed, { priority: 20, cache: {} });
  site.routes.get('/robots.txt', { name: 'feeds.robots', public: true, cache: {} }, showRobots);
  site.routes.get('/sitemap.xml', { name: 'feeds.sitemaps', public: true, cache: {} }, showSitemapIndex);
  site.routes.get('/sitemap-:name-:page(int).xml', { name: 'feeds.sitemap', public: true, cache: {} }, showSitemap);
});
