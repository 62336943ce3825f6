import {
  type Context,
  type Cursor,
  type Entry,
  type EntryPage,
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
/** Read at once; PER_FILE is a multiple of it. */
const STEP = 500;
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
  const files: string[] = [];
  const tallies = await site.entries.counts();
  for (const type of site.types.publicNames()) {
    context.tag(`type:${type}`);
    const pages = fileCount(type, sumOf(tallies, type));
    for (let page = 1; page <= pages; page++) files.push(`/sitemap-${type}-${page}.xml`);
  }
  for (const { name, value } of site.taxonomies.list()) {
    const pages = value.base ? Math.ceil((await usedTerms(context, name)).length / PER_FILE) : 0;
    for (let page = 1; page <= pages; page++) files.push(`/sitemap-taxonomy.${name}-${page}.xml`);
  }
  const rows = files.map((path) => `<sitemap><loc>${escapeXml(context.origin + path)}</loc></sitemap>`);
  return xml(`${HEAD}\n<sitemapindex ${SPACE}>\n${rows.join('\n')}\n</sitemapindex>\n`);
}

/** One file of the sitemap. */
export async function showSitemap(context: Context<{ name: string; page: number }>): Promise<Reply> {
  const { name, page } = context.params;
  const taxonomy = name.startsWith('taxonomy.') ? name.slice('taxonomy.'.length) : undefined;
  const places =
    taxonomy === undefined
      ? await entryPlaces(context, name, Number(page))
      : await termPlaces(context, taxonomy, Number(page));
  if (!places) return notFound();
  const rows = places.map(
    ({ url, modified }) =>
      `<url><loc>${escapeXml(context.origin + url)}</loc>${modified === undefined ? '' : `<lastmod>${stamp(modified)}</lastmod>`}</url>`,
  );
  return xml(`${HEAD}\n<urlset ${SPACE}>\n${rows.join('\n')}\n</urlset>\n`);
}

/** How many files the entries of a type fill. The front page stands with the pages, so these have one always. */
function fileCount(type: string, total: number): number {
  return Math.max(Math.ceil(total / PER_FILE), type === 'page' ? 1 : 0);
}

async function entryPlaces(context: Context<object>, type: string, page: number): Promise<Place[] | undefined> {
  const { site } = context;
  if (!site.types.get(type)?.public || page < 1) return undefined;
  context.tag(`type:${type}`);
  const links = await loadPermalinks(site);
  const places: Place[] = page === 1 && type === 'page' ? [{ url: '/' }] : [];
  for await (const entry of eachEntry(site, type, page)) {
    if (entry.password === '' && entry.id !== links.frontPageId)
      places.push({ url: links.entry(entry), modified: entry.modifiedAt });
  }
  // A file of protected entries alone is empty, but the index leads to it.
  const isThere = places.length > 0 || page <= fileCount(type, await site.entries.total(type));
  return isThere ? places : undefined;
}

/** The entries of one file, oldest first, so that a new one changes the last file only. */
async function* eachEntry(site: Site, type: string, page: number): AsyncGenerator<Entry> {
  let after = await startOf(site, type, page);
  if (page > 1 && !after) return;
  for (let left = PER_FILE; left > 0; left -= STEP) {
    const found = await readOn(site, type, Math.min(STEP, left), after);
    yield* found.items;
    if (!found.next) return;
    after = found.next;
  }
}

function readOn(site: Site, type: string, limit: number, after: Cursor | undefined): Promise<EntryPage> {
  const query = { type, status: 'publish', direction: 'asc', limit, body: false } as const;
  return site.entries.find({ ...query, ...(after ? { after } : {}) });
}

/**
 * Where a file begins. Found by walking the whole list, and kept until an older entry changes its place or one more
 * file is full: what is published today stands at the end.
 */
async function startOf(site: Site, type: string, page: number): Promise<Cursor | undefined> {
  if (page === 1) return undefined;
  const full = Math.floor((await site.entries.total(type)) / PER_FILE);
  const starts = await site.cache.remember(`sitemap-starts:${type}:${full}`, { tags: ['anchors'], ttl: 86_400 }, () =>
    findStarts(site, type),
  );
  return starts[page - 2];
}

async function findStarts(site: Site, type: string): Promise<Cursor[]> {
  const starts: Cursor[] = [];
  let after: Cursor | undefined;
  for (let count = 0; ; ) {
    const found = await readOn(site, type, STEP, after);
    count += found.items.length;
    if (!found.next) return starts;
    after = found.next;
    if (count % PER_FILE === 0) starts.push(after);
  }
}

/** The paths of the terms that have entries of their own, in the order of their ids. */
async function usedTerms(context: Context<object>, taxonomy: string): Promise<readonly string[]> {
  const { site } = context;
  const types = site.types.list().filter(({ value }) => value.taxonomies.includes(taxonomy));
  const tags = [`taxonomy:${taxonomy}`, ...types.map(({ name }) => `type:${name}`)];
  context.tag(...tags);
  return site.cache.remember(`sitemap-terms:${taxonomy}`, { tags, ttl: 3600 }, async () => {
    const paths: string[] = [];
    for (let after = 0; ; ) {
      const terms = await site.terms.withCounts(await site.terms.list(taxonomy, { after, limit: STEP }));
      paths.push(...terms.filter((term) => term.count > 0).map((term) => term.path));
      if (terms.length < STEP) return paths;
      after = terms.at(-1)?.id ?? after;
    }
  });
}

async function termPlaces(context: Context<object>, taxonomy: string, page: number): Promise<Place[] | undefined> {
  if (!context.site.taxonomies.get(taxonomy)?.base || page < 1) return undefined;
  const links = await loadPermalinks(context.site);
  const paths = (await usedTerms(context, taxonomy)).slice((page - 1) * PER_FILE, page * PER_FILE);
  return paths.length === 0 ? undefined : paths.map((path) => ({ url: links.term({ taxonomy, path }) }));
}
