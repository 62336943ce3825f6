import { type Entry, escapeHtml, type Permalinks, type Term, type User } from 'galley';
import { absoluteContent } from './absolute-links.ts';
import type { ImportedComment } from './comment-import.ts';
import { FILE_FIELDS } from './item-draft.ts';
import { writePhp } from './php-serialized.ts';
import type { WxrMeta } from './wxr-records.ts';
import { formatWxrTime } from './wxr-time.ts';
import {
  cdata,
  cdataElement,
  cleanXml,
  dataElement,
  element,
  escapeName,
  isOwnNote,
  metaElement,
  rssDate,
} from './wxr-writer.ts';

/** A comment that is written out. */
export type ExportedComment = ImportedComment & { id: number; meta: readonly WxrMeta[] };

/** An entry with all that belongs to it. */
export interface ExportedEntry {
  entry: Entry;
  author: User | undefined;
  terms: readonly Term[];
  meta: Readonly<Record<string, readonly string[]>>;
  comments: readonly ExportedComment[];
  /** Absolute address of an attachment's file. */
  fileUrl: string | undefined;
}

/** What every item needs to know of the site. */
export interface ExportSite {
  origin: string;
  zone: string;
  links: Permalinks;
  /** The list of all entries of a type, where it has one. */
  listOf(type: string): ListOfType | undefined;
}

/** The name and the absolute address of the list of a type. */
export interface ListOfType {
  title: string;
  url: string;
}

const COMMENT_STATUS: Record<string, string> = { approved: '1', pending: '0' };
const ALT = '_wp_attachment_image_alt';
const MENU_TARGETS = new Set(['post_type', 'taxonomy']);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The list to which a menu item leads; such an item is written as a link, as WordPress's importer leaves it out else. */
function listTarget({ type, fields }: Entry, site: ExportSite): ListOfType | undefined {
  const isList = type === 'nav_menu_item' && fields['kind'] === 'post_type_archive';
  return isList ? site.listOf(text(fields['object'])) : undefined;
}

function menuMeta({ id, parentId, fields }: Entry, list: ListOfType | undefined): [string, string][] {
  const kind = list ? 'custom' : text(fields['kind']) || 'custom';
  const objectId = MENU_TARGETS.has(kind) ? Number(fields['objectId'] ?? 0) : id;
  const classes = text(fields['classes']).split(/\s+/);
  return [
    ['_menu_item_type', kind],
    ['_menu_item_menu_item_parent', String(parentId ?? 0)],
    ['_menu_item_object_id', String(objectId)],
    ['_menu_item_object', (list ? '' : text(fields['object'])) || 'custom'],
    ['_menu_item_target', text(fields['target'])],
    ['_menu_item_classes', writePhp(classes)],
    ['_menu_item_xfn', text(fields['rel'])],
    ['_menu_item_url', list?.url ?? text(fields['url'])],
    ...(list ? [fieldsNote({ kind: fields['kind'], object: fields['object'], url: '' })] : []),
  ];
}

/** Fields as only Galley reads them. */
const fieldsNote = (fields: object): [string, string] => ['_galley_fields', JSON.stringify(fields)];

function trashMeta(entry: Entry): [string, string][] {
  if (entry.status !== 'trash') return [];
  return [
    ['_wp_trash_meta_status', entry.formerStatus ?? 'draft'],
    ['_wp_trash_meta_time', String(Math.floor(entry.modifiedAt / 1000))],
    ['_wp_desired_post_slug', entry.slug],
  ];
}

function attachmentMeta(entry: Entry, fileUrl: string | undefined): [string, string][] {
  if (entry.type !== 'attachment') return [];
  const alt = text(entry.fields['alt']);
  const path = fileUrl === undefined ? '' : (URL.parse(fileUrl)?.pathname.replace(/^\/+/, '') ?? '');
  return [
    ...(alt === '' ? [] : [[ALT, alt] as [string, string]]),
    ...(path === '' ? [] : [['_wp_attached_file', path] as [string, string]]),
  ];
}

/** The typed fields that have a value and no place of their own in WordPress. */
function ownFields({ type, fields }: Entry): [string, unknown][] {
  if (type === 'nav_menu_item') return [];
  const isPlaced = (name: string): boolean => type === 'attachment' && (name === 'alt' || FILE_FIELDS.has(name));
  return Object.entries(fields).filter(([name, value]) => value !== null && value !== '' && !isPlaced(name));
}

/** The fields that are also written as meta of their name, where a theme or plugin of WordPress looks for them. */
function metaFields({ entry, meta }: ExportedEntry): [string, unknown][] {
  return ownFields(entry).filter(([name]) => !Object.hasOwn(meta, name));
}

/** A value as WordPress keeps it as meta: a text, or what PHP's `serialize` makes of a list. */
function metaText(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '';
  return typeof value === 'object' ? writePhp(value) : String(value);
}

/** All meta of an item: the entry's own, and what WordPress keeps as meta although it is none here. */
function metaOf(exported: ExportedEntry, list: ListOfType | undefined): [string, string][] {
  const { entry, meta, fileUrl } = exported;
  const own = Object.entries(meta)
    .filter(([key]) => !isOwnNote(key))
    .flatMap(([key, values]) => values.map((value): [string, string] => [key, value]));
  const fields = ownFields(entry);
  return [
    ...own,
    ...(entry.featuredId === null ? [] : [['_thumbnail_id', String(entry.featuredId)] as [string, string]]),
    ...(entry.template === '' ? [] : [['_wp_page_template', entry.template] as [string, string]]),
    ...(entry.type === 'nav_menu_item' ? menuMeta(entry, list) : []),
    ...trashMeta(entry),
    ...attachmentMeta(entry, fileUrl),
    ...metaFields(exported).map(([name, value]): [string, string] => [name, metaText(value)]),
    ...(fields.length > 0 ? [fieldsNote(Object.fromEntries(fields))] : []),
  ];
}

