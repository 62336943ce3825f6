import {
  type BlockContext,
  type BlockDefinition,
  type BlockInstance,
  type Entry,
  escapeHtml,
  layoutClasses,
  layoutStyles,
  makeBlock,
  type Permalinks,
  plainText,
  type Site,
} from 'galley';
import { flag, idsOf, isOn, number, numberOf, text, textOf } from './attributes.ts';
import { linksOf } from './entries.ts';
import { inlineHtml, link, wrap } from './html.ts';

type NavigationData = ReadonlyMap<number, Entry>;

const LAYOUT = { default: 'flex' } as const;

function listOfPages(context: BlockContext): Promise<{ pages: Entry[]; links: Permalinks }> {
  context.tag('type:page');
  return context.once('blocks:pages', async () => {
    const [{ items }, links] = await Promise.all([
      context.site.entries.find(
        { type: 'page', order: 'order', direction: 'asc', limit: 300, body: false },
        context.viewer,
      ),
      linksOf(context),
    ]);
    return { pages: items, links };
  });
}

/** Menus that are kept as an entry of their own (`ref`), the blocks inside, or else the list of pages. */
const navigation: BlockDefinition<NavigationData> = {
  title: 'Navigation',
  category: 'theme',
  attributes: { ref: number(), ariaLabel: text(), overlayMenu: text('mobile') },
  async load(blocks, { site, viewer, tag }) {
    const ids = blocks.flatMap((block) => idsOf(block.attrs['ref']));
    for (const id of ids) tag(`entry:${id}`);
    return ids.length > 0 && site.types.has('wp_navigation') ? site.entries.getMany(ids, viewer) : new Map();
  },
  expand(block, data, { site }) {
    const entry = data.get(numberOf(block, 'ref', { max: Number.MAX_SAFE_INTEGER }));
    const isUsable =
      entry?.type === 'wp_navigation' && entry.status === 'publish' && block.scope['inNavigation'] !== true;
    const scope = { inNavigation: true };
    if (isUsable) return [{ scope, blocks: site.blocks.parse(entry.content) }];
    if (block.block.innerBlocks.length > 0) return [{ scope, blocks: block.block.innerBlocks }];
    return [{ scope, blocks: [makeBlock({ blockName: 'core/page-list' })] }];
  },
  render(block, _, { t }) {
    const parts = {
      classes: layoutClasses(block.name, block.attrs, LAYOUT),
      style: layoutStyles(block.attrs, LAYOUT),
      attributes: { 'aria-label': textOf(block, 'ariaLabel') || t('Menu') },
    };
    return block.inner.trim() === ''
      ? ''
      : `<nav${wrap(block, parts)}><ul class="wp-block-navigation__container">${block.inner}</ul></nav>`;
  },
};

function itemLink(block: BlockInstance, path: string | undefined): string {
  const url = textOf(block, 'url');
  const label = inlineHtml(textOf(block, 'label')) || escapeHtml(url);
  const html = `<span class="wp-block-navigation-item__label">${label}</span>`;
  if (url === '') return `<span class="wp-block-navigation-item__content">${html}</span>`;
  const options = {
    className: 'wp-block-navigation-item__content',
    newWindow: isOn(block, 'opensInNewTab'),
    rel: textOf(block, 'rel'),
  };
  return link(url, html, { ...options, current: path !== undefined && url === path });
}

const LINK = {
  label: text(),
  url: text(),
  opensInNewTab: flag(),
  rel: text(),
  description: text(),
  kind: text(),
  type: text(),
};

const navigationLink: BlockDefinition = {
  title: 'Link',
  category: 'theme',
  attributes: LINK,
  render: (block, _, { path }) =>
    `<li${wrap(block, { classes: ['wp-block-navigation-item'] })}>${itemLink(block, path)}</li>`,
};

const navigationSubmenu: BlockDefinition = {
  title: 'Submenu',
  category: 'theme',
  attributes: LINK,
  render(block, _, { path }) {
    const classes = ['wp-block-navigation-item', 'has-child'];
    const below =
      block.inner.trim() === '' ? '' : `<ul class="wp-block-navigation__submenu-container">${block.inner}</ul>`;
    return `<li${wrap(block, { classes })}>${itemLink(block, path)}${below}</li>`;
  },
};

const homeLink: BlockDefinition = {
  title: 'Home link',
  category: 'theme',
  attributes: { label: text() },
  render(block, _, { t, path }) {
    const label = inlineHtml(textOf(block, 'label')) || escapeHtml(t('Home'));
    const options = {
      className: 'wp-block-home-link__content wp-block-navigation-item__content',
      rel: 'home',
      current: path === '/',
    };
    return `<li${wrap(block, { classes: ['wp-block-navigation-item'] })}>${link('/', label, options)}</li>`;
  },
};

interface PageData {
  pages: Entry[];
  links: Permalinks;
}

function pageItems(
  parent: number | null,
  data: PageData,
  options: { depth: number; path: string | undefined },
): string {
  const items = data.pages.filter((page) => page.parentId === parent);
  if (options.depth > 10) return '';
  return items
    .map((page) => {
      const url = data.links.entry(page);
      const below = pageItems(page.id, data, { ...options, depth: options.depth + 1 });
      const nested = below ? `<ul class="wp-block-navigation__submenu-container">${below}</ul>` : '';
      const classes = `wp-block-pages-list__item wp-block-navigation-item${below ? ' has-child' : ''}`;
      const anchor = link(url, escapeHtml(plainText(page.title) || '…'), {
        className: 'wp-block-pages-list__item__link wp-block-navigation-item__content',
        current: url === options.path,
      });
      return `<li class="${classes}">${anchor}${nested}</li>`;
    })
    .join('');
}

/** The tree of published pages. In a menu it is the items alone. */
const pageList: BlockDefinition<PageData> = {
  title: 'Page list',
  category: 'widgets',
  attributes: { parentPageID: number(0) },
  load: (_, context) => listOfPages(context),
  render(block, data, { path }) {
    const items = pageItems(idsOf(block.attrs['parentPageID'])[0] ?? null, data, { depth: 0, path });
    if (items === '' || block.scope['inNavigation'] === true) return items;
    return `<ul${wrap(block)}>${items}</ul>`;
  },
};

/** Menus made of blocks, as WordPress's block themes keep them. */
export function defineNavigation(site: Site): void {
  site.types.register('wp_navigation', {
    title: 'Navigation menus',
    singular: 'Navigation menu',
    icon: 'compass',
    capability: 'page',
    supports: ['title', 'content', 'revisions'],
    showInAdmin: false,
  });
}

export const navigationBlocks: Record<string, BlockDefinition> = {
  'core/navigation': navigation as BlockDefinition,
  'core/navigation-link': navigationLink,
  'core/navigation-submenu': navigationSubmenu,
  'core/home-link': homeLink,
  'core/page-list': pageList as BlockDefinition,
  'core/page-list-item': navigationLink,
};
