import { type Context, type Reply, text } from 'galley';

/** What crawlers may visit: everything public, or nothing (RFC 9309). */
export async function showRobots(context: Context): Promise<Reply> {
  context.tag('option:search_engines');
  const isOpen = await context.site.options.get<boolean>('search_engines');
  const rules = isOpen ? ['Disallow: /admin/', 'Disallow: /search', 'Allow: /'] : ['Disallow: /'];
  return text(['User-agent: *', ...rules, '', `Sitemap: ${context.origin}/sitemap.xml`, ''].join('\n'));
}
