import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

const FOLDER = 'starting';
/** Starts that came to no end before further plugins are left out. */
const MAX_FALLEN = 2;

/** A start that began: who, and how often a process of that number did before without an end. */
interface Beginning {
  file: string;
  pid: number;
  times: number;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The starts of this machine that have a file: those that go on now, and those that fell. */
async function beginnings(folder: string): Promise<Beginning[]> {
  const own = `${hostname()}-`;
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith(own));
  return Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      const times = Number(await readFile(file, 'utf8').catch(() => '')) || 1;
      return { file, pid: Number(name.slice(own.length)), times };
    }),
  );
}

/**
 * Remembers in the content folder that a start began and whether it came to an end. For a site without a supervisor:
 * a process that falls while it starts cannot tell anybody. Several may start at once: those that live do not count.
 *
 * @param pid number of the process; in a container each one may have the same
 * @returns whether the starts before this one fell, so that it should leave further plugins out; and what to call
 *   when the start came to an end, good or bad
 */
export async function recordStart(
  contentDir: string,
  pid: number = process.pid,
): Promise<{ hasFallen: boolean; end(): Promise<void> }> {
  const folder = join(contentDir, FOLDER);
  const own = join(folder, `${hostname()}-${pid}`);
  // One with our own number is over, for we have it now.
  const fallen = (await beginnings(folder)).filter((one) => one.pid === pid || !isAlive(one.pid));
  const times = fallen.find(({ file }) => file === own)?.times ?? 0;
  // A folder that cannot be written to is reported by the parts that need it.
  await mkdir(folder, { recursive: true }).catch(() => undefined);
  await writeFile(own, String(times + 1), { mode: 0o600 }).catch(() => undefined);
  return {
    hasFallen: fallen.reduce((sum, one) => sum + one.times, 0) >= MAX_FALLEN,
    async end() {
      for (const file of [own, ...fallen.map((one) => one.file)]) await rm(file, { force: true });
    },
  };
}
