import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const UNSHARE = '/usr/bin/unshare';
/** First as root may do it, then as everybody may where the system lets them. */
const WAYS = [['--net'], ['--user', '--map-current-user', '--net']];
const PROBE_MS = 5000;

let found: Promise<readonly string[]> | undefined;

/**
 * The command that runs another one in a network of its own in which there is nothing, under the same process id. Looked
 * for once.
 * @returns with its arguments; empty where this machine does not allow that
 */
export function emptyNetwork(): Promise<readonly string[]> {
  found ??= probe();
  return found;
}

/** Looks for it anew the next time: it did not work although it was there. */
export function forgetEmptyNetwork(): void {
  found = undefined;
}

async function probe(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  for (const way of WAYS) {
    const args = [...way, '--', '/bin/true'];
    const isThere = await promisify(execFile)(UNSHARE, args, { env: {}, timeout: PROBE_MS }).catch(() => undefined);
    if (isThere) return [UNSHARE, ...way, '--'];
  }
  return [];
}
