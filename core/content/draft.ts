import type { Viewer } from '../identity/viewer.ts';
import { GalleyError } from '../lib/errors.ts';
import type { EndStatus, Entry, EntryStatus } from './entry.ts';
import { END_STATUSES, STATUSES } from './entry.ts';
import type { ChildDraft } from './entry-links.ts';

/** What may be given when an entry is saved. Absent members stay as they are. */
export interface EntryDraft {
  /** Absent for a new entry. */
  id?: number;
  type?: string;
  status?: EntryStatus;
  slug?: string;
  title?: string;
  content?: string;
  excerpt?: string;
  authorId?: number | null;
  parentId?: number | null;
  order?: number;
  publishedAt?: number | null;
  /** Until when visitors see it; null for good. */
  unpublishAt?: number | null;
  /** What it becomes then: `draft` unless given. */
  unpublishTo?: EndStatus;
  locale?: string;
  password?: string;
  sticky?: boolean;
  commentStatus?: 'open' | 'closed';
  pingStatus?: 'open' | 'closed';
  template?: string;
  featuredId?: number | null;
  mimeType?: string;
  /** Replaces the values that are named; the others stay. */
  fields?: Record<string, unknown>;
  /** For each field of the kind `children` that is named, its entries in order. Those that are not named stay. */
  children?: Record<string, readonly ChildDraft[]>;
  /** For each taxonomy that is named, the entry's terms from now on: ids, or names that are made when absent. */
  terms?: Record<string, readonly (number | string)[]>;
  /** For each key that is named, its values from now on. */
  meta?: Record<string, string | readonly string[]>;
  /** Only an import may set these. */
  uuid?: string;
  createdAt?: number;
  modifiedAt?: number;
  /** What an entry in the trash was before. */
  formerStatus?: EntryStatus;
}

/** How an entry is saved. */
export interface SaveOptions {
  /** Who saves. Rights are checked for him. */
  viewer: Viewer;
  /** The version that the change is based on. A newer one in the store is a conflict. */
  version?: number;
  /** By whose right the HTML is sanitised; the viewer's by default. An import names the author it stands for. */
  htmlBy?: Viewer;
  /** Content from elsewhere: keeps stamps and writes no revision. */
  isImport?: boolean;
}

const TITLE_MAX = 2000;
const CONTENT_MAX = 8 * 1024 * 1024;
const SHORT_MAX = 255;

const LIMITS: Partial<Record<keyof EntryDraft, number>> = {
  title: TITLE_MAX,
  content: CONTENT_MAX,
  excerpt: 65_000,
  slug: 400,
  password: SHORT_MAX,
  template: SHORT_MAX,
  mimeType: 100,
  locale: 20,
};

/** Addresses have years of four digits. Both in milliseconds since 1970. */
const EARLIEST = Date.UTC(1000, 0, 2);
const LATEST = Date.UTC(9999, 11, 30);
const ORDER_MAX = 2 ** 31 - 1;

/** @throws GALLEY_INPUT_INVALID for what the store or the calendar cannot hold */
function checkRanges(draft: EntryDraft): void {
  for (const name of ['publishedAt', 'unpublishAt', 'createdAt', 'modifiedAt'] as const) {
    const time = draft[name];
    if (time !== undefined && time !== null && !(time >= EARLIEST && time <= LATEST))
      throw new GalleyError('GALLEY_INPUT_INVALID', `The ${name} of an entry lies between the years 1000 and 9999.`);
  }
  if (Math.abs(draft.order ?? 0) > ORDER_MAX)
    throw new GalleyError('GALLEY_INPUT_INVALID', `The order of an entry is at most ${ORDER_MAX}.`);
  for (const name of ['commentStatus', 'pingStatus'] as const)
    if (!['open', 'closed', undefined].includes(draft[name]))
      throw new GalleyError('GALLEY_INPUT_INVALID', `The ${name} of an entry is open or closed.`);
}

