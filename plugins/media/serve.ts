import { Readable } from 'node:stream';
import { type Context, GalleyError, type Reply, redirect, type SendFileOptions, sendFile } from 'galley';
import { ALIAS_PREFIX, readCopyAlias } from './alias.ts';
import { pathToUrl } from './file-name.ts';
import { fileUrl } from './images.ts';
import type { Media } from './media.ts';
import type { MediaFacts } from './media-facts.ts';
import type { MediaFile } from './media-store.ts';
import { kindOfType } from './media-types.ts';

/** An address that names its content by `?v=` never shows another. */
const FOREVER = 'public, max-age=31536000, immutable';
const A_DAY = 'public, max-age=86400';
/** Files may be replaced; who has one asks whether it is still the same. */
const TEN_MINUTES = 'public, max-age=600';
const INLINE = new Set(['image', 'audio', 'video']);

const unknown = (): GalleyError => new GalleyError('GALLEY_ROUTE_UNKNOWN', 'There is nothing at this address.');

/** Sends a file of the library to whoever may see what it belongs to. What is in no row of the table does not exist. */
export async function serveFile(context: Context, media: Media): Promise<Reply> {
  const found = await media.fileAt(context.path);
  if (!found) return formerCopy(context, media);
  const { isForAll, facts } = await visibleFacts(context, media, found.entry_id);
  const { site } = context;
  if (found.variant === 'source') await demandEditor(context, found.entry_id);
  const twin = facts.files.find(({ variant }) => variant === `${found.variant}.avif`);
  const file = twin && takesAvif(context) ? twin : found;
  const stored = await site.storage.stat(file.storage_path);
  if (!stored) {
    site.log.error({ path: file.storage_path, entry: file.entry_id }, 'A file of the library is gone');
    throw unknown();
  }
  const filename =
    file.variant === 'original' && facts.name !== '' ? facts.name : (file.url_path.split('/').at(-1) ?? 'file');
  const reply = await sendFile(context, {
    ...optionsFor(context, { ...file, bytes: stored.size }, isForAll),
    filename,
  });
  if (twin) reply.header('vary', 'accept');
  reply.isForAll = isForAll && found.variant !== 'source';
  return reply;
}

const takesAvif = ({ headers }: Context): boolean => /\bimage\/avif\b/.test(headers.accept ?? '');

/** What was cut off a picture is for those who may edit it. @throws GALLEY_ROUTE_UNKNOWN */
async function demandEditor({ site, viewer }: Context, entryId: number): Promise<void> {
  const entry = viewer.id === null ? undefined : await site.entries.get(entryId, viewer);
  if (!entry || !site.entries.may(viewer, 'edit', entry)) throw unknown();
}

/**
 * What is known of a file, and whether everybody may see it.
 * @throws GALLEY_ROUTE_UNKNOWN where this visitor may not: nobody learns that it exists
 */
async function visibleFacts(
  { viewer }: Context,
  media: Media,
  entryId: number,
): Promise<{ isForAll: boolean; facts: MediaFacts }> {
  const open = (await media.facts([entryId])).get(entryId);
  if (open) return { isForAll: true, facts: open };
  const own = viewer.id === null ? undefined : (await media.facts([entryId], viewer)).get(entryId);
  if (own) return { isForAll: false, facts: own };
  throw unknown();
}

function lifeOf({ variant, sha256 }: MediaFile, version: string | null): string {
  if (version !== null && version.length >= 8 && sha256.startsWith(version)) return FOREVER;
  return variant === 'original' ? TEN_MINUTES : A_DAY;
}

function optionsFor({ site, url }: Context, file: MediaFile, isForAll: boolean): SendFileOptions {
  const version = new URLSearchParams(url.split('?')[1] ?? '').get('v');
  const kind = kindOfType(file.type);
  // Drawings are shown by <img> only: opened by themselves they would be documents of our origin.
  const isInline = kind !== undefined && INLINE.has(kind.family) && file.type !== 'image/svg+xml';
  return {
    file: {
      size: file.bytes,
      modifiedAt: file.created_at,
      open: (range) => Readable.from(chunks(site, file.storage_path, range), { objectMode: false }),
    },
    type: file.type,
    disposition: isInline ? 'inline' : 'attachment',
    etag: `"${file.sha256.slice(0, 24)}"`,
    cacheControl: isForAll && file.variant !== 'source' ? lifeOf(file, version) : 'private, no-store',
  };
}

async function* chunks(
  site: Context['site'],
  path: string,
  range: { start: number; end: number },
): AsyncGenerator<Uint8Array> {
  const { stream } = await site.storage.open(path, range);
  yield* stream;
}

/** A former address of a copy that WordPress had made: leads to the copy of ours that is wide enough. */
async function formerCopy(context: Context, media: Media): Promise<Reply> {
  if (!context.path.startsWith(ALIAS_PREFIX)) return missingCopy(context, media);
  const copy = readCopyAlias(context.path);
  const file = copy && (await media.fileAt(copy.path));
  if (!file) throw unknown();
  await visibleFacts(context, media, file.entry_id);
  const urls = (await media.urlsOf([file.entry_id])).get(file.entry_id);
  const { width } = copy;
  const fitting = width === undefined ? undefined : urls?.sizes.find((size) => size.width >= width);
  return redirect(fitting?.url ?? urls?.url ?? pathToUrl(file.url_path), 302);
}

/** A copy that is not there: still to be made, or of a size that no theme wants any more. What it was made of is shown. */
async function missingCopy(context: Context, media: Media): Promise<Reply> {
  const stem = /^(.+)-(?:\d{1,5}w|\d{1,5}x\d{1,5})\.(?:webp|avif)$/.exec(context.path)?.[1];
  const file = stem && (await media.originalAt(stem));
  if (!file) throw unknown();
  const { isForAll } = await visibleFacts(context, media, file.entry_id);
  const reply = redirect(fileUrl(file), 302);
  reply.header('cache-control', isForAll ? 'public, max-age=60' : 'private, no-store');
  return reply;
}
