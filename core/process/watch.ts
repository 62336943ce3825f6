import type { Site } from '../kernel/site.ts';

const LOOK_MS = 1000;

const inOrder = (names: readonly string[]): string => [...names].sort().join();

/** The chosen plugins and how each is to run. */
async function chosenNow(site: Site): Promise<string> {
  const names = await site.pluginChoice.chosen();
  return inOrder(await Promise.all(names.map(async (name) => `${name} ${await site.pluginChoice.tierOf(name)}`)));
}

/**
 * Looks once a second whether other plugins are chosen than this process runs, or otherwise than it runs them, wherever they were chosen. The choice
 * is cached, so that a look costs no query.
 *
 * @param started the plugins that were chosen when this process started
 * @param changed called for each choice that differs
 * @returns what ends it
 */
export function watchChoice(site: Site, started: readonly string[], changed: () => void): () => void {
  const own = inOrder(started.map((name) => `${name} ${site.plugins.get(name)?.tier ?? 'trusted'}`));
  let seen = own;
  const timer = setInterval(async () => {
    const now = await chosenNow(site).catch(() => seen);
    if (now === seen) return;
    seen = now;
    if (now !== own) changed();
  }, LOOK_MS).unref();
  return () => clearInterval(timer);
}
