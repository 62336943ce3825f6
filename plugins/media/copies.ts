import { createHash } from 'node:crypto';
import { isGalleyError, messageOf, type Site, SYSTEM } from 'galley';
import { type ThemeSizes, type WantedCopy, wantedCopies } from './image-sizes.ts';
import type { ImageTool, WrittenImage } from './image-tool.ts';
import type { MediaFile, MediaStore } from './media-store.ts';

/** Name of the scheduled job that makes copies. */
export const COPIES_JOB = 'media-copies';

/** Copies of animations would stand still. */
const STILL = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/avif']);

const WEBP = { type: 'image/webp', extension: 'webp', mark: '' };
const AVIF = { type: 'image/avif', extension: 'avif', mark: '.avif' };
/** How much smaller AVIF must be for a second file. */
const WORTH_IT = 0.95;
/** What is no copy. */
const KEPT = new Set(['original', 'alias', 'source']);

/** Makes the smaller copies of pictures: in the background, one picture after the other. */
export class Copies {
  readonly #site: Site;
  readonly #store: MediaStore;
  readonly #images: ImageTool;
  #running: Promise<void> | undefined;
  #isCalledAgain = false;

  constructor(site: Site, store: MediaStore, images: ImageTool) {
    this.#site = site;
    this.#store = store;
    this.#images = images;
  }

  /** The sizes of the active theme. */
  async themeSizes(): Promise<ThemeSizes> {
    try {
      return (await this.#site.themes.active()).theme.manifest.images;
    } catch (error) {
      this.#site.log.warn({ reason: messageOf(error) }, 'The sizes of the theme cannot be read');
      return {};
    }
  }

  /** Says that there is something to do. Returns at once; the job waits for the process to be told to stop. */
  wake(): void {
    this.#isCalledAgain = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when what this process has to do is done. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Asks for the copies of all pictures that the theme wants and that are not there. */
  async askForAll(signal: AbortSignal): Promise<void> {
    await this.#store.waitForAll(signal);
    this.wake();
  }

  /** The work of the job: all that waits, until there is nothing more or the process stops. */
  async work(signal: AbortSignal): Promise<void> {
    for (;;) {
      if (signal.aborted) return;
      const next = await this.#store.nextPending();
      if (!next) return;
      try {
        await this.make(next.entry_id, { signal, onlyMissing: true });
        if (signal.aborted) return;
        await this.#store.done(next);
      } catch (error) {
        this.#site.log.warn({ entry: next.entry_id, reason: messageOf(error) }, 'Copies of a picture failed');
        await this.#store.failed(next, messageOf(error));
      }
    }
  }

  /**
   * Makes the copies of one picture.
   * @param onlyMissing leaves those alone that are there
   * @returns how many were made
   */
  async make(entryId: number, options: { onlyMissing?: boolean; signal?: AbortSignal } = {}): Promise<number> {
    const files = (await this.#store.of([entryId])).get(entryId) ?? [];
    const original = files.find((file) => file.variant === 'original');
    if (!original || !STILL.has(original.type) || !original.width || !original.height) return 0;
    const path = await this.#site.storage.localPath(original.storage_path);
    if (original.type === 'image/webp' && (await this.#images.inspect(path)).frames > 1) return 0;
    const size = { width: original.width, height: original.height };
    const wanted = wantedCopies(size, await this.themeSizes());
    const isWanted = (file: MediaFile): boolean =>
      KEPT.has(file.variant) ||
      wanted.some((copy) => addressOf(original, copy) === file.url_path.replace(/\.avif$/, '.webp'));
    await this.#site.database.transaction(() => this.#store.remove(entryId, isWanted));
    const focal = await this.#focalOf(entryId);
    let made = 0;
    for (const copy of wanted) {
      if (options.signal?.aborted) return made;
      if (options.onlyMissing && (await this.#isThere(files, original, copy))) continue;
      await this.#makeOne(path, original, copy, focal);
      made++;
    }
    return made;
  }

  async #isThere(files: readonly MediaFile[], original: MediaFile, copy: WantedCopy): Promise<boolean> {
    const file = files.find(({ url_path }) => url_path === addressOf(original, copy));
    return file !== undefined && (await this.#site.storage.stat(file.storage_path)) !== undefined;
  }

  async #focalOf(entryId: number): Promise<{ x: number; y: number }> {
    const { focalX: x, focalY: y } = (await this.#site.entries.get(entryId, SYSTEM))?.fields ?? {};
    return { x: typeof x === 'number' ? x : 0.5, y: typeof y === 'number' ? y : 0.5 };
  }

  /** A copy as WebP and, where that is smaller, as AVIF for browsers that take it. */
  async #makeOne(path: string, original: MediaFile, copy: WantedCopy, focal: { x: number; y: number }): Promise<void> {
    const webp = await this.#images.copy(path, copy, { focal });
    await this.#keep(webp, original, copy, WEBP);
    const avif = await this.#images.copy(path, copy, { focal, type: 'image/avif' });
    if (avif.bytes < webp.bytes * WORTH_IT) await this.#keep(avif, original, copy, AVIF);
  }

  async #keep(
    { data, width, height, bytes }: WrittenImage & { data: Buffer },
    original: MediaFile,
    copy: WantedCopy,
    { type, extension, mark }: typeof WEBP,
  ): Promise<void> {
    const storage_path = withSuffix(original.storage_path, copy.suffix, extension);
    await this.#site.storage.put(storage_path, data);
    const file: MediaFile = {
      ...original,
      url_path: withSuffix(original.url_path, copy.suffix, extension),
      storage_path,
      type,
      variant: copy.variant + mark,
      width,
      height,
      bytes,
      sha256: createHash('sha256').update(data).digest('hex'),
      created_at: Date.now(),
      upload_sha256: null,
    };
    if (!(await this.#store.addCopy(file, original))) await this.#site.storage.remove(storage_path);
  }

  async #run(): Promise<void> {
    while (this.#isCalledAgain) {
      this.#isCalledAgain = false;
      try {
        await this.#site.cron.run(COPIES_JOB);
      } catch (error) {
        // Whoever is at it takes what is new as well, or the next tick does.
        if (!isGalleyError(error, 'GALLEY_CRON_BUSY'))
          this.#site.log.warn(
            { reason: messageOf(error) },
            'The job that makes copies of pictures could not be started',
          );
      }
    }
  }
}

function withSuffix(path: string, suffix: string, extension = WEBP.extension): string {
  return `${path.replace(/\.[^./]*$/, '')}-${suffix}.${extension}`;
}

function addressOf(original: MediaFile, copy: WantedCopy): string {
  return withSuffix(original.url_path, copy.suffix);
}
