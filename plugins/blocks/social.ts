import { readFile } from 'node:fs/promises';
import { type BlockDefinition, escapeHtml, isSafeUrl } from 'galley';
import { flag, isOn, text, textOf } from './attributes.ts';
import { link, wrap } from './html.ts';

/** What each service is called and which icon of Bootstrap's set (MIT) it has. */
const SERVICES: Record<string, [title: string, icon: string]> = {
  amazon: ['Amazon', 'amazon'],
  bandcamp: ['Bandcamp', 'music-note-beamed'],
  behance: ['Behance', 'behance'],
  bluesky: ['Bluesky', 'bluesky'],
  chain: ['Link', 'link-45deg'],
  discord: ['Discord', 'discord'],
  dribbble: ['Dribbble', 'dribbble'],
  dropbox: ['Dropbox', 'dropbox'],
  facebook: ['Facebook', 'facebook'],
  feed: ['RSS feed', 'rss'],
  github: ['GitHub', 'github'],
  google: ['Google', 'google'],
  instagram: ['Instagram', 'instagram'],
  linkedin: ['LinkedIn', 'linkedin'],
  mail: ['Mail', 'envelope'],
  mastodon: ['Mastodon', 'mastodon'],
  medium: ['Medium', 'medium'],
  pinterest: ['Pinterest', 'pinterest'],
  reddit: ['Reddit', 'reddit'],
  skype: ['Skype', 'skype'],
  snapchat: ['Snapchat', 'snapchat'],
  spotify: ['Spotify', 'spotify'],
  telegram: ['Telegram', 'telegram'],
  threads: ['Threads', 'threads'],
  tiktok: ['TikTok', 'tiktok'],
  twitch: ['Twitch', 'twitch'],
  twitter: ['Twitter', 'twitter'],
  vimeo: ['Vimeo', 'vimeo'],
  whatsapp: ['WhatsApp', 'whatsapp'],
  wordpress: ['WordPress', 'wordpress'],
  x: ['X', 'twitter-x'],
  yelp: ['Yelp', 'yelp'],
  youtube: ['YouTube', 'youtube'],
};
const OTHER: [string, string] = ['Link', 'link-45deg'];

function serviceOf(name: string): [title: string, icon: string] {
  return Object.hasOwn(SERVICES, name) ? (SERVICES[name] ?? OTHER) : OTHER;
}

async function readIcon(icon: string): Promise<string> {
  const svg = await readFile(new URL(import.meta.resolve(`bootstrap-icons/icons/${icon}.svg`)), 'utf8').catch(() => '');
  return svg.replace('<svg ', '<svg aria-hidden="true" focusable="false" ').replaceAll('\n', '');
}

type Icons = ReadonlyMap<string, string>;

/** What an icon can lead to, by name of the service. */
const choices = Object.fromEntries(Object.entries(SERVICES).map(([name, [title]]) => [name, title]));

const socialLink: BlockDefinition<Icons> = {
  title: 'Social icon',
  category: 'widgets',
  editor: {
    fields: {
      service: { kind: 'select', label: 'Service', choices },
      url: { kind: 'text', label: 'Address of the page', help: 'An e-mail address does as well.' },
      label: { kind: 'text', label: 'Words in place of its name' },
    },
  },
  attributes: { url: text(), service: text('chain'), label: text(), rel: text() },
  async load(blocks) {
    const icons = [...new Set(blocks.map((block) => serviceOf(textOf(block, 'service'))[1]))];
    return new Map(await Promise.all(icons.map(async (icon) => [icon, await readIcon(icon)] as const)));
  },
  render(block, icons, { t }) {
    const url = textOf(block, 'url');
    if (url === '') return '';
    const service = textOf(block, 'service').replace(/[^\w-]/g, '');
    const [title, icon] = serviceOf(service);
    const address = url.includes('@') && isSafeUrl(`mailto:${url}`) && !/[:/]/.test(url) ? `mailto:${url}` : url;
    const label = escapeHtml(textOf(block, 'label') || t(title));
    const hidden = block.scope['showLabels'] === true ? '' : ' screen-reader-text visually-hidden';
    const html = `${icons.get(icon) ?? ''}<span class="wp-block-social-link-label${hidden}">${label}</span>`;
    const options = {
      className: 'wp-block-social-link-anchor',
      newWindow: block.scope['openInNewTab'] === true,
      rel: textOf(block, 'rel'),
    };
    return `<li${wrap(block, { classes: ['wp-social-link', `wp-social-link-${service}`] })}>${link(address, html, options)}</li>`;
  },
};

const socialLinks: BlockDefinition = {
  title: 'Social icons',
  category: 'widgets',
  layout: { default: 'flex' },
  editor: {
    fields: {
      openInNewTab: { kind: 'boolean', label: 'Open in a new tab' },
      showLabels: { kind: 'boolean', label: 'Show the names' },
    },
  },
  attributes: { openInNewTab: flag(), showLabels: flag() },
  expand: (block) => [{ scope: { openInNewTab: isOn(block, 'openInNewTab'), showLabels: isOn(block, 'showLabels') } }],
};

export const socialBlocks: Record<string, BlockDefinition> = {
  'core/social-links': socialLinks,
  'core/social-link': socialLink as BlockDefinition,
};
