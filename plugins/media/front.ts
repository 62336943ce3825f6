import {
  escapeHtml,
  type Image,
  loadPermalinks,
  type PresentedEntry,
  plainText,
  SafeHtml,
  type Site,
  type Viewer,
} from 'galley';
import { pathToUrl } from './file-name.ts';
import { imageOf } from './images.ts';
import type { Media } from './media.ts';
import { type MediaFacts, PARENTS_TAG } from './media-facts.ts';
import { kindOfType } from './media-types.ts';
import { sizeLabel } from './size-label.ts';

/** What templates are told of a file. */
export interface PresentedAttachment {
  /** Address of the file itself; empty where it has none. */
  url: string;
  type: string;
  family: string;
  /** Its name when it was uploaded. */
  name: string;
  /** `1.4 MB`; empty where unknown. */
  size: string;
  image: Image | null;
}

declare module 'galley' {
  interface PresentedEntry {
    /** Of an attachment: the file. */
    attachment?: PresentedAttachment;
    /** Of an attachment: what it belongs to, where the viewer may see that. */
    parent?: { title: string; url: string };
  }
}

interface Shown {
  viewer: Viewer;
  tag: (...tags: string[]) => void;
}

/** Says which changes end a page that shows (or for now does not show) these files. */
export function tagFacts(ids: readonly number[], facts: ReadonlyMap<number, MediaFacts>, tag: Shown['tag']): void {
  for (const id of ids) {
    const parentId = facts.get(id)?.parentId;
    tag(`entry:${id}`, ...(parentId ? [`entry:${parentId}`] : []));
  }
  if (ids.some((id) => !facts.has(id))) tag(PARENTS_TAG);
}

/** Gives all entries of a page their pictures, and attachments their files, with one look into the library. */
export async function presentMedia(
  site: Site,
  media: Media,
  entries: PresentedEntry[],
  { viewer, tag }: Shown,
): Promise<PresentedEntry[]> {
  const ids = entries.flatMap(({ type, id, source }) => [
    ...(type === 'attachment' ? [id] : []),
    ...(source.featuredId === null ? [] : [source.featuredId]),
  ]);
  if (ids.length === 0) return entries;
  const facts = await media.facts(ids, viewer);
  tagFacts(ids, facts, tag);
  const presented = entries.map((entry) => (entry.protected ? entry : withMedia(entry, facts)));
  return withParents(site, presented, viewer);
}

function withMedia(entry: PresentedEntry, all: ReadonlyMap<number, MediaFacts>): PresentedEntry {
  const own = entry.type === 'attachment' ? all.get(entry.id) : undefined;
  const featured = all.get(entry.source.featuredId ?? 0) ?? own;
  const image = (featured && imageOf(featured)) ?? null;
  if (!own) return { ...entry, featured: image };
  const attachment = describe(own, entry);
  const content = new SafeHtml(playerOf(attachment) + entry.content.value);
  return { ...entry, featured: image, attachment, content };
}

function describe(facts: MediaFacts, entry: PresentedEntry): PresentedAttachment {
  const original = facts.files.find((file) => file.variant === 'original');
  return {
    url: original ? pathToUrl(original.url_path) : '',
    type: facts.type,
    family: kindOfType(facts.type)?.family ?? 'document',
    name: facts.name || entry.title,
    size: original ? sizeLabel(original.bytes) : '',
    image: imageOf(facts) ?? null,
  };
}

/** What stands above the description: a player, or a link to the file. Templates show pictures themselves. */
function playerOf({ url, type, family, name, size }: PresentedAttachment): string {
  if (url === '' || family === 'image') return '';
  const address = escapeHtml(url);
  if (family === 'audio' || family === 'video')
    return `<figure class="wp-block-${family}"><${family} controls preload="metadata" src="${address}"></${family}></figure>`;
  const kind = kindOfType(type)?.label;
  const facts = [kind, size].filter(Boolean).join(', ');
  return `<p class="attachment-file"><a class="button" href="${address}" download>${escapeHtml(name)}</a> <small>${escapeHtml(facts)}</small></p>`;
}

/** Names what attachments belong to: one query for all, none where there are none. */
async function withParents(site: Site, entries: PresentedEntry[], viewer: Viewer): Promise<PresentedEntry[]> {
  const ids = entries.flatMap(({ type, source }) => (type === 'attachment' ? (source.parentId ?? []) : []));
  if (ids.length === 0) return entries;
  const parents = await site.entries.getMany(ids, viewer);
  const links = await loadPermalinks(site);
  return entries.map((entry) => {
    const parent = entry.type === 'attachment' ? parents.get(entry.source.parentId ?? 0) : undefined;
    return parent ? { ...entry, parent: { title: plainText(parent.title), url: links.entry(parent) } } : entry;
  });
}
