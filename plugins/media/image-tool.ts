import { GalleyError, isGalleyError, messageOf } from 'galley';
import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { type EditPlan, partAround, partOfUpload, pixelsOf } from './edit-plan.ts';
import { Turns } from './turns.ts';

/** What a picture is made of, as its header says. */
export interface ImageFacts {
  width: number;
  height: number;
  /** More than one where it moves. */
  frames: number;
}

/** A picture that was written. */
export interface WrittenImage {
  width: number;
  height: number;
  bytes: number;
}

/** How a copy is to be. */
export interface CopySize {
  width: number;
  /** With `crop`: the copy has exactly this height, cut around the focal point. */
  height?: number;
  crop?: boolean;
}

/** How a copy is written. */
export interface CopyOptions {
  type?: 'image/webp' | 'image/avif';
  /** The point that cuts keep, from 0 to 1; the middle unless given. */
  focal?: { x: number; y: number };
}

/** Most pixels of a picture, all frames together. */
export const MAX_PIXELS = 50_000_000;
/** Most frames of a moving picture. */
export const MAX_FRAMES = 100;
const MAX_SIDE = 16_000;
const TIMEOUT_S = 20;
const AT_ONCE = 2;
const CENTRE = { x: 0.5, y: 0.5 };

const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}`);

type SharpModule = typeof import('sharp')['default'];

/** The encoder of a stored type. Settings are a compromise: little loss, and done while somebody waits. */
function encode(image: Sharp, type: string, isPalette: boolean): Sharp {
  switch (type) {
    case 'image/png':
      return image.png(isPalette ? { palette: true, quality: 100, effort: 4 } : { compressionLevel: 7 });
    case 'image/webp':
      return image.webp({ quality: 88, effort: 2 });
    case 'image/gif':
      return image.gif({ effort: 3 });
    case 'image/avif':
      return image.avif({ quality: 62, effort: 2 });
    default:
      return image.jpeg({ quality: 88, progressive: true });
  }
}

function refused(message: string, cause?: unknown): GalleyError {
  return new GalleyError('GALLEY_FILE_REFUSED', message, { cause });
}

/** The reason in words, without what libraries say for themselves. */
function readable(error: unknown): GalleyError {
  if (isGalleyError(error)) return error;
  const message = messageOf(error);
  if (/pixel limit|too (?:large|many)/i.test(message))
    return refused(`The picture is too large: at most ${MAX_PIXELS / 1e6} million pixels.`, error);
  if (/timeout|processing timeout/i.test(message))
    return refused(`The picture takes longer than ${TIMEOUT_S} seconds to read.`, error);
  return refused('The picture is broken or incomplete and cannot be read.', error);
}

/**
 * All that is done with pixels. Only five formats are ever decoded, of bounded size and frames and in bounded time;
 * what is written is encoded anew and carries nothing but pixels: no place, no camera, no hidden text.
 */
export class ImageTool {
  readonly #turns = new Turns(AT_ONCE);
  #sharp: Promise<SharpModule> | undefined;

  /** What the header says. @throws GALLEY_FILE_REFUSED for what is too large, has too many frames or is broken */
  async inspect(path: string): Promise<ImageFacts & { isPalette: boolean }> {
    try {
      const sharp = await this.#load();
      const facts = await sharp(path, { limitInputPixels: MAX_PIXELS }).metadata();
      return checked(facts);
    } catch (error) {
      throw readable(error);
    }
  }

  /**
   * Writes the picture anew, upright and without metadata.
   * @throws GALLEY_FILE_REFUSED when it cannot be read to its end
   */
  async rewrite(path: string, type: string, target: string): Promise<WrittenImage> {
    const { frames, isPalette } = await this.inspect(path);
    return this.#turns.take(async () => {
      const image = await this.#open(path, frames > 1);
      const info = await encode(image, type, isPalette).toFile(target).catch(fail);
      return { width: info.width, height: info.pageHeight ?? info.height, bytes: info.size };
    });
  }

  /**
   * Writes a picture anew, turned, mirrored and cut. @throws GALLEY_FILE_REFUSED for one that moves
   */
  async edit(path: string, type: string, plan: EditPlan, target: string): Promise<WrittenImage> {
    const facts = await this.inspect(path);
    if (facts.frames > 1) throw refused('Moving pictures cannot be cropped or turned.');
    return this.#turns.take(async () => {
      const image = (await this.#open(path, false)).extract(pixelsOf(partOfUpload(plan), facts)).rotate(plan.rotate);
      const info = await encode(image.flop(plan.flipX).flip(plan.flipY), type, facts.isPalette)
        .toFile(target)
        .catch(fail);
      return { width: info.width, height: info.height, bytes: info.size };
    });
  }

  /** A smaller copy, as WebP unless said otherwise; of a moving picture its first frame. */
  async copy(
    path: string,
    { width, height, crop }: CopySize,
    { type = 'image/webp', focal = CENTRE }: CopyOptions = {},
  ): Promise<WrittenImage & { data: Buffer }> {
    const facts = crop && height ? await this.inspect(path) : undefined;
    return this.#turns.take(async () => {
      const image = await this.#open(path, false);
      if (facts && height) image.extract(pixelsOf(partAround(focal, facts, { width, height }), facts));
      const size = facts ? { width, height, fit: 'fill' as const } : { width, withoutEnlargement: true };
      const sized = image.resize(size);
      const made =
        type === 'image/avif' ? sized.avif({ quality: 55, effort: 2 }) : sized.webp({ quality: 80, effort: 2 });
      const { data, info } = await made.toBuffer({ resolveWithObject: true }).catch(fail);
      return { data, width: info.width, height: info.height, bytes: info.size };
    });
  }

  async #open(path: string, isMoving: boolean): Promise<Sharp> {
    const sharp = await this.#load();
    const options: SharpOptions = { limitInputPixels: MAX_PIXELS, failOn: 'error', animated: isMoving };
    const image = sharp(path, options).timeout({ seconds: TIMEOUT_S });
    return isMoving ? image : image.autoOrient();
  }

  /** Loaded when the first picture comes: it costs memory that a site without uploads need not have. */
  #load(): Promise<SharpModule> {
    this.#sharp ??= import('sharp').then(({ default: sharp }) => {
      sharp.block({ operation: ['VipsForeignLoad'] });
      sharp.unblock({ operation: LOADERS });
      sharp.cache(false);
      sharp.concurrency(1);
      return sharp;
    });
    return this.#sharp;
  }
}

function fail(error: unknown): never {
  throw readable(error);
}

function checked(facts: Metadata): ImageFacts & { isPalette: boolean } {
  const { width, height, pages: frames = 1, pageHeight = height, orientation = 1 } = facts;
  if (frames > MAX_FRAMES) throw refused(`The picture has ${frames} frames; at most ${MAX_FRAMES} are taken.`);
  if (width * pageHeight * frames > MAX_PIXELS || Math.max(width, pageHeight) > MAX_SIDE)
    throw refused(`The picture is too large: at most ${MAX_PIXELS / 1e6} million pixels.`);
  const isTurned = orientation >= 5;
  return {
    width: isTurned ? pageHeight : width,
    height: isTurned ? width : pageHeight,
    frames,
    isPalette: facts.isPalette ?? false,
  };
}
