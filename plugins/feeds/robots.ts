import { type Context, type Reply, type Site, text, type View } from 'galley';

/** What crawlers may visit: everything public, or nothing (RFC 9309). */
export async function showRobots(context: Context): Promise<Reply> {
  context.tag('option:search_engines');
  const isOpen = await context.site.options.get<boolean>('search_engines');
  const rules = isOpen ? ['Disallow: /admin/', 'Disallow: /search', 'Allow: /'] : ['Disallow: /'];
  const sitemap = isOpen ? ['', `Sitemap: ${context.origin}/sitemap.xml`] : [];
  return text(['User-agent: *', ...rules, ...sitemap, ''].join('\n'));
}

/** Says on every page that it is not to be listed, for crawlers that come although the site wants none. */
export async function keepOut(site: Site, view: View): Promise<View> {
  if (await site.options.get<boolean>('search_engines')) return view;
  return { ...view, page: { ...view.page, robots: 'noindex, nofollow' } };
}
