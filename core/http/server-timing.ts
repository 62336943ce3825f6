import { Profile } from '../kernel/profile.ts';
import type { Reply } from './reply.ts';
import { readCookies, type SessionView } from './session.ts';
import type { Visit } from './visit.ts';

/** Whoever may see what plugins cost gets it with each of his pages while he has this cookie. */
export const TIMINGS_COOKIE = 'galley-timings';
/** Who may see what plugins cost. */
export const PROFILING = 'manage_options';

const MAX_OWNERS = 20;

/** What a page cost by plugin, as the browser's own tools show it. */
export function serverTiming(profile: Profile): string {
  const owners = profile.owners().slice(0, MAX_OWNERS);
  const parts = owners.map(({ owner, ms, calls, queries, cacheCalls }) => {
    return `${owner};dur=${ms.toFixed(1)};desc="${owner}: ${calls} calls, ${queries} queries, ${cacheCalls} cache"`;
  });
  return [`total;dur=${profile.ms.toFixed(1)}`, ...parts].join(', ');
}

/** Makes a reply, with `Server-Timing` for an administrator who asked for that; never for a page that is kept. */
export async function withTimings(
  visit: Visit,
  session: SessionView | null,
  make: () => Promise<Reply>,
): Promise<Reply> {
  const { cookie } = visit.raw.headers;
  const isAsked = session?.viewer.can(PROFILING) && cookie?.includes(TIMINGS_COOKIE);
  if (!isAsked || readCookies(cookie)[TIMINGS_COOKIE] !== '1') return make();
  const profile = new Profile();
  const reply = await profile.run(make);
  if (!reply.isForAll) reply.headers.set('server-timing', serverTiming(profile));
  return reply;
}
