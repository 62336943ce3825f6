import {
  type BlockContext,
  type BlockDefinition,
  type BlockInstance,
  type EntryOrder,
  type EntryQuery,
  escapeHtml,
  layoutClasses,
  layoutStyles,
  type NumberedPage,
  type PresentedEntry,
  type Site,
} from 'galley';
import { flag, group, idsOf, list, number, numberOf, text, textOf } from './attributes.ts';
import { presentOnce } from './entries.ts';
import { inlineHtml, link, wrap } from './html.ts';

/** A loop: the entries that it shows and where it is in its list. */
interface Loop extends Pick<NumberedPage, 'page' | 'pages' | 'total'> {
  entries: PresentedEntry[];
  /** The address of a page of the loop; undefined where the page cannot be turned. */
  url: (page: number) => string | undefined;
}

const LOOP_LAYOUT = { default: 'flow' } as const;
const ORDERS: Record<string, EntryOrder> = {
  date: 'published',
  title: 'title',
  modified: 'modified',
  menu_order: 'order',
};

function loopOf(block: BlockInstance): Loop | undefined {
  return block.scope['loop'] as Loop | undefined;
}

function termOf(query: Record<string, unknown>): EntryQuery['term'] {
  const taxonomies = query['taxQuery'];
  if (typeof taxonomies !== 'object' || taxonomies === null) return undefined;
  const included = (taxonomies as { include?: unknown }).include ?? taxonomies;
  const [taxonomy, ids] = Object.entries(included as object).find(([, value]) => idsOf(value).length > 0) ?? [];
  return taxonomy === undefined ? undefined : { taxonomy, ids: idsOf(ids) };
}

/** What a query block asks for, in our words. Only public types are listed. */
function queryOf(block: BlockInstance, site: Site): EntryQuery {
  const query = block.attrs['query'] as Record<string, unknown>;
  const type = String(query['postType'] ?? 'post');
  const term = termOf(query);
  const author = idsOf(query['author']);
  const exclude = idsOf(query['exclude']);
  const parents = idsOf(query['parents']);
  const offset = Number(query['offset'] ?? 0);
  const sticky = query['sticky'];
  return {
    type: site.types.get(type)?.public ? type : 'post',
    limit: Math.min(Math.max(Math.trunc(Number(query['perPage'])) || 10, 1), 100),
    order: ORDERS[String(query['orderBy'])] ?? 'published',
    direction: query['order'] === 'asc' ? 'asc' : 'desc',
    ...(term ? { term } : {}),
    ...(author.length > 0 ? { author } : {}),
    ...(exclude.length > 0 ? { exclude } : {}),
    ...(parents.length > 0 ? { parent: parents } : {}),
    ...(offset > 0 && offset <= 1000 ? { offset: Math.trunc(offset) } : {}),
    ...(sticky === 'only' || sticky === 'exclude' ? { sticky: sticky === 'only' } : {}),
    ...(typeof query['search'] === 'string' && query['search'] !== '' ? { title: query['search'].slice(0, 100) } : {}),
  };
}

function parameterOf(block: BlockInstance): string {
  return `query-${numberOf(block, 'queryId', { max: 100_000 })}-page`;
}

function pageOf(block: BlockInstance, context: BlockContext): number {
  const given = Number(context.query?.[parameterOf(block)] ?? 1);
  return Number.isInteger(given) && given >= 1 && given <= 1000 ? given : 1;
}

async function findLoop(block: BlockInstance, context: BlockContext): Promise<NumberedPage> {
  const { site, viewer } = context;
  const query = queryOf(block, site);
  const page = pageOf(block, context);
  context.tag(`type:${String(query.type)}`);
  return context.once(`blocks:loop:${page}:${JSON.stringify(query)}`, async () => {
    if (!query.offset) return site.entries.page(query, page, viewer);
    const { items } = await site.entries.find(
      { ...query, offset: query.offset + (page - 1) * (query.limit ?? 10) },
      viewer,
    );
    return { items, page, pages: page, total: items.length, isCapped: false };
  });
}

type LoopData = ReadonlyMap<BlockInstance, Loop>;

async function loadLoops(blocks: readonly BlockInstance[], context: BlockContext): Promise<LoopData> {
  const pages = await Promise.all(
    blocks.map((block) => {
      const isInherited = (block.attrs['query'] as { inherit?: unknown }).inherit === true && context.entries;
      if (!isInherited) return findLoop(block, context);
      return {
        items: [...(context.entries ?? [])],
        page: 1,
        pages: 1,
        total: context.entries?.length ?? 0,
        isCapped: false,
      };
    }),
  );
  const presented = await presentOnce(
    pages.flatMap((page) => page.items),
    context,
  );
  return new Map(
    blocks.map((block, index) => {
      const { items = [], page = 1, pages: last = 1, total = 0 } = pages[index] ?? {};
      const url = (wanted: number): string | undefined =>
        context.query ? `${context.path ?? ''}?${parameterOf(block)}=${wanted}` : undefined;
      return [
        block,
        { entries: items.flatMap((entry) => presented.get(entry.id) ?? []), page, pages: last, total, url },
      ];
    }),
  );
}

const query: BlockDefinition<LoopData> = {
  title: 'Query',
  category: 'theme',
  layout: LOOP_LAYOUT,
  attributes: { queryId: number(0), query: group(), tagName: text('div') },
  load: loadLoops,
  expand: (block, data) => [{ scope: { loop: data.get(block) } }],
};

