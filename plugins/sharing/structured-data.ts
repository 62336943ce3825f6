import { absolute, addressOf, descriptionOf, type SeenEntry, type SeenPage } from './seen-page.ts';

type Data = Record<string, unknown>;

const CONTEXT = 'https://schema.org';

/** What the page is, in the words of schema.org: the site, or a text and the path to it. */
export function structuredData(seen: SeenPage): Data[] {
  const { site, page, entry } = seen;
  if (entry) return [textData(seen, entry), ...pathData(seen, entry)];
  if (page.kind !== 'home' || page.number > 1) return [];
  const { title: name, tagline, url, language: inLanguage } = site;
  return [
    { '@context': CONTEXT, '@type': 'WebSite', name, url: `${url}/`, inLanguage, ...said('description', tagline) },
  ];
}

const said = (name: string, text: string | undefined): Data => (text ? { [name]: text } : {});

function textData(seen: SeenPage, entry: SeenEntry): Data {
  const { site } = seen;
  const { author, image, type, title, published, modified } = entry;
  return {
    '@context': CONTEXT,
    '@type': type === 'post' ? 'BlogPosting' : 'WebPage',
    [type === 'post' ? 'headline' : 'name']: title,
    url: addressOf(seen),
    mainEntityOfPage: addressOf(seen),
    datePublished: published,
    dateModified: modified,
    inLanguage: site.language,
    ...said('description', descriptionOf(seen)),
    ...(author.name
      ? { author: { '@type': 'Person', name: author.name, ...said('url', linked(author.url, seen)) } }
      : {}),
    ...(image ? { image: absolute(image.src, seen) } : {}),
    publisher: { '@type': 'Organization', name: site.title, url: `${site.url}/` },
  };
}

const linked = (url: string, seen: SeenPage): string => (url ? absolute(url, seen) : '');

/** The way from the first page by the first category to the text. */
function pathData(seen: SeenPage, { terms, title }: SeenEntry): Data[] {
  const [category] = terms['category'] ?? [];
  const steps = [
    { name: seen.site.title, url: '/' },
    ...(category ? [category] : []),
    { name: title, url: addressOf(seen) },
  ];
  const itemListElement = steps.map(({ name, url }, index) => ({
    '@type': 'ListItem',
    position: index + 1,
    name,
    item: absolute(url, seen),
  }));
  return [{ '@context': CONTEXT, '@type': 'BreadcrumbList', itemListElement }];
}
