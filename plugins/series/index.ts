// Posts that belong together, in the order in which they were published.
import { contained, type FoundEntry, type GalleyApi } from 'galley/contained';

interface PartsBlock {
  attributes: { term: string; heading: string };
  entry: { id: number; type: string } | null;
}

/** More blocks of different series than this are not on one page; each costs a call. */
const SERIES = 4;

const sameWords = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** The posts of the series that a block names, oldest first. */
async function partsOf({ attributes, entry }: PartsBlock, galley: GalleyApi): Promise<FoundEntry[]> {
  if (entry?.type !== 'post') return [];
  const terms = await galley.terms.of(entry.id);
  const wanted = attributes.term;
  const term = terms.find(({ name, slug }) => sameWords(name, wanted) || sameWords(slug, wanted));
  return term ? galley.content.find({ type: 'post', term: term.id, direction: 'asc', limit: 50 }) : [];
}

export default contained({
  blocks: {
    parts: async ({ blocks }: { blocks: PartsBlock[] }, galley) => {
      const key = ({ attributes, entry }: PartsBlock): string => `${entry?.id} ${attributes.term}`;
      const kinds = [...new Map(blocks.map((block) => [key(block), block])).values()].slice(0, SERIES);
      const found = new Map(
        await Promise.all(kinds.map(async (block) => [key(block), await partsOf(block, galley)] as const)),
      );
      return blocks.map((block) => ({
        heading: block.attributes.heading,
        parts: (found.get(key(block)) ?? []).map(({ id, title, url }) => ({
          title,
          url,
          isHere: id === block.entry?.id,
        })),
      }));
    },
  },
});
