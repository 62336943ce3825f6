import type { Site } from 'galley';
import type { MediaStore } from './media-store.ts';

const FOLDER = 'media';
const DAY_MS = 86_400_000;

/** Removes files of the library that no row of the table leads to. Young ones may be in the middle of an upload. */
export async function removeStrays(
  site: Site,
  store: MediaStore,
  signal: AbortSignal,
  ageMs = DAY_MS,
): Promise<number> {
  let removed = 0;
  let after: string | undefined;
  do {
    const { files, next } = await site.storage.list({ folder: FOLDER, limit: 200, ...(after ? { after } : {}) });
    const known = await store.known(files.map(({ path }) => path));
    for (const { path, modifiedAt } of files) {
      if (known.has(path) || modifiedAt > Date.now() - ageMs) continue;
      await site.storage.remove(path);
      removed++;
    }
    after = next;
  } while (after !== undefined && !signal.aborted);
  if (removed > 0) site.log.info({ removed }, 'Stored files without an attachment were removed');
  return removed;
}
