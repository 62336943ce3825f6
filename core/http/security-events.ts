import type { Site } from '../kernel/site.ts';
import type { ErrorCode } from '../lib/errors.ts';

/** Refusals that operators want to see: somebody tried what he may not, or came from where he should not. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'GALLEY_PERMISSION_DENIED',
  'GALLEY_CSRF_REFUSED',
  'GALLEY_RATE_LIMITED',
  'GALLEY_HOST_UNKNOWN',
  'GALLEY_FETCH_REFUSED',
]);

/** Writes refusals to the stream `security` of the log: who, what, from where. Never bodies, queries or cookies. */
export function logRefusals(site: Site): void {
  const log = site.log.child({ stream: 'security' });
  site.hooks.addAction('request:failed', ({ error, id, method, path, address, userId, owner }) => {
    if (!REFUSALS.has(error.code)) return;
    const facts = { code: error.code, status: error.status, request: id, method, path, address, user: userId };
    log.info({ event: 'request:refused', ...facts, route: owner }, 'Request refused');
  });
}
