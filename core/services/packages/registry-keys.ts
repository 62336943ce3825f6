import { says } from '../../lib/told-texts.ts';
import { isHandover } from './publisher-key.ts';
import type { RegistryKeys, Release } from './registry-format.ts';

const LONGEST_CHAIN = 20;
const WARN_MS = 30 * 86_400_000;

/** What counts when a release is judged. */
type Judged = Pick<Release, 'key' | 'released' | 'revoked'>;

/** Why nobody may have a release, as the second half of a sentence; undefined where anybody may. */
export function refusalOf({ key, released, revoked }: Judged, keys: RegistryKeys): string | undefined {
  if (revoked) return says(`it was revoked: ${revoked.reason}`);
  const facts = key === undefined ? undefined : keys[key];
  if (facts?.revoked) return says(`the key that signed it was revoked: ${facts.revoked.reason}`);
  if (facts?.expires !== undefined && Date.parse(released) > Date.parse(facts.expires))
    return says(`the key that signed it had ended before, on ${facts.expires.slice(0, 10)}.`);
  return undefined;
}

/** Whether what is against a release is that it does harm, or that its key was used for that. */
export function isHarmful({ key, revoked }: Judged, keys: RegistryKeys): boolean {
  return revoked?.harmful === true || (key !== undefined && keys[key]?.revoked?.harmful === true);
}

/** The day on which a key ends, where that is soon. */
export function endsSoon(key: string | undefined, keys: RegistryKeys, now = Date.now()): string | undefined {
  const expires = key === undefined ? undefined : keys[key]?.expires;
  return expires !== undefined && Date.parse(expires) < now + WARN_MS ? expires.slice(0, 10) : undefined;
}

/** The keys that this one follows, because each of them signed which one comes next. One that was revoked says nothing. */
export function predecessorsOf(key: string, keys: RegistryKeys): string[] {
  const found: string[] = [];
  for (let current = key; found.length < LONGEST_CHAIN; ) {
    const before = Object.entries(keys).find(
      ([old, { next, revoked }]) =>
        !revoked && next?.key === current && !found.includes(old) && isHandover(old, current, next.signature),
    );
    if (!before) break;
    [current] = before;
    found.push(current);
  }
  return found;
}
