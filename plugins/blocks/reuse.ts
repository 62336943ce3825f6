import type { BlockDefinition, Entry } from 'galley';
import { idsOf, number, text, textOf } from './attributes.ts';

/** Entries of type wp_block by id: blocks that are kept once and shown in many places. */
const reusable: BlockDefinition<ReadonlyMap<number, Entry>> = {
  title: 'Synced pattern',
  category: 'reusable',
  attributes: { ref: number() },
  async load(blocks, { site, viewer, tag }) {
    const ids = blocks.flatMap((block) => idsOf(block.attrs['ref']));
    for (const id of ids) tag(`entry:${id}`);
    return ids.length > 0 ? site.entries.getMany(ids, viewer) : new Map();
  },
  expand(block, data, { site }) {
    const entry = data.get(idsOf(block.attrs['ref'])[0] ?? 0);
    const inside = (block.scope['reusables'] as number[] | undefined) ?? [];
    // A pattern that contains itself ends here.
    if (entry?.type !== 'wp_block' || entry.status !== 'publish' || inside.includes(entry.id)) return [];
    return [{ scope: { reusables: [...inside, entry.id] }, blocks: site.blocks.parse(entry.content) }];
  },
};

/** Patterns by slug: whoever brings them answers `blocks:pattern`. */
const pattern: BlockDefinition<ReadonlyMap<string, string>> = {
  title: 'Pattern',
  category: 'theme',
  attributes: { slug: text() },
  async load(blocks, { site }) {
    const slugs = [...new Set(blocks.map((block) => textOf(block, 'slug')))].filter(Boolean);
    const found = await Promise.all(slugs.map((slug) => site.hooks.first('blocks:pattern', { slug })));
    return new Map(slugs.map((slug, index) => [slug, found[index] ?? '']));
  },
  expand(block, data, { site }) {
    const slug = textOf(block, 'slug');
    const inside = (block.scope['patterns'] as string[] | undefined) ?? [];
    const markup = inside.includes(slug) ? '' : (data.get(slug) ?? '');
    return markup === '' ? [] : [{ scope: { patterns: [...inside, slug] }, blocks: site.blocks.parse(markup) }];
  },
};

/** The body of the entry around it: in a loop that of each entry, in an entry itself nothing. */
const postContent: BlockDefinition = {
  title: 'Content',
  category: 'theme',
  layout: { default: 'flow' },
  expand(block, _, { site }) {
    const { entry } = block.scope;
    const seen = (block.scope['seen'] as number[] | undefined) ?? [];
    const isShown = entry?.password === '' && !seen.includes(entry.id);
    if (!isShown) return [];
    return [{ scope: { seen: [...seen, entry.id], presented: undefined }, blocks: site.blocks.parse(entry.content) }];
  },
  render: (block) =>
    block.items.length === 0 ? '' : `<div class="wp-block-post-content entry-content">${block.inner}</div>`,
};

export const reuseBlocks: Record<string, BlockDefinition> = {
  'core/block': reusable as BlockDefinition,
  'core/pattern': pattern as BlockDefinition,
  'core/post-content': postContent,
};
