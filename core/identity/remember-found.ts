import type { Site } from '../kernel/site.ts';

class NotFound extends Error {}

/**
 * As `site.cache.remember`, but what is not there is not remembered: another node may add it at any moment, and made-up
 * keys must not fill the cache.
 */
export async function rememberFound<T>(
  site: Site,
  key: string,
  options: { tags: string[]; ttl?: number },
  load: () => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await site.cache.remember<T>(key, options, async () => {
      const found = await load();
      if (found === undefined) throw new NotFound(key);
      return found;
    });
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
