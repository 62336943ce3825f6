import { join } from 'node:path';
import { GalleyError } from '../../lib/errors.ts';
import { isPublicKey, type PublisherKey } from './publisher-key.ts';
import { writeIndex } from './registry-build.ts';
import { present, writeJson } from './registry-files.ts';
import type { KeyFacts, Revocation } from './registry-format.ts';
import { demandRegistryKey, keysOf, signRevocations } from './registry-sign.ts';

const NAMED = /^([a-z][a-z0-9-]{0,62})(?:@(.+))?$/;

/** What is said in a registry, and by whom. */
export interface Statement {
  /** Signs it: needed where the registry is signed already. */
  registryKey?: PublisherKey | undefined;
}

/** Says something of a publisher's key in a registry. @throws GALLEY_INPUT_INVALID for what is no key, and without the key of a signed registry */
export async function describeKey(out: string, key: string, facts: KeyFacts, by: Statement = {}): Promise<void> {
  await demandRegistryKey(out, by.registryKey);
  await writeKey(out, key, facts);
  await signRevocations(out, by.registryKey);
}

async function writeKey(out: string, key: string, facts: KeyFacts): Promise<void> {
  if (!isPublicKey(key))
    throw new GalleyError('GALLEY_INPUT_INVALID', `${JSON.stringify(key)} is no key: it looks like ed25519:….`);
  const keys = await keysOf(out);
  await writeJson(join(out, 'keys.json'), { galleyKeys: 1, keys: { ...keys, [key]: { ...keys[key], ...facts } } });
}

/** Says in a registry that another key follows one; also of its own key. */
export async function handOverKey(out: string, old: PublisherKey, next: string, by: Statement = {}): Promise<void> {
  await demandRegistryKey(out, by.registryKey);
  await writeKey(out, next, {});
  await writeKey(out, old.key, { next: { key: next, signature: old.handOver(next) } });
  await signRevocations(out, by.registryKey);
}

/**
 * Says in a registry that something counts no more: a key, a version (`shop@1.2.0`), or all versions of a plugin.
 * @returns what that is about
 * @throws GALLEY_INPUT_INVALID for what the registry has not, and without the key of a registry that is signed
 */
export async function revoke(
  out: string,
  what: string,
  reason: string,
  { harmful = false, ...by }: Statement & { harmful?: boolean | undefined } = {},
): Promise<string[]> {
  const revoked: Revocation = { reason, at: new Date().toISOString(), ...(harmful ? { harmful } : {}) };
  if (isPublicKey(what)) {
    await describeKey(out, what, { revoked }, by);
    return [what];
  }
  await demandRegistryKey(out, by.registryKey);
  const [, name = '', version] = NAMED.exec(what) ?? [];
  const publication = name === '' ? undefined : await present(out, name);
  const meant = publication?.releases.filter((release) => version === undefined || release.version === version) ?? [];
  if (!publication || meant.length === 0)
    throw new GalleyError('GALLEY_INPUT_INVALID', `The registry has no ${JSON.stringify(what)}.`);
  const releases = publication.releases.map((release) => (meant.includes(release) ? { ...release, revoked } : release));
  await writeJson(join(out, 'plugins', `${name}.json`), { ...publication, releases });
  await writeIndex(out);
  await signRevocations(out, by.registryKey);
  return meant.map((release) => `${name}@${release.version}`);
}
