import { setTimeout as sleep } from 'node:timers/promises';
import type { Site } from '../../kernel/site.ts';

const LONGEST_MS = 30_000;
const POLL_MS = 250;

/** How the running site took changes of plugins. */
export interface Takeover {
  /** `none`: nothing runs. `late`: some process does not run them so yet. */
  state: 'done' | 'none' | 'late';
  /** The plugins that it runs without, and why. */
  failed: ReadonlyMap<string, string>;
}

/** Whether all processes run these plugins as they are chosen now. A process alone is away for a moment in between. */
async function isDone(site: Site, names: readonly string[]): Promise<boolean> {
  const chosen = await site.pluginChoice.chosen();
  const stamps = await site.pluginChoice.stamps();
  const living = await site.processes.living();
  if (living.length === 0) return false;
  return living.every(({ plugins }) =>
    names.every((name) => {
      const runs = plugins[name];
      return chosen.includes(name) ? runs === null || runs === (stamps[name] ?? '') : typeof runs !== 'string';
    }),
  );
}

/** Those that were to run and do not. */
async function failures(site: Site, names: readonly string[]): Promise<Map<string, string>> {
  const known = new Map((await site.pluginChoice.failures()).map(({ name, reason }) => [name, reason]));
  const found = new Map<string, string>();
  for (const { plugins } of await site.processes.living())
    for (const name of names) {
      const why = known.get(name) ?? (plugins[name] === null ? 'It could not be set up; the log says why.' : undefined);
      if (why !== undefined) found.set(name, why);
    }
  return found;
}

/** Waits until the processes of the site run plugins as they were chosen, or have gone back to what ran before. */
export async function untilTakenOver(site: Site, names: readonly string[], signal: AbortSignal): Promise<Takeover> {
  if (names.length === 0 || (await site.processes.living()).length === 0) return { state: 'none', failed: new Map() };
  for (const end = Date.now() + LONGEST_MS; !(await isDone(site, names)); await sleep(POLL_MS))
    if (signal.aborted || Date.now() > end) return { state: 'late', failed: new Map() };
  return { state: 'done', failed: await failures(site, names) };
}
