import type { Breaker, Reply, ScreenContext } from 'galley';

/** A line of the list of plugins that are left out of hooks. */
export interface BreakerLine {
  title: string;
  note: string;
  /** When it was left out. */
  time: number;
}

/** Who is left out of which hook, since when, and what it threw last; the newest first. */
export function breakerLines(page: ScreenContext, breakers: readonly Breaker[]): BreakerLine[] {
  return breakers
    .map(({ plugin, hook, state, failures, error, since }) => {
      const name = page.site.plugins.get(plugin)?.title ?? plugin;
      const how =
        state === 'open'
          ? page.t('{plugin} is left out of {hook}', { plugin: name, hook })
          : page.t('{plugin} keeps failing in {hook}, which waits for its word', { plugin: name, hook });
      const times = page.t('{count} failures', { count: failures }, { one: '{count} failure' });
      return { title: how, note: `${times}: ${error}`, time: since };
    })
    .sort((a, b) => b.time - a.time);
}

/** Lets a plugin be asked again in the hooks that it was left out of. */
export async function retryPlugin(page: ScreenContext): Promise<Reply> {
  const name = page.params['name'] ?? '';
  const { title } = page.site.plugins.need(name);
  const hooks = await page.site.breakers.close(name);
  return page.redirect('/plugins', {
    kind: 'success',
    text:
      hooks.length > 0
        ? page.t('{plugin} is asked again, within seconds: {hooks}.', { plugin: title, hooks: hooks.join(', ') })
        : page.t('{plugin} was left out of no hook any more.', { plugin: title }),
  });
}
