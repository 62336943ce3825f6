import type { Booted } from '../boot.ts';
import type { Site } from '../kernel/site.ts';

const LOOK_MS = 1000;

/** Which plugins are to run, in which versions. */
export type Chosen = Pick<Booted, 'chosen' | 'stamps'>;

/** All that processes have to agree about: names with how each runs, and its version. */
const inOrder = (names: readonly (readonly [name: string, tier: string])[], stamps: Chosen['stamps']): string =>
  names
    .map(([name, tier]) => `${name} ${tier} ${stamps[name] ?? ''}`)
    .sort()
    .join();

async function chosenNow({ pluginChoice }: Site, leftOut: readonly string[]): Promise<string> {
  // One that is left out here counts as chosen, and one that is chosen again after that counts twice.
  const names = [...(await pluginChoice.chosen()), ...leftOut];
  const tiers = names.map(async (name) => [name, await pluginChoice.tierOf(name)] as const);
  return inOrder(await Promise.all(tiers), await pluginChoice.stamps());
}

/**
 * Contained plugins that the site switched off by itself, or that rights were taken from, need no new process: nobody
 * asks them any more, or lets them do it.
 */
async function leaveFailedOut({ pluginChoice, contained }: Site): Promise<readonly string[]> {
  const failed = await pluginChoice.failures();
  const chosen = failed.length > 0 ? await pluginChoice.chosen() : [];
  for (const { name, reason } of failed) if (!chosen.includes(name)) await contained.leaveOut(name, reason);
  await contained.calls.adoptAllRights();
  return contained.leftOut();
}

/**
 * Looks once a second whether other plugins are chosen than this process runs, or other versions of them, or otherwise
 * than it runs them, wherever they were chosen. The choice is cached, so that a look costs no query.
 *
 * @param started what was chosen when this process started
 * @param changed called for each choice that differs
 * @returns what ends it
 */
export function watchChoice(site: Site, started: Chosen, changed: () => void): () => void {
  const names = started.chosen.map((name) => [name, site.plugins.get(name)?.tier ?? 'trusted'] as const);
  const own = inOrder(names, started.stamps);
  let seen = own;
  const look = async (): Promise<string> => chosenNow(site, await leaveFailedOut(site));
  const timer = setInterval(async () => {
    const now = await look().catch(() => seen);
    if (now === seen) return;
    // What failed and what is chosen are read one after the other: of a change that came in between the next look tells.
    if ((await look().catch(() => seen)) !== now) return;
    seen = now;
    if (now !== own) changed();
  }, LOOK_MS).unref();
  return () => clearInterval(timer);
}
