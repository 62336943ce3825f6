// People of every role, and requests to every route, for the tests of this folder.
import type { Site, Viewer } from 'galley';
import { makeCsrfToken } from '../../core/http/csrf.ts';
import type { Route } from '../../core/http/routes.ts';
import type { TestSite } from '../../core/testing.ts';

/** WordPress's roles, the most trusted first. */
export const ROLES = ['administrator', 'editor', 'author', 'contributor', 'subscriber'] as const;

/** Somebody who visits; `anonymous` has neither id nor cookie. */
export interface Visitor {
  name: string;
  id: number | null;
  viewer: Viewer;
}

/** A fresh session of a visitor: what a browser would send along. */
export interface Ticket {
  cookie: string;
  token: string;
}

/** One person of each role. */
export async function inviteAll({ loginAs }: TestSite): Promise<Visitor[]> {
  const visitors: Visitor[] = [];
  for (const role of ROLES) {
    const { user, viewer } = await loginAs(role);
    visitors.push({ name: role, id: user.id, viewer });
  }
  return visitors;
}

/** A new session, since some routes end the one they are called with. */
export async function ticketOf(site: Site, visitor: Visitor): Promise<Ticket> {
  if (visitor.id === null) return { cookie: '', token: '' };
  const { token } = await site.sessions.create(visitor.id, { address: '127.0.0.1', agent: 'test' });
  const session = await site.sessions.read(token);
  return { cookie: `galley=${token}`, token: makeCsrfToken(session?.csrfSecret ?? '') };
}

/** Values that parameters of the usual kinds take. */
const SAMPLES = ['1', 'post', 'AB', 'general', '00000000-0000-4000-8000-000000000000', '2024-01-01'];

/** An address that leads to the route. */
export function addressOf({ pattern }: Route): string {
  const names = [...pattern.source.matchAll(/:(\w+)|\*(\w*)$/g)].map(([, name, rest]) => name ?? (rest || 'rest'));
  for (const sample of SAMPLES) {
    try {
      return pattern.build(Object.fromEntries(names.map((name) => [name, sample])));
    } catch {
      // Not a value for all of them; mixed kinds are tried below.
    }
  }
  for (const first of SAMPLES)
    for (const second of SAMPLES) {
      try {
        return pattern.build(Object.fromEntries(names.map((name, index) => [name, index === 0 ? first : second])));
      } catch {
        // Neither.
      }
    }
  throw new Error(`No sample value fits ${pattern.source}: add one to SAMPLES.`);
}

/** Who may call a route, in a word. */
export function guardOf({ public: isPublic, authenticated, capability }: Route): string {
  return isPublic ? 'public' : authenticated ? 'authenticated' : (capability ?? 'nobody');
}

/** Whether the guard lets a visitor in. */
export function mayCall(route: Route, { id, viewer }: Visitor): boolean {
  if (route.public) return true;
  if (id === null) return false;
  return route.authenticated === true || viewer.can(route.capability ?? '');
}
