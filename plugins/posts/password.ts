import { createHash, timingSafeEqual } from 'node:crypto';
import { type Context, type Entry, loadPermalinks, type Reply, redirect } from 'galley';

/** The cookie of visitors who know a password. Its presence keeps their pages out of the cache. */
export const UNLOCK_COOKIE = 'galley-private-unlock';
const PURPOSE = 'entry password';
const REMEMBER_S = 10 * 24 * 3600;

/** Signs that the visitor knows the password that the entry has now; a new password makes it void. */
function proofOf(context: Context, entry: Entry): string {
  return `${entry.id}.${context.site.keys.sign(PURPOSE, `${entry.id}\n${entry.password}`)}`;
}

/** The ids of protected entries that this visitor has unlocked. */
export function unlockedIds(context: Context, entry: Entry): number[] {
  if (entry.password === '' || context.isFrozen) return [];
  if (context.site.entries.may(context.viewer, 'edit', entry)) return [entry.id];
  const [id, mac] = (context.cookies[UNLOCK_COOKIE] ?? '').split('.', 2);
  const isProof =
    id === String(entry.id) && context.site.keys.verify(PURPOSE, `${entry.id}\n${entry.password}`, mac ?? '');
  if (!isProof) return [];
  // Nobody else may get this page out of a cache, his own proxy's included.
  context.forVisitor();
  return [entry.id];
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares in constant time, whatever the lengths. */
function isSame(given: string, right: string): boolean {
  return timingSafeEqual(digest(given), digest(right));
}

/** Takes the password that a visitor typed. */
export async function unlockEntry(
  context: Context<{ id: number }, Record<string, unknown>, { post_password: string }>,
): Promise<Reply> {
  const { site } = context;
  const entry = await site.entries.need(Number(context.params.id), context.viewer);
  const links = await loadPermalinks(site);
  const url = links.entry(entry);
  if (entry.password === '' || !isSame(context.body.post_password, entry.password))
    return redirect(`${url}?wrong=password#password`);
  context.setCookie(UNLOCK_COOKIE, proofOf(context, entry), { maxAge: REMEMBER_S, httpOnly: true, sameSite: 'lax' });
  return redirect(url);
}

/** What the form sends. */
unlockEntry.schema = {
  body: {
    type: 'object',
    required: ['post_password'],
    additionalProperties: false,
    properties: { post_password: { type: 'string', maxLength: 255 }, _token: { type: 'string', maxLength: 200 } },
  },
} as const;
