/** Larger files are not read twice to see whether they are known. */
const MAX = 64 * 1024 * 1024;

/** The SHA-256 of a file in hex; undefined for large ones and where the browser has no such function. */
export async function hashOf(file: File): Promise<string | undefined> {
  if (file.size > MAX || !globalThis.crypto?.subtle) return undefined;
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
