import type { SharedBackend } from '../services/cache-backend.ts';
import { safeKey } from '../services/cache-key.ts';

/**
 * The backend that nodes share, with keys of its own for pages.
 * @param fingerprint of all that makes pages: processes share them where it is the same
 */
export function pagesOf(
  shared: SharedBackend,
  fingerprint: () => string,
): Pick<SharedBackend, 'claim' | 'write' | 'release'> {
  const own = (key: string): string => safeKey(`page:${fingerprint()}:${key}`);
  return {
    claim: (key) => shared.claim(own(key)),
    write: (key, entry, mark) => shared.write(own(key), entry, mark),
    release: (key) => shared.release(own(key)),
  };
}
