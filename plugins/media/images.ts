import { type Image, SafeHtml } from 'galley';
import { pathToUrl } from './file-name.ts';
import { fittedWidth, type ThemeSizes } from './image-sizes.ts';
import type { MediaFacts } from './media-facts.ts';
import type { MediaFile } from './media-store.ts';

interface Sized extends MediaFile {
  width: number;
  height: number;
}

/** The width up to which the picture itself stands in `src`; beyond it a copy does. */
const LARGEST_SOURCE = 1920;
/** How much the sides of two copies of one picture may differ by rounding. */
const TOLERANCE = 0.02;

function isSized(file: MediaFile): file is Sized {
  return file.width !== null && file.height !== null && file.width > 0 && file.height > 0;
}

/** What is in the table but not shown: second addresses, the upload that an edited picture was made from, AVIF twins of copies. */
export function isShown({ variant }: Pick<MediaFile, 'variant'>): boolean {
  return variant !== 'alias' && variant !== 'source' && !variant.endsWith('.avif');
}

/** The address of a file as pages show it: one whose content has changed says so, so that no browser shows the old one. */
export function fileUrl({ url_path, revision, sha256 }: Pick<MediaFile, 'url_path' | 'revision' | 'sha256'>): string {
  return pathToUrl(url_path) + (revision > 0 ? `?v=${sha256.slice(0, 8)}` : '');
}

/** The picture itself and its copies, without second addresses, the narrowest first. */
export function sizedFiles({ files }: Pick<MediaFacts, 'files'>): Sized[] {
  return files
    .filter(isShown)
    .filter(isSized)
    .sort((a, b) => a.width - b.width);
}

/** The files that show the same part of the picture as `shape`. */
export function ofShape(files: readonly Sized[], shape: { width: number; height: number }): Sized[] {
  const ratio = shape.width / shape.height;
  return files.filter((file) => Math.abs(file.width / file.height / ratio - 1) < TOLERANCE + 1 / file.height);
}

/** The candidates of a `srcset`; empty where there is only one. */
export function srcsetOf(files: readonly Sized[]): string {
  if (files.length < 2) return '';
  return files.map((file) => `${fileUrl(file)} ${file.width}w`).join(', ');
}

/** The `sizes` of a picture that is at most so wide. */
export function sizesOf(width: number): string {
  return `(max-width: ${width}px) 100vw, ${width}px`;
}

/** The file that stands for the picture, at the size that is asked for. */
function chosen(files: readonly Sized[], original: Sized, size: ThemeSizes[string] | undefined, name = ''): Sized {
  const cut = files.find((file) => file.variant === name);
  if (cut) return cut;
  const whole = ofShape(files, original);
  const width = size ? fittedWidth(size, original) : Math.min(LARGEST_SOURCE, original.width);
  if (!size && original.width <= LARGEST_SOURCE) return original;
  return whole.find((file) => file.width >= width) ?? original;
}

/**
 * The picture with its sizes, as templates take it; undefined for what is no picture.
 * @param name of a size in `theme.json`, such as `thumbnail`
 */
export function imageOf(facts: MediaFacts, themeSizes: ThemeSizes = {}, name?: string): Image | undefined {
  const files = sizedFiles(facts);
  const original = files.find((file) => file.variant === 'original');
  if (!original || !facts.type.startsWith('image/')) return undefined;
  const source = chosen(files, original, name === undefined ? undefined : themeSizes[name], name);
  const shown = ofShape(files, source);
  return {
    src: fileUrl(source),
    srcset: srcsetOf(shown),
    sizes: sizesOf(source.width),
    width: source.width,
    height: source.height,
    alt: facts.alt,
    caption: facts.caption.trim() === '' ? null : new SafeHtml(facts.caption),
  };
}
