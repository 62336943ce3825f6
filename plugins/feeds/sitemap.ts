import {
  type Context,
  type Cursor,
  escapeXml,
  loadPermalinks,
  notFound,
  type Reply,
  type Site,
  sumOf,
  xml,
} from 'galley';

/** Addresses in one file; the protocol allows 50,000. Smaller files are made and fetched quicker. */
const PER_FILE = 2000;
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>';
const SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"';

interface Place {
  url: string;
  modified?: number;
}

const stamp = (time: number): string => new Date(time).toISOString();

/** The list of all sitemap files (sitemaps.org protocol 0.9). */
export async function showSitemapIndex(context: Context): Promise<Reply> {
  const { site } = context;
  const tallies = await site.entries.counts();
  const files: string[] = [];
  for (const type of site.types.publicNames()) {
    context.tag(`type:${type}`);
    const total = sumOf(tallies, type);
    for (let page = 1; page <= Math.ceil(total / PER_FILE); page++) files.push(`/sitemap-${type}-${page}.xml`);
  }
  for (const { name, value } of site.taxonomies.list()) if (value.base) files.push(`/sitemap-taxonomy.${name}-1.xml`);
  const rows = files.map((path) => `<sitemap><loc>${escapeXml(context.origin + path)}</loc></sitemap>`);
  return xml(`${HEAD}\n<sitemapindex ${SPACE}>\n${rows.join('\n')}\n</sitemapindex>\n`);
}

/** One file of the sitemap. */
export async function showSitemap(context: Context<{ name: string; page: number }>): Promise<Reply> {
  const { name, page } = context.params;
  const taxonomy = name.startsWith('taxonomy.') ? name.slice('taxonomy.'.length) : undefined;
  const places =
    taxonomy === undefined ? await entryPlaces(context, name, Number(page)) : await termPlaces(context, taxonomy);
  if (!places || places.length === 0) return notFound();
  const rows = places.map(
    ({ url, modified }) =>
      `<url><loc>${escapeXml(context.origin + url)}</loc>${modified === undefined ? '' : `<lastmod>${stamp(modified)}</lastmod>`}</url>`,
  );
  return xml(`${HEAD}\n<urlset ${SPACE}>\n${rows.join('\n')}\n</urlset>\n`);
}

async function entryPlaces(
  context: Context<{ name: string; page: number }>,
  type: string,
  page: number,
): Promise<Place[] | undefined> {
  const { site } = context;
  if (!site.types.get(type)?.public || page < 1) return undefined;
  context.tag(`type:${type}`);
  const links = await loadPermalinks(site);
  const places: Place[] = page === 1 && type === 'page' ? [{ url: '/' }] : [];
  for await (const entry of eachEntry(site, type, page)) {
    if (entry.password === '' && entry.id !== links.frontPageId)
      places.push({ url: links.entry(entry), modified: entry.modifiedAt });
  }
  return places;
}

/** The entries of one file, oldest first, so that a new one changes the last file only. */
async function* eachEntry(
  site: Site,
  type: string,
  page: number,
): AsyncGenerator<Awaited<ReturnType<Site['entries']['find']>>['items'][number]> {
  let after: Cursor | undefined = await startOf(site, type, page);
  if (page > 1 && !after) return;
  for (let left = PER_FILE; left > 0; left -= 500) {
    const found = await site.entries.find({
      type,
      direction: 'asc',
      limit: Math.min(500, left),
      body: false,
      ...(after ? { after } : {}),
    });
    yield* found.items;
    if (!found.next) return;
    after = found.next;
  }
}

/** Where a file begins: found once by walking the list, and kept, since older entries rarely change their order. */
async function startOf(site: Site, type: string, page: number): Promise<Cursor | undefined> {
  if (page === 1) return undefined;
  const starts = await site.cache.remember(
    `sitemap-starts:${type}`,
    { tags: ['anchors', `type:${type}`], ttl: 3600, stale: 86_400 },
    async () => {
      const cursors: Cursor[] = [];
      let after: Cursor | undefined;
      for (let count = 0; ; ) {
        const found = await site.entries.find({
          type,
          direction: 'asc',
          limit: 1000,
          body: false,
          ...(after ? { after } : {}),
        });
        count += found.items.length;
        if (!found.next) return cursors;
        after = found.next;
        if (count % PER_FILE === 0) cursors.push(after);
      }
    },
  );
  return starts[page - 2];
}

async function termPlaces(
  context: Context<{ name: string; page: number }>,
  taxonomy: string,
): Promise<Place[] | undefined> {
  const { site } = context;
  if (!site.taxonomies.get(taxonomy)?.base) return undefined;
  context.tag(`taxonomy:${taxonomy}`);
  const links = await loadPermalinks(site);
  const terms = await site.terms.withCounts(await site.terms.list(taxonomy, { limit: 1000 }));
  return terms.filter((term) => term.count > 0).map((term) => ({ url: links.term(term) }));
}
