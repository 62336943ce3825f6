/** The states of an entry. `inherit` is an attachment's: it is as visible as what it is attached to. */
export const STATUSES = ['draft', 'pending', 'publish', 'future', 'private', 'trash', 'inherit', 'auto-draft'] as const;
/** One of the states of an entry. */
export type EntryStatus = (typeof STATUSES)[number];

/** What an entry may become when its time is over. */
export const END_STATUSES = ['draft', 'private', 'trash'] as const;
/** One of them. */
export type EndStatus = (typeof END_STATUSES)[number];

/** One piece of content of any type. All times are milliseconds since 1970, UTC. */
export interface Entry {
  /** Only where something unsaved is previewed: meta that is not stored yet. */
  meta?: Readonly<Record<string, string | readonly string[]>>;
  id: number;
  uuid: string;
  type: string;
  status: EntryStatus;
  /** The status before the entry went to the trash. */
  formerStatus: EntryStatus | null;
  slug: string;
  /** The slugs from the topmost parent down; the slug alone where the type has no tree. Null in drafts without a slug and in the trash. */
  path: string | null;
  title: string;
  /** Block markup. */
  content: string;
  excerpt: string;
  authorId: number | null;
  parentId: number | null;
  order: number;
  publishedAt: number | null;
  /** Until when visitors see it; null for good. */
  unpublishAt: number | null;
  /** What it becomes then. */
  unpublishTo: EndStatus;
  createdAt: number;
  modifiedAt: number;
  locale: string;
  /** Counts up with each save. Whoever saves says which version he read. */
  version: number;
  /** Visitors must know it to read the entry; empty where none is needed. */
  password: string;
  sticky: boolean;
  commentStatus: 'open' | 'closed';
  pingStatus: 'open' | 'closed';
  /** The custom page template that was chosen, or empty. */
  template: string;
  featuredId: number | null;
  mimeType: string;
  /** Values of the type's own fields. */
  fields: Record<string, unknown>;
  /** The first words of the body as plain text and how many words it has: made at save, so that lists need no body. */
  summary: string;
  wordCount: number;
}

/** The row of an entry in the store. */
export interface EntryRow {
  id: number;
  uuid: string;
  type: string;
  status: string;
  former_status: string | null;
  slug: string;
  path: string | null;
  title: string;
  content: string;
  excerpt: string;
  author_id: number | null;
  parent_id: number | null;
  menu_order: number;
  published_at: number | null;
  unpublish_at: number | null;
  unpublish_to: string;
  created_at: number;
  modified_at: number;
  locale: string;
  version: number;
  password: string;
  sticky: number;
  comment_status: string;
  ping_status: string;
  template: string;
  featured_id: number | null;
  mime_type: string;
  fields: string;
  summary: string;
  word_count: number;
}

/** The columns of lists that do not show the body. */
export const SUMMARY_COLUMNS = [
  'id',
  'uuid',
  'type',
  'status',
  'former_status',
  'slug',
  'path',
  'title',
  'excerpt',
  'author_id',
  'parent_id',
  'menu_order',
  'published_at',
  'unpublish_at',
  'unpublish_to',
  'created_at',
  'modified_at',
  'locale',
  'version',
  'password',
  'sticky',
  'comment_status',
  'ping_status',
  'template',
  'featured_id',
  'mime_type',
  'fields',
  'summary',
  'word_count',
] as const;

const isOpen = (value: string): 'open' | 'closed' => (value === 'open' ? 'open' : 'closed');

/** The entry of a row. A row read without its body gets an empty one. */
export function decodeEntry(row: EntryRow): Entry {
  return {
    id: row.id,
    uuid: row.uuid,
    type: row.type,
    status: row.status as EntryStatus,
    formerStatus: row.former_status as EntryStatus | null,
    slug: row.slug,
    path: row.path,
    title: row.title,
    content: row.content ?? '',
    excerpt: row.excerpt,
    authorId: row.author_id,
    parentId: row.parent_id,
    order: row.menu_order,
    publishedAt: row.published_at,
    unpublishAt: row.unpublish_at,
    unpublishTo: row.unpublish_to as EndStatus,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
    locale: row.locale,
    version: row.version,
    password: row.password,
    sticky: row.sticky === 1,
    commentStatus: isOpen(row.comment_status),
    pingStatus: isOpen(row.ping_status),
    template: row.template,
    featuredId: row.featured_id,
    mimeType: row.mime_type,
    fields: row.fields ? (JSON.parse(row.fields) as Record<string, unknown>) : {},
    summary: row.summary,
    wordCount: row.word_count,
  };
}

/** The row of an entry, without its id. */
export function encodeEntry(entry: Omit<Entry, 'id'>): Omit<EntryRow, 'id'> {
  return {
    uuid: entry.uuid,
    type: entry.type,
    status: entry.status,
    former_status: entry.formerStatus,
    slug: entry.slug,
    path: entry.path,
    title: entry.title,
    content: entry.content,
    excerpt: entry.excerpt,
    author_id: entry.authorId,
    parent_id: entry.parentId,
    menu_order: entry.order,
    published_at: entry.publishedAt,
    unpublish_at: entry.unpublishAt,
    unpublish_to: entry.unpublishTo,
    created_at: entry.createdAt,
    modified_at: entry.modifiedAt,
    locale: entry.locale,
    version: entry.version,
    password: entry.password,
    sticky: entry.sticky ? 1 : 0,
    comment_status: entry.commentStatus,
    ping_status: entry.pingStatus,
    template: entry.template,
    featured_id: entry.featuredId,
    mime_type: entry.mimeType,
    fields: JSON.stringify(entry.fields),
    summary: entry.summary,
    word_count: entry.wordCount,
  };
}
