import type { BlockContext, BlockDefinition, BlockInstance, Entry, Permalinks, PresentedEntry } from 'galley';
import { loadPermalinks } from 'galley';

/** Entries as they are shown, by id. */
export type EntryData = ReadonlyMap<number, PresentedEntry>;

/**
 * Prepares entries once for all blocks that need the same ones.
 * @param without the cache tags that begin so are left out: the block does not show what they stand for
 */
export async function presentOnce(
  entries: readonly Entry[],
  context: BlockContext,
  without?: string,
): Promise<EntryData> {
  const unique = [...new Map(entries.map((entry) => [entry.id, entry])).values()].sort((a, b) => a.id - b.id);
  if (unique.length === 0) return new Map();
  return context.once(`blocks:entries:${without ?? ''}:${unique.map((entry) => entry.id).join()}`, async () => {
    const presented = await context.site.entries.present(unique, {
      viewer: context.viewer,
      language: context.language,
      tag: (...tags) => context.tag(...tags.filter((tag) => without === undefined || !tag.startsWith(without))),
    });
    return new Map(presented.map((entry) => [entry.id, entry]));
  });
}

/** The addresses of the site, loaded once. */
export function linksOf(context: BlockContext): Promise<Permalinks> {
  return context.once('blocks:permalinks', () => loadPermalinks(context.site));
}

/** The entry that a loop around the block has prepared. */
function presentedInScope(block: BlockInstance): PresentedEntry | undefined {
  return block.scope['presented'] as PresentedEntry | undefined;
}

/** Loads the entries around blocks, where no loop has done so. */
export function loadEntries(blocks: readonly BlockInstance[], context: BlockContext): Promise<EntryData> {
  const missing = blocks.filter((block) => !presentedInScope(block)).flatMap((block) => block.scope.entry ?? []);
  return presentOnce(missing, context);
}

/** The entry around a block. */
export function entryOf(block: BlockInstance, data: EntryData): PresentedEntry | undefined {
  return presentedInScope(block) ?? (block.scope.entry ? data.get(block.scope.entry.id) : undefined);
}

type EntryRender = (block: BlockInstance, entry: PresentedEntry, context: BlockContext) => string;

/** A block that shows something of the entry around it, and nothing where there is none. */
export function entryBlock(
  { title }: { title: string },
  attributes: BlockDefinition['attributes'],
  render: EntryRender,
): BlockDefinition<EntryData> {
  return {
    title,
    category: 'theme',
    attributes,
    load: loadEntries,
    render(block, data, context) {
      const entry = entryOf(block, data);
      return entry ? render(block, entry, context) : '';
    },
  };
}
