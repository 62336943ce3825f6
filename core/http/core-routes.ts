import { timingSafeEqual } from 'node:crypto';
import type { Site } from '../kernel/site.ts';
import type { Context } from './context.ts';
import { json } from './reply.ts';

const NO_STORE = { headers: { 'cache-control': 'no-store' } };

/** Whether a request carries the operators' token. An address is no proof: behind a proxy all come from loopback. */
export function hasOperatorToken(context: Context): boolean {
  const token = context.site.config.http.healthToken;
  const given = Buffer.from(context.headers.authorization ?? '');
  const right = Buffer.from(`Bearer ${token}`);
  return token !== '' && given.length === right.length && timingSafeEqual(given, right);
}

/** Whatever a load balancer adds to the address, the answer is the same. */
const PROBE = { public: true, area: 'api', unknown: 'ignored' } as const;

/** The addresses that exist with every plugin off. */
export function addCoreRoutes(site: Site): void {
  site.routes.get('/health/live', { ...PROBE, summary: 'Whether the process answers.' }, () =>
    json({ status: 'ok' }, NO_STORE),
  );
  site.routes.get('/health/ready', { ...PROBE, summary: 'Whether the site can serve.' }, async (context) => {
    const { status, checks } = await site.health.report();
    const isReady = status !== 'down' && !site.http.isClosing;
    const state = site.http.isClosing ? 'closing' : status;
    const mayKnow = site.config.environment.name === 'development' || hasOperatorToken(context);
    return json(mayKnow ? { status: state, checks } : { status: state }, {
      ...NO_STORE,
      status: isReady ? 200 : 503,
    });
  });
}
