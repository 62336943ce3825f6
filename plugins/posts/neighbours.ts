import { type Entry, type Permalinks, type PresentedEntry, plainText, type Site, type View } from 'galley';

type Tag = (...tags: string[]) => void;
const RELATED = 3;

/** The posts before and after one. */
export async function adjacentOf(
  site: Site,
  entry: Entry,
  links: Permalinks,
  tag: Tag,
): Promise<NonNullable<View['adjacent']>> {
  if (entry.publishedAt === null) return {};
  const at = { value: entry.publishedAt, id: entry.id };
  const [older, newer] = await Promise.all([
    site.entries.findOne({ type: entry.type, after: at, body: false }),
    site.entries.findOne({ type: entry.type, after: at, direction: 'asc', body: false }),
  ]);
  const link = (neighbour: Entry | undefined): { title: string; url: string } | undefined => {
    if (!neighbour) return undefined;
    tag(`entry:${neighbour.id}`);
    return { title: plainText(neighbour.title) || '…', url: links.entry(neighbour) };
  };
  // A newest post has no neighbour yet: it must be remade when one appears.
  if (!newer || !older) tag(`type:${entry.type}`);
  return { previous: link(older), next: link(newer) };
}

/** Further posts of the same first category. */
export async function relatedTo(site: Site, entry: Entry, tag: Tag): Promise<PresentedEntry[]> {
  const terms = (await site.terms.ofEntries([entry.id])).get(entry.id) ?? [];
  const term = terms.find((item) => item.taxonomy === 'category') ?? terms.find((item) => item.taxonomy === 'post_tag');
  if (!term) return [];
  tag(`term:${term.id}`);
  const { items } = await site.entries.find({
    type: 'post',
    term: { taxonomy: term.taxonomy, ids: [term.id] },
    exclude: [entry.id],
    limit: RELATED,
    body: false,
  });
  return site.entries.present(items, { tag });
}
