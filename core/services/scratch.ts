import { mkdirSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGone, markOfProcess } from './process-mark.ts';

const OURS = /^galley-[a-z]+-([0-9a-f]{8}-\d+-\d+-[0-9a-f]{12})$/;

/**
 * Makes a folder for what this process needs for a while. Its name says whose it is, so that what a process leaves that
 * was killed is removed by `sweepScratch`.
 *
 * @param kind a word in small letters
 */
export function makeScratch(kind: string): string {
  const folder = join(tmpdir(), `galley-${kind}-${markOfProcess()}`);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

/** Removes the folders of `makeScratch` whose processes are surely gone, of whatever site. @returns their names */
export async function sweepScratch(): Promise<string[]> {
  const names = await readdir(tmpdir()).catch(() => []);
  const left = names.filter((name) => isGone(OURS.exec(name)?.[1] ?? ''));
  // Those of other users stay.
  const removed = left.map((name) =>
    rm(join(tmpdir(), name), { recursive: true, force: true }).then(
      () => [name],
      () => [],
    ),
  );
  return (await Promise.all(removed)).flat();
}
