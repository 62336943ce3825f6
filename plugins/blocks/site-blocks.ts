import {
  type BlockContext,
  type BlockDefinition,
  type BlockInstance,
  escapeHtml,
  type Image,
  type PresentedComment,
  safeUrl,
} from 'galley';
import { flag, isOn, number, numberOf, text, textOf } from './attributes.ts';
import { type EntryData, entryOf, loadEntries } from './entries.ts';
import { asking } from './hooks.ts';
import { headingTag, hostOf, inlineHtml, link, wrap } from './html.ts';
import { avatarHtml } from './post-blocks.ts';

function loadOption(name: string, context: BlockContext): Promise<string> {
  context.tag(`option:${name}`);
  return context.once(`blocks:option:${name}`, () => context.site.options.get<string>(name));
}

const siteTitle: BlockDefinition<string> = {
  title: 'Site title',
  category: 'theme',
  attributes: { level: number(1), isLink: flag(true), linkTarget: text('_self') },
  load: (_, context) => loadOption('title', context),
  render(block, title) {
    if (title === '') return '';
    const tag = headingTag(numberOf(block, 'level', { otherwise: 1 }));
    const newWindow = textOf(block, 'linkTarget') === '_blank';
    const html = isOn(block, 'isLink') ? link('/', escapeHtml(title), { rel: 'home', newWindow }) : escapeHtml(title);
    return `<${tag}${wrap(block)}>${html}</${tag}>`;
  },
};

const siteTagline: BlockDefinition<string> = {
  title: 'Tagline',
  category: 'theme',
  attributes: { level: number(0), isLink: flag() },
  load: (_, context) => loadOption('tagline', context),
  render(block, tagline) {
    if (tagline === '') return '';
    const tag = headingTag(numberOf(block, 'level'));
    return `<${tag}${wrap(block)}>${isOn(block, 'isLink') ? link('/', escapeHtml(tagline), { rel: 'home' }) : escapeHtml(tagline)}</${tag}>`;
  },
};

const siteLogo: BlockDefinition<{ logo: Image | undefined; title: string }> = {
  title: 'Logo',
  category: 'theme',
  attributes: { width: number(), isLink: flag(true), linkTarget: text('_self') },
  async load(_, context) {
    const logo = await context.once('blocks:logo', () => context.site.hooks.first('blocks:logo', asking(context)));
    return { logo, title: await loadOption('title', context) };
  },
  render(block, { logo, title }) {
    if (!logo) return '';
    const width = numberOf(block, 'width', { min: 16, max: 2000, otherwise: Math.min(logo.width, 120) });
    const image = `<img class="custom-logo" src="${escapeHtml(logo.src)}" width="${width}" alt="${escapeHtml(logo.alt || title)}">`;
    return `<div${wrap(block)}>${isOn(block, 'isLink') ? link('/', image, { className: 'custom-logo-link', rel: 'home' }) : image}</div>`;
  },
};

const loginout: BlockDefinition = {
  title: 'Log in and out',
  category: 'theme',
  attributes: { displayLoginAsForm: flag(), redirectToCurrent: flag(true) },
  render(block, _, { viewer, path, t }) {
    const isIn = viewer.id !== null;
    const back = isOn(block, 'redirectToCurrent') && path ? `?redirect_to=${encodeURIComponent(path)}` : '';
    const html = isIn
      ? link('/admin/logout', escapeHtml(t('Log out')))
      : link(`/admin/login${back}`, escapeHtml(t('Log in')));
    return `<div${wrap(block, { classes: [isIn ? 'logged-in' : 'logged-out'] })}>${html}</div>`;
  },
};

const SEARCH_ICON =
  '<svg class="search-icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="M13 5a6 6 0 0 0-4.7 9.7l-4 4 1 1 4-4A6 6 0 1 0 13 5Zm0 10.5a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9Z" fill="currentColor"/></svg>';

/** Colours and sizes belong to the button and the field; the form has its place only. */
function searchWidth(block: BlockInstance): string[] {
  const unit = textOf(block, 'widthUnit');
  const width = numberOf(block, 'width', { min: 0, max: 5000 });
  return width > 0 && (unit === 'px' || unit === '%') ? [`width:${width}${unit}`] : [];
}

