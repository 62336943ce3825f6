import type { Site } from '../kernel/site.ts';
import { directionOf } from '../lib/languages.ts';
import type { View, ViewPage } from './view.ts';

/** What a controller says of its page; the rest has defaults. */
export type PageFacts = Partial<ViewPage> & { kind: string };

/**
 * The view that every page starts from: the site's facts, and a page with its title.
 *
 * @param origin `https://example.org`, for the canonical address
 * @example const view = await baseView(site, context.origin, { kind: 'search', heading: 'Search' });
 */
export async function baseView(site: Site, origin: string, page: PageFacts): Promise<View> {
  const [title, tagline, language, timeZone] = await Promise.all([
    site.options.get<string>('title'),
    site.options.get<string>('tagline'),
    site.options.get<string>('language'),
    site.options.get<string>('timezone'),
  ]);
  const heading = page.heading ?? '';
  const numbered = (page.number ?? 1) > 1 ? ` – ${page.number}` : '';
  return {
    site: {
      title,
      tagline,
      url: origin,
      home: '/',
      language,
      direction: directionOf(language),
      timeZone,
    },
    page: {
      number: 1,
      head: [],
      description: page.kind === 'home' ? tagline : '',
      feedUrl: '/feed/',
      ...page,
      heading,
      title:
        page.title ??
        (heading ? `${heading}${numbered} – ${title}` : `${title}${numbered}${tagline ? ` – ${tagline}` : ''}`),
      bodyClasses: [page.kind, ...(page.bodyClasses ?? [])],
      ...(page.canonical ? { canonical: origin + page.canonical } : {}),
    },
  };
}
