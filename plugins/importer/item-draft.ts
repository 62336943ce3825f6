import { END_STATUSES, type EntryDraft, type EntryStatus, type Site, STATUSES } from 'galley';
import { findIds } from './id-rewriter.ts';
import type { Pending } from './import-store.ts';
import { decodePath } from './old-address.ts';
import type { WxrItem } from './wxr-records.ts';
import { exactTime, parseWxrTime, wxrTime } from './wxr-time.ts';
import { isOwnNote } from './wxr-writer.ts';

/** Post types that are settings of WordPress, not content. */
export const NOT_CONTENT = new Set([
  'revision',
  'customize_changeset',
  'custom_css',
  'oembed_cache',
  'user_request',
  'wp_global_styles',
  'wp_template',
  'wp_template_part',
  'wp_navigation',
  'wp_font_family',
  'wp_font_face',
]);

/** Meta that has a place of its own in an entry, or means nothing outside of the site that it comes from. */
const NOT_KEPT = new Set([
  '_edit_last',
  '_edit_lock',
  '_thumbnail_id',
  '_wp_page_template',
  '_wp_attached_file',
  '_wp_attachment_metadata',
  '_wp_trash_meta_status',
  '_wp_trash_meta_time',
  '_wp_desired_post_slug',
]);
/** Fields of attachments that describe the file on the site where it was; here whoever stores the file sets them. */
export const FILE_FIELDS: ReadonlySet<string> = new Set(['file', 'name', 'width', 'height', 'bytes']);
const META_KEY_MAX = 255;
const ALT = '_wp_attachment_image_alt';
const UUID = /^urn:uuid:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;
const MIME_TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  wav: 'audio/wav',
  m4a: 'audio/mp4',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  pdf: 'application/pdf',
  zip: 'application/zip',
};

/** An item as a draft, without what needs the store: author, terms and what refers to other items. */
export interface ItemDraft {
  draft: EntryDraft;
  pending: Pending;
}

/** The last value of a meta key. */
export function metaValue(item: Pick<WxrItem, 'meta'>, key: string): string {
  return item.meta.findLast((meta) => meta.key === key)?.value ?? '';
}

/** The id of an entry that Galley exported. */
export const uuidOf = (item: WxrItem): string | undefined => UUID.exec(item.guid.toLowerCase())?.[1];

/** Free data. What is but a field once more, for WordPress, is none. */
function metaOf(item: WxrItem, fields: Record<string, unknown>): Record<string, string[]> {
  const { fieldMeta } = item.data;
  const copies = new Set(
    Array.isArray(fieldMeta) ? fieldMeta.filter((name) => Object.hasOwn(fields, String(name))) : [],
  );
  const meta: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const { key, value } of item.meta) {
    if (
      NOT_KEPT.has(key) ||
      copies.has(key) ||
      isOwnNote(key) ||
      key.startsWith('_menu_item_') ||
      key.length > META_KEY_MAX
    )
      continue;
    meta[key] = [...(meta[key] ?? []), value];
  }
  return meta;
}

function fieldsOf(site: Site, item: WxrItem): Record<string, unknown> {
  const known = site.types.get(item.type)?.fields ?? {};
  let given: unknown;
  try {
    given = JSON.parse(metaValue(item, '_galley_fields') || '{}');
  } catch {
    given = {};
  }
  if (typeof given !== 'object' || given === null) return {};
  const isKept = (name: string): boolean =>
    Object.hasOwn(known, name) && !(item.type === 'attachment' && FILE_FIELDS.has(name));
  return Object.fromEntries(Object.entries(given).filter(([name]) => isKept(name)));
}

function statusOf(item: WxrItem): EntryStatus {
  return STATUSES.find((status) => status === item.status) ?? 'draft';
}

/** The slug as it was before WordPress moved the entry to its trash. */
function slugOf(item: WxrItem): string {
  const slug = decodePath(item.slug);
  if (item.status !== 'trash') return slug;
  return metaValue(item, '_wp_desired_post_slug') || slug.replace(/__trashed(-\d+)?$/, '');
}