const search: BlockDefinition = {
  title: 'Search',
  category: 'widgets',
  editor: {
    fields: {
      label: { kind: 'text', label: 'Label' },
      placeholder: { kind: 'text', label: 'Words in the empty field' },
      buttonText: { kind: 'text', label: 'Words of the button' },
    },
  },
  attributes: {
    label: text(),
    showLabel: flag(true),
    placeholder: text(),
    width: number(),
    widthUnit: text('%'),
    buttonText: text(),
    buttonPosition: text('button-outside'),
    buttonUseIcon: flag(),
    isSearchFieldHidden: flag(),
  },
  render(block, _, { t, unique }) {
    const position = textOf(block, 'buttonPosition').replace(/[^a-z-]/g, '');
    const id = unique('wp-block-search-input');
    const label = inlineHtml(textOf(block, 'label')) || escapeHtml(t('Search'));
    const hidden = isOn(block, 'showLabel') ? '' : ' screen-reader-text visually-hidden';
    const buttonText = inlineHtml(textOf(block, 'buttonText')) || escapeHtml(t('Search'));
    const isIcon = isOn(block, 'buttonUseIcon');
    const button =
      position === 'no-button'
        ? ''
        : `<button class="wp-block-search__button wp-element-button${isIcon ? ' has-icon' : ''}" type="submit"${isIcon ? ` aria-label="${escapeHtml(t('Search'))}"` : ''}>${isIcon ? SEARCH_ICON : buttonText}</button>`;
    const style = searchWidth(block);
    const input = `<input class="wp-block-search__input" id="${id}" type="search" name="s" value="" maxlength="100" placeholder="${escapeHtml(textOf(block, 'placeholder'))}" required>`;
    const classes = [
      `wp-block-search__${position === 'no-button' ? 'no-button' : position}`,
      isIcon ? 'wp-block-search__icon-button' : 'wp-block-search__text-button',
    ];
    return `<form role="search" method="get" action="/"${wrap(block, { classes })}><label class="wp-block-search__label${hidden}" for="${id}">${label}</label><div class="wp-block-search__inside-wrapper"${style.length > 0 ? ` style="${style.join(';')}"` : ''}>${input}${button}</div></form>`;
  },
};

const avatar: BlockDefinition<EntryData> = {
  title: 'Avatar',
  category: 'theme',
  attributes: { userId: number(), size: number(96), isLink: flag(), linkTarget: text('_self') },
  load: loadEntries,
  render(block, data) {
    const comment = block.scope['comment'] as PresentedComment | undefined;
    const author: { name: string; initials: string; url?: string } | undefined =
      comment?.author ?? entryOf(block, data)?.author;
    if (!author || author.name === '') return '';
    const html = avatarHtml(author, numberOf(block, 'size', { min: 16, max: 512, otherwise: 96 }));
    return `<div${wrap(block)}>${isOn(block, 'isLink') && author.url ? link(author.url, html, { label: author.name }) : html}</div>`;
  },
};

/** A feed of another site is a link: a page never fetches from elsewhere while somebody waits. */
const rss: BlockDefinition = {
  title: 'RSS',
  category: 'widgets',
  editor: { fields: { feedURL: { kind: 'url', label: 'Address of the feed' } } },
  attributes: { feedURL: text(), itemsToShow: number(5) },
  render(block, _, { t }) {
    const url = textOf(block, 'feedURL');
    if (url === '' || safeUrl(url) === '#') return '';
    return `<p${wrap(block)}>${link(url, `${escapeHtml(t('Feed of'))} ${escapeHtml(hostOf(url))}`, { rel: 'nofollow noopener' })}</p>`;
  },
};

export const siteBlocks: Record<string, BlockDefinition> = {
  'core/site-title': siteTitle as BlockDefinition,
  'core/site-tagline': siteTagline as BlockDefinition,
  'core/site-logo': siteLogo as BlockDefinition,
  'core/loginout': loginout,
  'core/search': search,
  'core/avatar': avatar as BlockDefinition,
  'core/rss': rss,
};
