import { type Entry, keptEntries, type Permalinks, plainText, type Site, type View } from 'galley';

type Tag = (...tags: string[]) => void;
/** What a link to an entry is made of. */
type Linked = Pick<Entry, 'id' | 'type' | 'slug' | 'path' | 'publishedAt' | 'title'>;

const RELATED = 3;
const TTL_S = 3600;

function linked(entry: Entry | undefined): Linked | null {
  if (!entry) return null;
  const { id, type, slug, path, publishedAt, title } = entry;
  return { id, type, slug, path, publishedAt, title };
}

/** The posts before and after one. Kept until something of its type is published or withdrawn. */
export async function adjacentOf(
  site: Site,
  entry: Entry,
  links: Permalinks,
  tag: Tag,
): Promise<NonNullable<View['adjacent']>> {
  if (entry.publishedAt === null) return {};
  const at = { value: entry.publishedAt, id: entry.id };
  const key = `adjacent:${entry.id}:${entry.version}`;
  const [older, newer] = await site.cache.remember(key, { tags: [`type:${entry.type}`], ttl: TTL_S }, async () => {
    const found = await Promise.all([
      site.entries.findOne({ type: entry.type, after: at, body: false }),
      site.entries.findOne({ type: entry.type, after: at, direction: 'asc', body: false }),
    ]);
    return found.map(linked);
  });
  const link = (neighbour: Linked | null | undefined): { title: string; url: string } | undefined => {
    if (!neighbour) return undefined;
    tag(`entry:${neighbour.id}`);
    return { title: plainText(neighbour.title) || '…', url: links.entry(neighbour) };
  };
  // A newest post has no neighbour yet: it must be remade when one appears.
  if (!newer || !older) tag(`type:${entry.type}`);
  return { previous: link(older), next: link(newer) };
}

/** Further posts of the same first category, to be presented beside the entry. Which ones, is kept. */
export async function relatedTo(site: Site, entry: Entry, tag: Tag): Promise<Entry[]> {
  const tags = [`entry:${entry.id}`, 'type:post', 'taxonomy:category', 'taxonomy:post_tag'];
  const related = await site.cache.remember(
    `related:${entry.id}:${entry.version}`,
    { tags, ttl: TTL_S },
    async (): Promise<{ termId: number; ids: number[] }> => {
      const terms = (await site.terms.ofEntries([entry.id])).get(entry.id) ?? [];
      const term =
        terms.find((item) => item.taxonomy === 'category') ?? terms.find((item) => item.taxonomy === 'post_tag');
      if (!term) return { termId: 0, ids: [] };
      const { items } = await site.entries.find({
        type: 'post',
        term: { taxonomy: term.taxonomy, ids: [term.id] },
        exclude: [entry.id],
        limit: RELATED,
        body: false,
      });
      return { termId: term.id, ids: items.map((item) => item.id) };
    },
  );
  if (related.termId === 0) return [];
  tag(`term:${related.termId}`);
  return keptEntries(site, { type: 'post', ids: related.ids, limit: RELATED, body: false });
}