/** What WXR cannot say: dates to the millisecond, when it was made and until when it is shown, its language. */
function dataOf(exported: ExportedEntry, title: string): string {
  const { createdAt, publishedAt, modifiedAt, unpublishAt, unpublishTo, locale, mimeType } = exported.entry;
  const fieldMeta = metaFields(exported).map(([name]) => name);
  return dataElement({
    createdAt: createdAt === publishedAt ? undefined : createdAt,
    publishedAt: publishedAt !== null && publishedAt % 1000 !== 0 ? publishedAt : undefined,
    modifiedAt: modifiedAt % 1000 === 0 ? undefined : modifiedAt,
    ...(unpublishAt === null ? {} : { unpublishAt, unpublishTo }),
    locale,
    mimeType,
    fieldMeta: fieldMeta.length === 0 ? undefined : fieldMeta,
    isUntitled: exported.entry.title === title ? undefined : true,
  });
}

/** A comment without the paragraphs that its text gets when it comes in, here or there. */
function plainComment(content: string): string {
  const text = content
    .replace(/^<p>|<\/p>$/g, '')
    .replaceAll('</p>\n<p>', '\n\n')
    .replaceAll('<br />\n', '\n');
  const parts = text.split(/\n{2,}/).map((part) => `<p>${part.replaceAll('\n', '<br />\n')}</p>`);
  const isAlike = text.trim() === text && !/<(p|blockquote|pre|ul|ol)\b/i.test(text) && parts.join('\n') === content;
  return isAlike ? text : content;
}

function commentElement(comment: ExportedComment, zone: string): string {
  return [
    '<wp:comment>\n',
    element('wp:comment_id', comment.id),
    cdataElement('wp:comment_author', escapeName(comment.authorName)),
    cdataElement('wp:comment_author_email', comment.authorEmail),
    element('wp:comment_author_url', comment.authorUrl),
    cdataElement('wp:comment_author_IP', comment.authorAddress),
    cdataElement('wp:comment_date', formatWxrTime(comment.createdAt, zone)),
    cdataElement('wp:comment_date_gmt', formatWxrTime(comment.createdAt)),
    cdataElement('wp:comment_content', plainComment(comment.content)),
    cdataElement('wp:comment_approved', COMMENT_STATUS[comment.status] ?? comment.status),
    cdataElement('wp:comment_type', comment.type),
    element('wp:comment_parent', comment.parentId ?? 0),
    element('wp:comment_user_id', comment.userId ?? 0),
    ...comment.meta
      .filter(({ key }) => !isOwnNote(key))
      .map(({ key, value }) => metaElement('wp:commentmeta', key, value)),
    dataElement({
      createdAt: comment.createdAt % 1000 === 0 ? undefined : comment.createdAt,
      agent: comment.agent,
    }),
    '</wp:comment>\n',
  ].join('');
}

function termElement(term: Term): string {
  const attributes = [term.taxonomy, term.slug].map((value) => escapeHtml(cleanXml(value)));
  return `<category domain="${attributes[0]}" nicename="${attributes[1]}">${cdata(escapeName(term.name))}</category>\n`;
}

/** An entry as an item of WXR. */
export function itemElement(exported: ExportedEntry, site: ExportSite): string {
  const { origin, zone, links } = site;
  const { entry, author, terms, comments, fileUrl } = exported;
  const written = entry.publishedAt ?? entry.createdAt;
  const list = listTarget(entry, site);
  const title = entry.title || (list?.title ?? '');
  return [
    '<item>\n',
    cdataElement('title', title),
    element('link', origin + links.entry(entry)),
    element('pubDate', rssDate(written)),
    cdataElement('dc:creator', author?.login ?? ''),
    `<guid isPermaLink="false">urn:uuid:${entry.uuid}</guid>\n`,
    '<description></description>\n',
    cdataElement('content:encoded', absoluteContent(entry.content, origin)),
    cdataElement('excerpt:encoded', absoluteContent(entry.excerpt, origin)),
    element('wp:post_id', entry.id),
    cdataElement('wp:post_date', formatWxrTime(written, zone)),
    cdataElement('wp:post_date_gmt', formatWxrTime(entry.publishedAt)),
    cdataElement('wp:post_modified', formatWxrTime(entry.modifiedAt, zone)),
    cdataElement('wp:post_modified_gmt', formatWxrTime(entry.modifiedAt)),
    cdataElement('wp:comment_status', entry.commentStatus),
    cdataElement('wp:ping_status', entry.pingStatus),
    cdataElement('wp:post_name', entry.status === 'trash' ? `${entry.slug}__trashed` : entry.slug),
    cdataElement('wp:status', entry.status),
    element('wp:post_parent', entry.type === 'nav_menu_item' ? 0 : (entry.parentId ?? 0)),
    element('wp:menu_order', entry.order),
    cdataElement('wp:post_type', entry.type),
    cdataElement('wp:post_password', entry.password),
    element('wp:is_sticky', entry.sticky ? 1 : 0),
    fileUrl === undefined ? '' : cdataElement('wp:attachment_url', fileUrl),
    ...terms.map(termElement),
    ...metaOf(exported, list).map(([key, value]) => metaElement('wp:postmeta', key, value)),
    dataOf(exported, title),
    ...comments.map((comment) => commentElement(comment, zone)),
    '</item>\n',
  ].join('');
}
