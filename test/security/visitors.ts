// People of every role, and requests to every route, for the tests of this folder.
import { createHash } from 'node:crypto';
import type { Site, Viewer } from 'galley';
import { makeCsrfToken } from '../../core/http/csrf.ts';
import type { Route } from '../../core/http/routes.ts';
import type { TestSite } from '../../core/testing.ts';

/** WordPress's roles, the most trusted first. */
export const ROLES = ['administrator', 'editor', 'author', 'contributor', 'subscriber'] as const;

/** So many wrong rows of a table say that a guard is gone; the rest of it would say no more. */
export const ENOUGH = 5;

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

/** As ticketOf, but the visitor has logged in an hour ago: for acts that ask for a fresh proof. */
export async function staleTicketOf(site: Site, visitor: Visitor): Promise<Ticket> {
  const { token } = await site.sessions.create(visitor.id ?? 0, { address: '127.0.0.1', agent: 'test' });
  const idHash = createHash('sha256').update(token).digest('hex');
  const changes = { authenticated_at: Date.now() - 3_600_000 };
  await site.database.write('sessions').where({ id_hash: idHash }).update(changes);
  const session = await site.sessions.read(token);
  return { cookie: `galley=${token}`, token: makeCsrfToken(session?.csrfSecret ?? '') };
}

/** Values of parameters by their names; those of other names take one of the samples. */
const NAMED: Record<string, string> = { type: 'post', taxonomy: 'category', page: 'general', id: '1', name: 'default' };
const SAMPLES = ['1', 'AB', '00000000-0000-4000-8000-000000000000', '2024-01-01'];

/** An address that leads to the route. */
export function addressOf({ pattern }: Route): string {
  const names = [...pattern.source.matchAll(/:(\w+)|\*(\w*)$/g)].map(([, name, rest]) => name ?? (rest || 'rest'));
  const choices = SAMPLES.flatMap((first) => SAMPLES.map((other) => [first, other] as const));
  for (const [first, other] of choices) {
    const samples = Object.fromEntries(names.map((name, index) => [name, index === 0 ? first : other]));
    for (const params of [{ ...samples, ...NAMED }, samples]) {
      try {
        return pattern.build(params);
      } catch {
        // Not values for these; the next may be.
      }
    }
  }
  throw new Error(`No sample value fits ${pattern.source}: add one to NAMED.`);
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