function stampsOf(item: WxrItem, zone: string): Pick<EntryDraft, 'publishedAt' | 'createdAt' | 'modifiedAt'> {
  const written = wxrTime(item.dateGmt, item.date, zone);
  const isOut = ['publish', 'future', 'private', 'inherit'].includes(item.status);
  const publishedAt = isOut ? written : parseWxrTime(item.dateGmt);
  const modified = wxrTime(item.modifiedGmt, item.modified, zone) ?? written;
  const { createdAt, publishedAt: exact, modifiedAt } = item.data;
  const changedAt = exactTime(modifiedAt, modified);
  const outAt = exactTime(exact, publishedAt);
  const isTold = typeof createdAt === 'number' && Number.isSafeInteger(createdAt);
  const madeAt = isTold ? createdAt : (outAt ?? written);
  return {
    publishedAt: outAt,
    ...(madeAt === null ? {} : { createdAt: madeAt }),
    ...(changedAt === null ? {} : { modifiedAt: changedAt }),
  };
}

/** Until when an entry is shown, and what it becomes then. */
function endOf(at: unknown, to: unknown): Pick<EntryDraft, 'unpublishAt' | 'unpublishTo'> {
  const unpublishTo = END_STATUSES.find((status) => status === to);
  return Number.isSafeInteger(at) && unpublishTo ? { unpublishAt: Number(at), unpublishTo } : {};
}

function mimeTypeOf(item: WxrItem): string {
  const given = item.data['mimeType'];
  if (typeof given === 'string' && given !== '') return given;
  const extension = /\.([a-z0-9]{2,5})(?:[?#].*)?$/i.exec(item.attachmentUrl)?.[1]?.toLowerCase() ?? '';
  return item.type === 'attachment' ? (MIME_TYPES[extension] ?? '') : '';
}

function pendingOf(item: WxrItem): Pending {
  const thumbnail = Number(metaValue(item, '_thumbnail_id'));
  return {
    ...(item.parent > 0 ? { parent: item.parent } : {}),
    ...(Number.isSafeInteger(thumbnail) && thumbnail > 0 ? { featured: thumbnail } : {}),
    ...(findIds(item.content).length > 0 ? { ids: true as const } : {}),
    ...(item.type === 'attachment' && item.attachmentUrl !== ''
      ? { file: { url: item.attachmentUrl, path: metaValue(item, '_wp_attached_file'), export: '', line: item.line } }
      : {}),
  };
}

/** Puts the alternative text where this site's attachments keep it. */
function placeAlt(site: Site, item: WxrItem, draft: EntryDraft): void {
  if (item.type !== 'attachment' || !site.types.get('attachment')?.fields['alt']) return;
  const { [ALT]: _, ...meta } = { ...draft.meta };
  draft.meta = meta;
  draft.fields = { alt: metaValue(item, ALT), ...draft.fields };
}

/** What an item is as an entry. @param zone the site's time zone, for exports without times in UTC */
export function draftOf(site: Site, item: WxrItem, zone: string): ItemDraft {
  const template = metaValue(item, '_wp_page_template');
  const formerStatus = metaValue(item, '_wp_trash_meta_status');
  const { locale, unpublishAt, unpublishTo } = item.data;
  const fields = fieldsOf(site, item);
  const uuid = uuidOf(item);
  const draft: EntryDraft = {
    type: item.type,
    status: statusOf(item),
    slug: slugOf(item),
    title: item.data['isUntitled'] === true ? '' : item.title,
    content: item.content,
    excerpt: item.excerpt,
    order: item.order,
    password: item.password,
    sticky: item.sticky,
    commentStatus: item.commentStatus === 'open' ? 'open' : 'closed',
    pingStatus: item.pingStatus === 'open' ? 'open' : 'closed',
    template: template === 'default' ? '' : template,
    mimeType: mimeTypeOf(item),
    fields,
    meta: metaOf(item, fields),
    ...stampsOf(item, zone),
    ...(typeof locale === 'string' ? { locale } : {}),
    ...endOf(unpublishAt, unpublishTo),
    ...(uuid === undefined ? {} : { uuid }),
    ...(item.status === 'trash' && STATUSES.some((status) => status === formerStatus && status !== 'trash')
      ? { formerStatus: formerStatus as EntryStatus }
      : {}),
  };
  placeAlt(site, item, draft);
  return { draft, pending: pendingOf(item) };
}
