import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GalleyError } from '../../lib/errors.ts';
import { isPublicKey, type PublisherKey } from './publisher-key.ts';
import { present, writeIndex, writeJson } from './registry-build.ts';
import { type KeyFacts, parseKeys, type RegistryKeys } from './registry-format.ts';

const NAMED = /^([a-z][a-z0-9-]{0,62})(?:@(.+))?$/;

async function keysOf(out: string): Promise<RegistryKeys> {
  const file = join(out, 'keys.json');
  const json = await readFile(file, 'utf8').catch(() => undefined);
  return json === undefined ? {} : parseKeys(json, file);
}

/** Says something of a publisher's key in a registry. @throws GALLEY_INPUT_INVALID for what is no key */
export async function describeKey(out: string, key: string, facts: KeyFacts): Promise<void> {
  if (!isPublicKey(key))
    throw new GalleyError('GALLEY_INPUT_INVALID', `${JSON.stringify(key)} is no key: it looks like ed25519:….`);
  const keys = await keysOf(out);
  await writeJson(join(out, 'keys.json'), { galleyKeys: 1, keys: { ...keys, [key]: { ...keys[key], ...facts } } });
}

/** Says in a registry that another key follows one. */
export async function handOverKey(out: string, old: PublisherKey, next: string): Promise<void> {
  await describeKey(out, next, {});
  await describeKey(out, old.key, { next: { key: next, signature: old.handOver(next) } });
}

/**
 * Says in a registry that something counts no more: a key, a version (`shop@1.2.0`), or all versions of a plugin.
 * @returns what that is about
 * @throws GALLEY_INPUT_INVALID for what the registry has not
 */
export async function revoke(out: string, what: string, reason: string): Promise<string[]> {
  const revoked = { reason, at: new Date().toISOString() };
  if (isPublicKey(what)) {
    await describeKey(out, what, { revoked });
    return [what];
  }
  const [, name = '', version] = NAMED.exec(what) ?? [];
  const publication = name === '' ? undefined : await present(out, name);
  const meant = publication?.releases.filter((release) => version === undefined || release.version === version) ?? [];
  if (!publication || meant.length === 0)
    throw new GalleyError('GALLEY_INPUT_INVALID', `The registry has no ${JSON.stringify(what)}.`);
  const releases = publication.releases.map((release) => (meant.includes(release) ? { ...release, revoked } : release));
  await writeJson(join(out, 'plugins', `${name}.json`), { ...publication, releases });
  await writeIndex(out);
  return meant.map((release) => `${name}@${release.version}`);
}
