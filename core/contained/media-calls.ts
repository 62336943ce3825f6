import type { Entry } from '../content/entry.ts';
import type { Site } from '../kernel/site.ts';
import type { FoundMedia, MediaQuery, Page } from './galley-api.ts';
import { cursorText, readCursor } from './page-cursor.ts';

const LIMIT = 50;

/** The kinds of files that can be listed, by the beginning of their type. */
export const MEDIA_KINDS = ['image', 'audio', 'video', 'application', 'text'];

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const sizeOf = (value: unknown): number | null => (typeof value === 'number' && value > 0 ? value : null);

function foundMedia({ id, title, mimeType, fields }: Entry): FoundMedia {
  const { file, alt, width, height } = fields;
  const size = { width: sizeOf(width), height: sizeOf(height) };
  return { id, title, type: mimeType, url: textOf(file), alt: textOf(alt), ...size };
}

/** A file that everybody sees; null where there is none. */
export async function getMedia(site: Site, id: number): Promise<FoundMedia | null> {
  const entry = await site.entries.get(id);
  return entry?.type === 'attachment' ? foundMedia(entry) : null;
}

/** Files that everybody sees, the latest first. @throws GALLEY_INPUT_INVALID */
export async function listMedia(site: Site, wanted: MediaQuery): Promise<Page<FoundMedia>> {
  if (!site.types.get('attachment')) return { items: [], next: null };
  const { kind, search, limit = 10, after } = wanted;
  const { items, next } = await site.entries.find({
    type: 'attachment',
    order: 'id',
    direction: 'desc',
    limit: Math.min(limit, LIMIT),
    body: false,
    ...(kind === undefined ? {} : { mimeType: `${kind}/` }),
    ...(search ? { title: search } : {}),
    ...(after === undefined ? {} : { after: readCursor(after, false) }),
  });
  return { items: items.map(foundMedia), next: cursorText(next) };
}
