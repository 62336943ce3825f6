// A block: what else there is to read, by the terms that posts share.
import { contained, type FoundEntry, type GalleyApi } from 'galley/contained';

interface ListBlock {
  attributes: { heading: string };
  entry: { id: number } | null;
}

/** Each term costs a call, and a handler has ten. */
const TERMS = 5;

async function relatedTo(id: number, galley: GalleyApi): Promise<FoundEntry[]> {
  const { count } = await galley.settings();
  const terms = (await galley.terms.of(id)).slice(0, TERMS);
  const lists = await Promise.all(terms.map((term) => galley.content.find({ type: 'post', term: term.id, limit: 20 })));
  const posts = new Map(lists.flat().map((post) => [post.id, post]));
  posts.delete(id);
  const shared = ({ id: other }: FoundEntry) => lists.filter((list) => list.some((post) => post.id === other)).length;
  return [...posts.values()]
    .sort((a, b) => shared(b) - shared(a) || Number(b.publishedAt) - Number(a.publishedAt))
    .slice(0, Number(count));
}

export default contained({
  blocks: {
    // All such blocks of a page come at once. They are about one entry; on a list of many, only the first gets answers.
    list: async ({ blocks }: { blocks: ListBlock[] }, galley) => {
      const id = blocks.find(({ entry }) => entry)?.entry?.id;
      const posts = id === undefined ? [] : await relatedTo(id, galley);
      return blocks.map(({ attributes, entry }) => ({
        heading: attributes.heading,
        posts: entry?.id === id ? posts.map(({ title, url }) => ({ title, url })) : [],
      }));
    },
  },
});