const postTemplate: BlockDefinition = {
  title: 'Post template',
  category: 'theme',
  layout: LOOP_LAYOUT,
  expand: (block) =>
    (loopOf(block)?.entries ?? []).map((presented) => ({
      scope: { entry: presented.source, presented, seen: block.scope['seen'], loop: undefined },
    })),
  render(block) {
    const entries = loopOf(block)?.entries ?? [];
    if (entries.length === 0) return '';
    const items = entries.map((entry, index) => {
      const classes = ['wp-block-post', `post-${entry.id}`, ...entry.classes].map(escapeHtml).join(' ');
      return `<li class="${classes}">${block.items[index] ?? ''}</li>`;
    });
    const classes = layoutClasses(block.name, block.attrs, LOOP_LAYOUT);
    return `<ul${wrap(block, { classes, style: layoutStyles(block.attrs, LOOP_LAYOUT) })}>${items.join('')}</ul>`;
  },
};

function arrow(kind: string, isNext: boolean): string {
  const marks: Record<string, string> = { arrow: isNext ? '→' : '←', chevron: isNext ? '»' : '«' };
  const mark = marks[kind];
  return mark
    ? `<span class="wp-block-query-pagination-${isNext ? 'next' : 'previous'}-arrow is-arrow-${kind}" aria-hidden="true">${mark}</span>`
    : '';
}

function turn(isNext: boolean): BlockDefinition {
  return {
    title: isNext ? 'Next page' : 'Previous page',
    category: 'theme',
    attributes: { label: text(), showLabel: flag(true) },
    render(block, _, { t }) {
      const loop = loopOf(block);
      const target = loop ? loop.page + (isNext ? 1 : -1) : 0;
      const url = loop && target >= 1 && target <= loop.pages ? loop.url(target) : undefined;
      if (url === undefined) return '';
      const label = inlineHtml(textOf(block, 'label')) || escapeHtml(t(isNext ? 'Next page' : 'Previous page'));
      const mark = arrow(String(block.scope['paginationArrow'] ?? ''), isNext);
      const attributes = { href: url, rel: isNext ? 'next' : 'prev' };
      return `<a${wrap(block, { attributes })}>${isNext ? '' : mark}${label}${isNext ? mark : ''}</a>`;
    },
  };
}

const numbers: BlockDefinition = {
  title: 'Page numbers',
  category: 'theme',
  attributes: { midSize: number(2) },
  render(block, _, { t }) {
    const loop = loopOf(block);
    if (!loop || loop.pages < 2 || loop.url(1) === undefined) return '';
    const around = numberOf(block, 'midSize', { max: 5, otherwise: 2 });
    const shown = Array.from({ length: Math.min(loop.pages, 1000) }, (_, index) => index + 1).filter(
      (page) => page === 1 || page === loop.pages || Math.abs(page - loop.page) <= around,
    );
    const items = shown.map((page, index) => {
      const gap = index > 0 && page - (shown[index - 1] ?? 0) > 1 ? '<span class="page-numbers dots">…</span>' : '';
      if (page === loop.page) return `${gap}<span class="page-numbers current" aria-current="page">${page}</span>`;
      return (
        gap + link(loop.url(page) ?? '', String(page), { className: 'page-numbers', label: `${t('Page')} ${page}` })
      );
    });
    return `<div${wrap(block)}>${items.join('')}</div>`;
  },
};

const pagination: BlockDefinition = {
  title: 'Pagination',
  category: 'theme',
  layout: { default: 'flex' },
  attributes: { paginationArrow: text('none'), showLabel: flag(true) },
  expand: (block) => [{ scope: { paginationArrow: textOf(block, 'paginationArrow') } }],
  render(block, _, { t }) {
    if (block.inner.trim() === '') return '';
    const classes = layoutClasses(block.name, block.attrs, { default: 'flex' });
    return `<nav${wrap(block, { classes, attributes: { 'aria-label': t('Pagination') } })}>${block.inner}</nav>`;
  },
};

const noResults: BlockDefinition = {
  title: 'No results',
  category: 'theme',
  render: (block) => {
    const loop = loopOf(block);
    return loop && loop.entries.length === 0 ? `<div${wrap(block)}>${block.inner}</div>` : '';
  },
};

/** Says what a list is about; the controller of the list names it in the scope. */
const queryTitle: BlockDefinition = {
  title: 'Title of the list',
  category: 'theme',
  attributes: { level: number(1), type: text(), showPrefix: flag(true), taxonomies: list() },
  render(block) {
    const title = block.scope['listTitle'];
    const level = numberOf(block, 'level', { min: 1, max: 6, otherwise: 1 });
    return typeof title === 'string' && title ? `<h${level}${wrap(block)}>${escapeHtml(title)}</h${level}>` : '';
  },
};

export const queryBlocks: Record<string, BlockDefinition> = {
  'core/query': query as BlockDefinition,
  'core/post-template': postTemplate,
  'core/query-pagination': pagination,
  'core/query-pagination-previous': turn(false),
  'core/query-pagination-next': turn(true),
  'core/query-pagination-numbers': numbers,
  'core/query-no-results': noResults,
  'core/query-title': queryTitle,
};
