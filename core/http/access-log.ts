import type { Site } from '../kernel/site.ts';
import type { Visit } from './visit.ts';

const MOST = 500;

/** Whether requests are logged at all. */
export function logsAccess({ config, log }: Site): boolean {
  return config.http.accessLog && log.isLevelEnabled('info');
}

/** As it came, where it is no path that the site could have: who tries such is to be found. */
function refusedPath({ raw }: Visit): string {
  return (raw.url ?? '').split(/[?#]/, 1)[0]?.slice(0, MOST) ?? '';
}

/** Writes the line of a finished request: never cookies, bodies, queries or the browser's name. */
export function logAccess(site: Site, visit: Visit): void {
  if (!logsAccess(site)) return;
  const { id, method, origin, target, match, response, startedAt, cache, userId, bytes } = visit;
  site.log.info(
    {
      stream: 'access',
      request: id,
      method,
      path: target.path || refusedPath(visit),
      status: response.statusCode,
      ms: Math.round((performance.now() - startedAt) * 100) / 100,
      bytes,
      address: origin.address,
      host: origin.hostname,
      route: match.kind === 'route' ? (match.route.name ?? match.route.path) : undefined,
      user: userId ?? undefined,
      cache: cache === 'none' ? undefined : cache,
      aborted: response.writableFinished ? undefined : true,
    },
    'request',
  );
}
