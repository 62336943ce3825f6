import {
  type BlockContext,
  type BlockDefinition,
  type BlockInstance,
  type EntryQuery,
  escapeHtml,
  type PresentedEntry,
} from 'galley';
import { flag, idsOf, isOn, list, number, numberOf, oneOf, text, textOf } from './attributes.ts';
import { presentOnce } from './entries.ts';
import { link, wrap } from './html.ts';

type LatestData = ReadonlyMap<BlockInstance, PresentedEntry[]>;

const SUMMARY_WORDS = 55;

function needsBody(block: BlockInstance): boolean {
  return isOn(block, 'displayPostContent') && (isFull(block) || words(block) > SUMMARY_WORDS);
}

function isFull(block: BlockInstance): boolean {
  return textOf(block, 'displayPostContentRadio') === 'full_post';
}

function words(block: BlockInstance): number {
  return numberOf(block, 'excerptLength', { min: 1, max: 200, otherwise: SUMMARY_WORDS });
}

function queryOf(block: BlockInstance): EntryQuery {
  const categories = Array.isArray(block.attrs['categories'])
    ? idsOf(block.attrs['categories'].map((category: unknown) => (category as { id?: unknown } | null)?.id))
    : [];
  const author = idsOf(block.attrs['selectedAuthor'])[0];
  return {
    type: 'post',
    limit: numberOf(block, 'postsToShow', { min: 1, max: 100, otherwise: 5 }),
    order: textOf(block, 'orderBy') === 'title' ? 'title' : 'published',
    direction: textOf(block, 'order') === 'asc' ? 'asc' : 'desc',
    body: needsBody(block),
    ...(categories.length > 0 ? { term: { taxonomy: 'category', ids: categories } } : {}),
    ...(author === undefined ? {} : { author }),
  };
}

/** Blocks that ask for the same share one query. */
async function load(blocks: readonly BlockInstance[], context: BlockContext): Promise<LatestData> {
  const { site, viewer } = context;
  context.tag('type:post');
  const found = await Promise.all(
    blocks.map(async (block) => {
      const query = queryOf(block);
      return context.once(`blocks:find:${JSON.stringify(query)}`, () => site.entries.find(query, viewer));
    }),
  );
  const presented = await presentOnce(
    found.flatMap((page) => page.items),
    context,
    'comments:',
  );
  return new Map(
    blocks.map((block, index) => [
      block,
      (found[index]?.items ?? []).flatMap((entry) => presented.get(entry.id) ?? []),
    ]),
  );
}

function picture(block: BlockInstance, { featured, url, title }: PresentedEntry): string {
  if (!featured || !isOn(block, 'displayFeaturedImage')) return '';
  const align = textOf(block, 'featuredImageAlign').replace(/[^a-z]/g, '');
  const image = `<img src="${escapeHtml(featured.src)}" srcset="${escapeHtml(featured.srcset)}" sizes="(max-width: 40rem) 100vw, 20rem" width="${featured.width}" height="${featured.height}" alt="${escapeHtml(featured.alt)}" loading="lazy">`;
  const html = isOn(block, 'addLinkToFeaturedImage') ? link(url, image, { label: title }) : image;
  return `<div class="wp-block-latest-posts__featured-image${align ? ` align${align}` : ''}">${html}</div>`;
}

function excerpt(block: BlockInstance, entry: PresentedEntry, { site }: BlockContext): string {
  if (!isOn(block, 'displayPostContent') || isFull(block) || entry.protected) return '';
  const source = entry.source.excerpt.trim() === '' && needsBody(block) ? entry.source.content : entry.excerpt.value;
  const html = escapeHtml(site.blocks.excerptOf(source, words(block)));
  return html ? `<div class="wp-block-latest-posts__post-excerpt">${html}</div>` : '';
}

function item(
  block: BlockInstance,
  entry: PresentedEntry,
  { body, context }: { body: string; context: BlockContext },
): string {
  const title = entry.titleHtml.value || escapeHtml(context.t('(no title)'));
  const author = isOn(block, 'displayAuthor') && entry.author.name;
  const date = isOn(block, 'displayPostDate') && entry.published;
  return `<li>${picture(block, entry)}${link(entry.url, title, { className: 'wp-block-latest-posts__post-title' })}${
    author
      ? `<div class="wp-block-latest-posts__post-author">${escapeHtml(context.t('by'))} ${escapeHtml(author)}</div>`
      : ''
  }${
    date
      ? `<time datetime="${escapeHtml(date.iso)}" class="wp-block-latest-posts__post-date">${escapeHtml(date.label)}</time>`
      : ''
  }${excerpt(block, entry, context)}${body ? `<div class="wp-block-latest-posts__post-full-content">${body}</div>` : ''}</li>`;
}

function seenOf(block: BlockInstance): number[] {
  return (block.scope['seen'] as number[] | undefined) ?? [];
}

/** The list of the latest posts. */
export const latestPosts: BlockDefinition<LatestData> = {
  title: 'Latest posts',
  category: 'widgets',
  editor: {
    keywords: 'recent list news',
    fields: {
      postsToShow: { kind: 'integer', label: 'How many', min: 1, max: 100 },
      displayPostDate: { kind: 'boolean', label: 'Show the date' },
      displayAuthor: { kind: 'boolean', label: 'Show the author' },
      displayFeaturedImage: { kind: 'boolean', label: 'Show the picture' },
      displayPostContent: { kind: 'boolean', label: 'Show the text' },
      orderBy: { kind: 'select', label: 'Sorted by', choices: { date: 'Date', title: 'Title' } },
      order: { kind: 'select', label: 'Order', choices: { desc: 'Descending', asc: 'Ascending' } },
      postLayout: { kind: 'select', label: 'Layout', choices: { list: 'List', grid: 'Grid' } },
    },
  },
  attributes: {
    postsToShow: number(5),
    displayPostContent: flag(),
    displayPostContentRadio: oneOf('excerpt', 'full_post'),
    excerptLength: number(SUMMARY_WORDS),
    displayAuthor: flag(),
    displayPostDate: flag(),
    postLayout: oneOf('list', 'grid'),
    columns: number(3),
    order: oneOf('desc', 'asc'),
    orderBy: oneOf('date', 'title'),
    displayFeaturedImage: flag(),
    featuredImageAlign: text(),
    addLinkToFeaturedImage: flag(),
    categories: list(),
  },
  load,
  expand(block, data, { site }) {
    if (!isOn(block, 'displayPostContent') || !isFull(block)) return [];
    const seen = seenOf(block);
    return (data.get(block) ?? []).map((entry) => {
      const isShown = !entry.protected && !seen.includes(entry.id);
      const body = isShown ? site.blocks.parse(entry.source.content) : [];
      return { scope: { entry: entry.source, presented: entry, seen: [...seen, entry.id] }, blocks: body };
    });
  },
  render(block, data, context) {
    const entries = data.get(block) ?? [];
    const columns = numberOf(block, 'columns', { min: 2, max: 6, otherwise: 3 });
    const classes = [
      'wp-block-latest-posts__list',
      ...(textOf(block, 'postLayout') === 'grid' ? ['is-grid', `columns-${columns}`] : []),
      ...(isOn(block, 'displayPostDate') ? ['has-dates'] : []),
      ...(isOn(block, 'displayAuthor') ? ['has-author'] : []),
    ];
    const items = entries.map((entry, index) => item(block, entry, { body: block.items[index] ?? '', context }));
    return `<ul${wrap(block, { classes })}>${items.join('')}</ul>`;
  },
};
