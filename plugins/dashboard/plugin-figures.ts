import type { ScreenContext } from 'galley';

/** What a plugin adds and what it costs, in words. */
export interface PluginFigures {
  /** "12 addresses, 2 kinds of jobs". */
  adds: string;
  /** "3,120 statements, 410 ms". */
  store: string;
  /** "1,200 calls, 35 ms, 2 errors". */
  hooks: string;
}

/** The figures of all plugins since the start of this process, by name; sampled times are extrapolated. */
export function pluginFigures(page: ScreenContext): (name: string) => PluginFigures {
  const { site } = page;
  const listeners = site.hooks.list().flatMap((hook) => hook.listeners);
  const [routes, types, jobs, cron] = [
    site.routes.list(),
    site.types.list(),
    site.jobs.definitions(),
    site.cron.definitions(),
  ];
  const figure = new Intl.NumberFormat(page.language, { maximumFractionDigits: 0 });
  return (name) => {
    const own = <T extends { owner: string }>(list: readonly T[]): T[] => list.filter(({ owner }) => owner === name);
    const say = (list: readonly { owner: string }[], inWords: (count: number) => string): string => {
      const count = own(list).length;
      return count === 0 ? '' : inWords(count);
    };
    const adds = [
      say(types, (count) => page.t('{count} content types', { count }, { one: '{count} content type' })),
      say(routes, (count) => page.t('{count} addresses', { count }, { one: '{count} address' })),
      say(listeners, (count) => page.t('{count} listeners', { count }, { one: '{count} listener' })),
      say(jobs, (count) => page.t('{count} kinds of jobs', { count }, { one: '{count} kind of job' })),
      say(cron, (count) => page.t('{count} scheduled jobs', { count }, { one: '{count} scheduled job' })),
    ];
    const { queries = 0, ms = 0 } = site.database.totals.get(name) ?? {};
    const calls = own(listeners).reduce((sum, listener) => sum + listener.calls, 0);
    const errors = own(listeners).reduce((sum, listener) => sum + listener.errors, 0);
    const spent = own(listeners).reduce(
      (sum, listener) => sum + (listener.samples === 0 ? 0 : (listener.sampledMs / listener.samples) * listener.calls),
      0,
    );
    const failed = errors === 0 ? '' : page.t('{count} errors', { count: errors }, { one: '{count} error' });
    return {
      adds: adds.filter(Boolean).join(', '),
      store:
        queries === 0 ? '' : page.t('{count} in {ms} ms', { count: figure.format(queries), ms: figure.format(ms) }),
      hooks:
        calls === 0
          ? ''
          : [page.t('{count} in {ms} ms', { count: figure.format(calls), ms: figure.format(spent) }), failed]
              .filter(Boolean)
              .join(', '),
    };
  };
}
