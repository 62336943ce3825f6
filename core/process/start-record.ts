import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = 'starting.json';
/** Starts that came to no end before further plugins are left out. */
const MAX_UNFINISHED = 2;

async function unfinished(path: string): Promise<number> {
  try {
    const { starts } = JSON.parse(await readFile(path, 'utf8')) as { starts?: unknown };
    return typeof starts === 'number' ? starts : 0;
  } catch {
    return 0;
  }
}

/**
 * Remembers in the content folder that a start began and whether it came to an end. For a site without a supervisor:
 * a process that falls while it starts cannot tell anybody.
 *
 * @returns whether the starts before this one fell, so that it should leave further plugins out; and what to call
 *   when the start came to an end, good or bad
 */
export async function recordStart(contentDir: string): Promise<{ hasFallen: boolean; end(): Promise<void> }> {
  const path = join(contentDir, FILE);
  const before = await unfinished(path);
  // A folder that cannot be written to is reported by the parts that need it.
  await writeFile(path, JSON.stringify({ starts: before + 1 }), { mode: 0o600 }).catch(() => undefined);
  return { hasFallen: before >= MAX_UNFINISHED, end: () => rm(path, { force: true }) };
}
