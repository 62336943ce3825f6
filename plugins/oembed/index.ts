// What another site shows where somebody links to this one: oEmbed, found by a tag in the head of each page.
import { contained, type FoundEntry, type GalleyApi } from 'galley/contained';

const ADDRESS = '/plugins/oembed';
const TYPES = ['post', 'page'];
const [WIDTH, NARROW] = [600, 200];

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The path of an address, and nothing for what is none. Isolates have no URL. */
const pathOf = (address: string): string => /^https?:\/\/[^/?#]+(\/[^?#]*)/.exec(address)?.[1] ?? '';

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

/** The public text that stands at a path. */
async function entryAt(path: string, galley: GalleyApi): Promise<FoundEntry | undefined> {
  const slug = decoded(path.split('/').filter(Boolean).at(-1) ?? '');
  if (slug === '') return undefined;
  const lists = await Promise.all(TYPES.map((type) => galley.content.find({ type, slug, limit: 20 })));
  return lists.flat().find(({ url }) => url === path);
}

function cardOf({ title, excerpt, publishedAt }: FoundEntry, url: string): string {
  const day = publishedAt === null ? '' : `<p>${new Date(publishedAt).toISOString().slice(0, 10)}</p>`;
  const words = excerpt === '' ? '' : `<p>${escapeHtml(excerpt)}</p>`;
  return `<blockquote><p><a href="${escapeHtml(url)}">${escapeHtml(title)}</a></p>${words}${day}</blockquote>`;
}

export default contained({
  hooks: {
    'view:head': ({ site, entry }: { site: { url: string }; entry?: { url: string; title: string } }) => {
      if (!entry) return [];
      const url = entry.url.startsWith('/') ? site.url + entry.url : entry.url;
      const href = `${site.url}${ADDRESS}?url=${encodeURIComponent(url)}`;
      return [
        { tag: 'link', attributes: { rel: 'alternate', type: 'application/json+oembed', href, title: entry.title } },
      ];
    },
  },

  routes: {
    card: async ({ query }: { query: { url?: string; maxwidth?: number; format?: string } }, galley) => {
      const { url = '', maxwidth = WIDTH, format = 'json' } = query;
      if (format !== 'json') return { status: 404, json: { error: 'Only JSON is given here.' } };
      const entry = await entryAt(pathOf(url), galley);
      if (!entry) return null;
      const width = Math.max(NARROW, Math.min(maxwidth, WIDTH));
      return {
        json: { version: '1.0', type: 'rich', title: entry.title, html: cardOf(entry, url), width, height: null },
      };
    },
  },
});
