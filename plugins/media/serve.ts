import { Readable } from 'node:stream';
import { type Context, GalleyError, type Reply, redirect, type SendFileOptions, sendFile } from 'galley';
import { ALIAS_PREFIX, readCopyAlias } from './alias.ts';
import { pathToUrl } from './file-name.ts';
import type { Media } from './media.ts';
import type { MediaFacts } from './media-facts.ts';
import type { MediaFile } from './media-store.ts';
import { kindOfType } from './media-types.ts';

/** What is at an address of ours never changes; a former address may lead elsewhere one day. */
const FOREVER = 'public, max-age=31536000, immutable';
const A_DAY = 'public, max-age=86400';
const INLINE = new Set(['image', 'audio', 'video']);

const unknown = (): GalleyError => new GalleyError('GALLEY_ROUTE_UNKNOWN', 'There is nothing at this address.');

/** Sends a file of the library to whoever may see what it belongs to. What is in no row of the table does not exist. */
export async function serveFile(context: Context, media: Media): Promise<Reply> {
  const file = await media.fileAt(context.path);
  if (!file) return formerCopy(context, media);
  const { isForAll, facts } = await visibleFacts(context, media, file.entry_id);
  const { site } = context;
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
  reply.isForAll = isForAll;
  return reply;
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

function optionsFor({ site }: Context, file: MediaFile, isForAll: boolean): SendFileOptions {
  const kind = kindOfType(file.type);
  const isInline = kind !== undefined && INLINE.has(kind.family);
  return {
    file: {
      size: file.bytes,
      modifiedAt: file.created_at,
      open: (range) => Readable.from(chunks(site, file.storage_path, range), { objectMode: false }),
    },
    type: file.type,
    disposition: isInline ? 'inline' : 'attachment',
    etag: `"${file.sha256.slice(0, 24)}"`,
    cacheControl: isForAll ? (file.variant === 'alias' ? A_DAY : FOREVER) : 'private, no-store',
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
  const copy = context.path.startsWith(ALIAS_PREFIX) ? readCopyAlias(context.path) : undefined;
  const file = copy && (await media.fileAt(copy.path));
  if (!file) throw unknown();
  await visibleFacts(context, media, file.entry_id);
  const urls = (await media.urlsOf([file.entry_id])).get(file.entry_id);
  const { width } = copy;
  const fitting = width === undefined ? undefined : urls?.sizes.find((size) => size.width >= width);
  return redirect(fitting?.url ?? urls?.url ?? pathToUrl(file.url_path), 302);
}