/**
 * Checks the shape of what came in; the values of fields are checked with their type.
 * @throws GALLEY_INPUT_INVALID
 */
export function checkDraft(draft: EntryDraft): void {
  for (const [name, max] of Object.entries(LIMITS)) {
    const value = draft[name as keyof EntryDraft];
    if (value === undefined) continue;
    if (typeof value !== 'string') throw new GalleyError('GALLEY_INPUT_INVALID', `The ${name} of an entry is text.`);
    if (value.length > max)
      throw new GalleyError(
        'GALLEY_INPUT_INVALID',
        `The ${name} is too long: ${value.length} of at most ${max} characters.`,
      );
  }
  if (draft.status !== undefined && !STATUSES.includes(draft.status)) {
    throw new GalleyError(
      'GALLEY_INPUT_INVALID',
      `There is no status "${draft.status}". Use one of ${STATUSES.join(', ')}.`,
    );
  }
  if (draft.unpublishTo !== undefined && !END_STATUSES.includes(draft.unpublishTo))
    throw new GalleyError('GALLEY_INPUT_INVALID', `An entry ends as one of ${END_STATUSES.join(', ')}.`);
  for (const name of ['publishedAt', 'unpublishAt', 'order', 'parentId', 'authorId', 'featuredId'] as const) {
    const value = draft[name];
    if (value !== undefined && value !== null && !Number.isSafeInteger(value)) {
      throw new GalleyError('GALLEY_INPUT_INVALID', `The ${name} of an entry is a whole number.`);
    }
  }
  checkRanges(draft);
}

/** The entry as it will be, before slug, path and version are decided. */
export function mergeDraft(
  draft: EntryDraft,
  previous: Entry | undefined,
  now: number,
  uuid: string,
): Omit<Entry, 'id'> {
  const base: Omit<Entry, 'id'> = previous ?? {
    uuid,
    type: draft.type ?? 'post',
    status: 'draft',
    formerStatus: null,
    slug: '',
    path: null,
    title: '',
    content: '',
    excerpt: '',
    authorId: null,
    parentId: null,
    order: 0,
    publishedAt: null,
    unpublishAt: null,
    unpublishTo: 'draft',
    createdAt: now,
    modifiedAt: now,
    locale: '',
    version: 0,
    password: '',
    sticky: false,
    commentStatus: 'open',
    pingStatus: 'open',
    template: '',
    featuredId: null,
    mimeType: '',
    fields: {},
    summary: '',
    wordCount: 0,
  };
  const { terms: _terms, meta: _meta, children: _children, id: _id, type: _type, fields, ...plain } = draft;
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  return { ...base, modifiedAt: now, ...given, fields: { ...base.fields, ...fields } };
}

/** The draft without what only an import may say: identity, stamps, and what an entry in the trash was before. */
export function withoutStamps(draft: EntryDraft): EntryDraft {
  const { uuid: _uuid, createdAt: _created, modifiedAt: _modified, formerStatus: _former, ...rest } = draft;
  return rest;
}

/** Keeps what an entry was before it went to the trash, and forgets that once it is out again. */
export function settleFormerStatus(entry: Omit<Entry, 'id'>, previous: Entry | undefined): void {
  if (entry.status !== 'trash') entry.formerStatus = null;
  else if (previous && previous.status !== 'trash') entry.formerStatus = previous.status;
}

/** Brings status and date together: what is published has a date, and what is published in the future is scheduled. */
export function settleStatus(entry: Omit<Entry, 'id'>, now: number): void {
  if (entry.status === 'publish' || entry.status === 'future' || entry.status === 'private') entry.publishedAt ??= now;
  if (entry.status === 'publish' && (entry.publishedAt ?? 0) > now) entry.status = 'future';
  else if (entry.status === 'future' && (entry.publishedAt ?? 0) <= now) entry.status = 'publish';
}
