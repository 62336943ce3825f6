import {
  decodeCursor,
  type Entry,
  type EntryQuery,
  encodeCursor,
  GalleyError,
  plainText,
  type Site,
  type Viewer,
} from 'galley';
import { pathToUrl } from './file-name.ts';
import { FOLDERS, foldersOf } from './folders.ts';
import { fileUrl, imageOf } from './images.ts';
import type { MediaItem, MediaPage } from './item-types.ts';
import { factsOf } from './media-facts.ts';
import type { MediaFile, MediaStore } from './media-store.ts';
import { iconOf, kindOfType } from './media-types.ts';
import { sizeLabel } from './size-label.ts';

/** What is in the library, without the trash. */
export const LIVE = ['inherit', 'publish', 'private', 'draft'] as const;
/** How the mime types of a family begin. */
export const FAMILY_PREFIX: Readonly<Record<string, string>> = {
  image: 'image/',
  audio: 'audio/',
  video: 'video/',
  document: 'application/',
};
const PER_PAGE = 40;
const MAX_PER_PAGE = 200;

/** Which files are asked for. All parts must hold. */
export interface ItemQuery {
  /** `image`, `audio`, `video`, `document`, or a mime type. */
  type?: string;
  /** `2026-11`. */
  month?: string;
  folder?: number;
  author?: number;
  /** Only those that belong to no entry. */
  unattached?: boolean;
  text?: string;
  trash?: boolean;
  ids?: readonly number[];
  after?: string;
  limit?: number;
}

/** The query on entries that a question about files means. */
export function entryQuery(query: ItemQuery): EntryQuery {
  const [year, month] = (query.month ?? '').split('-').map(Number);
  const prefix = query.type ? (FAMILY_PREFIX[query.type] ?? query.type) : '';
  const text = (query.text ?? '').trim().slice(0, 100);
  return {
    type: 'attachment',
    status: query.trash ? ['trash'] : LIVE,
    order: 'id',
    direction: 'desc',
    body: false,
    ...(prefix ? { mimeType: prefix } : {}),
    ...(year && month ? { year, month } : {}),
    ...(query.folder === undefined ? {} : { term: { taxonomy: FOLDERS, ids: [query.folder] } }),
    ...(query.author === undefined ? {} : { author: query.author }),
    ...(query.unattached ? { parent: null } : {}),
    ...(text ? { title: text } : {}),
    ...(query.ids ? { ids: query.ids } : {}),
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const share = (value: unknown): number => (typeof value === 'number' && value >= 0 && value <= 1 ? value : 0.5);

/** Reads files of the library as the admin shows them, with the eyes of whoever asks. */
export class MediaItems {
  readonly #site: Site;
  readonly #store: MediaStore;

  constructor(site: Site, store: MediaStore) {
    this.#site = site;
    this.#store = store;
  }

  /** A page of files, the newest first: three queries. @throws GALLEY_PERMISSION_DENIED */
  async list(query: ItemQuery, viewer: Viewer): Promise<MediaPage> {
    demandLibrary(viewer);
    const limit = Math.min(Math.max(query.limit ?? PER_PAGE, 1), MAX_PER_PAGE);
    const after = decodeCursor(query.after ?? '');
    const found = await this.#site.entries.find({ ...entryQuery(query), limit, ...(after ? { after } : {}) }, viewer);
    return { items: await this.of(found.items, viewer), next: found.next ? encodeCursor(found.next) : null };
  }

  /** One file. @throws GALLEY_ENTRY_UNKNOWN also where the viewer may not see it; GALLEY_PERMISSION_DENIED */
  async need(id: number, viewer: Viewer): Promise<Entry> {
    demandLibrary(viewer);
    const entry = await this.#site.entries.need(id, viewer);
    if (entry.type === 'attachment') return entry;
    throw new GalleyError('GALLEY_ENTRY_UNKNOWN', `There is no file ${id}.`);
  }

  /** Attachments as items: two queries for all. */
  async of(entries: readonly Entry[], viewer: Viewer): Promise<MediaItem[]> {
    const ids = entries.map(({ id }) => id);
    const [files, folders] = await Promise.all([this.#store.of(ids), foldersOf(this.#site, ids)]);
    return entries.map((entry) =>
      this.#item(entry, files.get(entry.id) ?? [], folders.get(entry.id)?.id ?? null, viewer),
    );
  }

  #item(entry: Entry, files: readonly MediaFile[], folder: number | null, viewer: Viewer): MediaItem {
    const original = files.find(({ variant }) => variant === 'original');
    const image = imageOf(factsOf(entry, files));
    const { entries } = this.#site;
    return {
      id: entry.id,
      version: entry.version,
      title: titleOf(entry),
      alt: text(entry.fields['alt']),
      caption: entry.excerpt,
      credit: text(entry.fields['credit']),
      description: entry.content,
      name: text(entry.fields['name']),
      type: entry.mimeType,
      family: kindOfType(entry.mimeType)?.family ?? 'document',
      kind: kindOfType(entry.mimeType)?.label ?? entry.mimeType,
      icon: iconOf(entry.mimeType),
      url: original ? pathToUrl(original.url_path) : '',
      thumb: image ? thumbOf(files, image.src) : '',
      srcset: image?.srcset ?? '',
      width: original?.width ?? null,
      height: original?.height ?? null,
      bytes: original?.bytes ?? 0,
      size: original ? sizeLabel(original.bytes) : '',
      focal: { x: share(entry.fields['focalX']), y: share(entry.fields['focalY']) },
      folder,
      parentId: entry.parentId,
      authorId: entry.authorId,
      uploadedAt: entry.publishedAt,
      status: entry.status,
      mayEdit: entries.may(viewer, 'edit', entry),
      mayDelete: entries.may(viewer, 'delete', entry),
      editUrl: `/admin/media/${entry.id}`,
    };
  }
}

/** What people call a file. */
export const titleOf = (entry: Pick<Entry, 'id' | 'title'>): string => plainText(entry.title) || `File ${entry.id}`;

/** @throws GALLEY_PERMISSION_DENIED for whoever may not use the library */
export function demandLibrary(viewer: Viewer): void {
  if (!viewer.can('upload_files'))
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not use the library of files.');
}

/** The smallest copy that fills a card, else the picture itself. */
function thumbOf(files: readonly MediaFile[], whole: string): string {
  const small = files.find(({ variant }) => variant === 'w320');
  return small ? fileUrl(small) : whole;
}
