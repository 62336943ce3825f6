import type { Site } from '../kernel/site.ts';

const LOOK_MS = 1000;

const inOrder = (names: readonly string[]): string => [...names].sort().join();

/**
 * Looks once a second whether other plugins are chosen than this process runs, wherever they were chosen. The choice
 * is cached, so that a look costs no query.
 *
 * @param started the plugins that were chosen when this process started
 * @param changed called for each choice that differs
 * @returns what ends it
 */
export function watchChoice(site: Site, started: readonly string[], changed: () => void): () => void {
  const own = inOrder(started);
  let seen = own;
  const timer = setInterval(async () => {
    const chosen = await site.pluginChoice.chosen().catch(() => undefined);
    const now = chosen === undefined ? seen : inOrder(chosen);
    if (now === seen) return;
    seen = now;
    if (now !== own) changed();
  }, LOOK_MS).unref();
  return () => clearInterval(timer);
}
