import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GalleyError } from '../../lib/errors.ts';
import type { PublisherKey } from './publisher-key.ts';
import { present, writeJson } from './registry-files.ts';
import {
  parseKeys,
  parseSignedList,
  type RegistryKeys,
  type RevocationList,
  type SignedList,
} from './registry-format.ts';
import { predecessorsOf } from './registry-keys.ts';

const FILE = 'revocations.json';

/** What a registry in a folder says of keys. */
export async function keysOf(out: string): Promise<RegistryKeys> {
  const file = join(out, 'keys.json');
  const json = await readFile(file, 'utf8').catch(() => undefined);
  return json === undefined ? {} : parseKeys(json, file);
}

/**
 * Asks for the key of a registry that is signed, before anything is written in it.
 * @throws GALLEY_INPUT_INVALID where none is there, or another one that the former does not name as the one that follows
 */
export async function demandRegistryKey(out: string, key: PublisherKey | undefined): Promise<void> {
  const former = await signedIn(out);
  if (!former || former.key === key?.key) return;
  if (key && predecessorsOf(key.key, await keysOf(out)).includes(former.key)) return;
  throw new GalleyError(
    'GALLEY_INPUT_INVALID',
    `What this registry takes back is signed with ${former.key}. Name the file of that key with --registry-key.`,
  );
}

/** Signs anew what a registry takes back. Nothing happens without a key, and where nothing changed. */
export async function signRevocations(out: string, key: PublisherKey | undefined): Promise<void> {
  if (!key) return;
  const former = await signedIn(out);
  const said = { releases: await revokedIn(out), keys: await keysOf(out) };
  if (former?.key === key.key) {
    const { releases, keys } = former.list;
    if (JSON.stringify({ releases, keys }) === JSON.stringify(said)) return;
  }
  const now = new Date();
  // The clock, so that a registry that is built anew from nothing does not count from one again.
  const serial = Math.max((former?.list.serial ?? 0) + 1, Math.floor(now.getTime() / 1000));
  const list: RevocationList = { serial, at: now.toISOString(), ...said };
  const signature = key.signList(JSON.stringify(list));
  await writeJson(join(out, FILE), { galleyRevocations: 1, key: key.key, signature, list });
}

async function signedIn(out: string): Promise<SignedList | undefined> {
  const file = join(out, FILE);
  const json = await readFile(file, 'utf8').catch(() => undefined);
  return json === undefined ? undefined : parseSignedList(json, file);
}

async function revokedIn(out: string): Promise<RevocationList['releases']> {
  const releases: RevocationList['releases'] = {};
  const files = (await readdir(join(out, 'plugins'))).filter((file) => file.endsWith('.json')).sort();
  for (const file of files) {
    const name = file.slice(0, -5);
    for (const { version, revoked } of (await present(out, name))?.releases ?? [])
      if (revoked) releases[`${name}@${version}`] = revoked;
  }
  return releases;
}
