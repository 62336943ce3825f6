import type { Site, Viewer } from 'galley';
import { MediaChanges } from './changes.ts';
import { type EditParts, MediaEdits } from './edits.ts';
import { fileUrl, isShown } from './images.ts';
import type { MediaDetails, MediaItem } from './item-types.ts';
import { MediaItems } from './items.ts';
import type { Media } from './media.ts';
import { factsOf } from './media-facts.ts';
import type { MediaStore } from './media-store.ts';
import { Uploads } from './uploads.ts';
import { MediaUsage } from './usage.ts';

/** What the library is made from, besides its own service. */
export type LibraryParts = Omit<EditParts, 'items' | 'media'>;

/** All that screens and routes of the library work with. */
export class Library {
  readonly media: Media;
  readonly items: MediaItems;
  readonly changes: MediaChanges;
  readonly uploads: Uploads;
  readonly usage: MediaUsage;
  readonly edits: MediaEdits;
  readonly store: MediaStore;
  readonly #site: Site;

  constructor(site: Site, media: Media, { store, copies, images, incoming }: LibraryParts) {
    this.#site = site;
    this.media = media;
    this.store = store;
    this.items = new MediaItems(site, store);
    this.uploads = new Uploads(site, media);
    this.changes = new MediaChanges(site, this.items);
    this.usage = new MediaUsage(site);
    this.edits = new MediaEdits(site, { store, copies, images, incoming, items: this.items, media });
  }

  /** One file with its copies and where it is used. @throws GALLEY_ENTRY_UNKNOWN | GALLEY_PERMISSION_DENIED */
  async details(id: number, viewer: Viewer): Promise<MediaDetails> {
    const entry = await this.items.need(id, viewer);
    const [item] = await this.items.of([entry], viewer);
    const files = (await this.store.of([id])).get(id) ?? [];
    const sizes = factsOf(entry, files)
      .files.filter((file) => isShown(file) && file.variant !== 'original')
      .map((file) => ({
        name: file.variant,
        url: fileUrl(file),
        type: file.type,
        width: file.width ?? 0,
        height: file.height ?? 0,
        bytes: file.bytes,
      }))
      .sort((a, b) => a.width - b.width);
    return {
      ...(item as MediaItem),
      sizes,
      ...(await this.usage.of(id, viewer)),
      isPending: await this.store.isPending(id),
      isEdited: files.some(({ variant }) => variant === 'source'),
    };
  }

  /** Files that are in the library already, by the hash of what would be sent; only those that the viewer may see. */
  async duplicates(hashes: readonly string[], viewer: Viewer): Promise<Record<string, MediaItem>> {
    const known = await this.store.uploadedAs(hashes);
    const entries = await this.#site.entries.getMany([...known.values()], viewer);
    const live = [...entries.values()].filter(({ status }) => status !== 'trash');
    const items = new Map((await this.items.of(live, viewer)).map((item) => [item.id, item]));
    return Object.fromEntries(
      [...known].flatMap(([hash, id]) => {
        const item = items.get(id);
        return item ? [[hash, item] as const] : [];
      }),
    );
  }
}
