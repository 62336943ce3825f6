import { GalleyError } from '../lib/errors.ts';
import type { Body } from './body.ts';
import { isCsrfToken, isSafeMethod } from './csrf.ts';
import type { FormValues } from './form-values.ts';
import type { Guard, Route } from './route-types.ts';
import type { SessionView } from './session.ts';
import type { Visit } from './visit.ts';

const OVERRIDABLE = ['PUT', 'PATCH', 'DELETE'];
/** Fields that are for the server and not for handlers. */
const OWN_FIELDS = ['_token', '_method'];
const UNKNOWN_SHOWN = 10;

/** The refusal that tells which methods there are. */
export function methodRefused(method: string, allow: readonly string[]): GalleyError {
  const message = `${method} cannot be done at this address.`;
  return new GalleyError('GALLEY_METHOD_NOT_ALLOWED', message, { details: { allow } });
}

/** Whether whoever is logged in may call what the guard stands before. */
export function isAllowed(guard: Guard, session: SessionView): boolean {
  if (guard.public || guard.authenticated) return true;
  return guard.capability !== undefined && session.viewer.can(guard.capability);
}

/**
 * Whether somebody may call what the guard stands before.
 * @throws GALLEY_LOGIN_REQUIRED | GALLEY_PERMISSION_DENIED
 */
export function assertGuard(visit: Visit, guard: Guard, session: SessionView | null): void {
  if (guard.public) return;
  if (!session) {
    const back = isSafeMethod(visit.method) ? visit.target.path + visit.target.search : undefined;
    throw new GalleyError('GALLEY_LOGIN_REQUIRED', 'Please log in first.', { details: { back } });
  }
  if (isAllowed(guard, session)) return;
  throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not do this.');
}

/**
 * Unsafe requests of a session need its token. Without it, public routes take them as anonymous; others refuse.
 * @returns the session that counts
 * @throws GALLEY_CSRF_REFUSED
 */
export function trustedSession(
  visit: Visit,
  session: SessionView | null,
  { form, route }: { form: FormValues | undefined; route: Route | undefined },
): SessionView | null {
  if (!session || isSafeMethod(visit.method)) return session;
  const given = visit.raw.headers['x-csrf-token'] ?? form?.get('_token')?.[0];
  if (isCsrfToken(session.csrfSecret, given)) return session;
  if (!route || route.public) {
    visit.userId = null;
    return null;
  }
  throw new GalleyError(
    'GALLEY_CSRF_REFUSED',
    'The form is out of date. Please load the page again and repeat what you did.',
  );
}

/**
 * The method that a form asks for in `_method`, or undefined. Only forms sent by POST can.
 * @throws GALLEY_INPUT_INVALID
 */
export function overridingMethod(visit: Visit, body: Body): string | undefined {
  const given = visit.method === 'POST' && body.kind === 'form' ? body.values.get('_method') : undefined;
  if (!given) return undefined;
  const [method = '', ...more] = given;
  if (more.length === 0 && OVERRIDABLE.includes(method)) return method;
  throw new GalleyError('GALLEY_INPUT_INVALID', '"_method" must be PUT, PATCH or DELETE.');
}

/**
 * The body as the route's schema wants it.
 * @throws GALLEY_INPUT_INVALID | GALLEY_MEDIA_TYPE_UNSUPPORTED
 */
export function checkedBody(route: Route, body: Body, form: FormValues | undefined): unknown {
  if (body.kind === 'json') return checkedJson(route, body.value);
  if (form) {
    const values: FormValues = new Map([...form].filter(([name]) => !OWN_FIELDS.includes(name)));
    if (route.rawForm) return values;
    if (!route.schema?.body && route.unknown === 'refused') refuseUnknown([...values.keys()]);
    return route.validation.form(values);
  }
  if (body.kind === 'raw') return assertTaken(route, body.type);
  return route.schema?.body && !isSafeMethod(route.method) ? route.validation.form(new Map()) : undefined;
}

function checkedJson(route: Route, value: unknown): unknown {
  if (route.schema?.body) return route.validation.json(value);
  if (route.accepts) return assertTaken(route, 'application/json');
  if (route.rawForm) throw new GalleyError('GALLEY_MEDIA_TYPE_UNSUPPORTED', 'Send this as a form, not as JSON.');
  if (route.unknown === 'ignored') return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new GalleyError('GALLEY_INPUT_INVALID', 'Nothing is to be sent here.');
  refuseUnknown(Object.keys(value));
  return undefined;
}

/** @throws GALLEY_INPUT_INVALID that names what nothing here knows */
export function refuseUnknown(names: readonly string[]): void {
  if (names.length === 0) return;
  const shown = names.slice(0, UNKNOWN_SHOWN).map((name) => name.slice(0, 60));
  const list = shown.map((name) => `${name} is unknown`).join('; ');
  const fields = Object.fromEntries(shown.map((name) => [name, 'is unknown']));
  throw new GalleyError('GALLEY_INPUT_INVALID', `The input is not valid: ${list}.`, { details: { fields } });
}

function assertTaken({ accepts = [] }: Route, type: string): undefined {
  const isTaken = accepts.some(
    (taken) => taken === type || (taken.endsWith('/*') && type.startsWith(taken.slice(0, -1))),
  );
  if (isTaken) return undefined;
  throw new GalleyError('GALLEY_MEDIA_TYPE_UNSUPPORTED', `Content of the type "${type}" is not taken here.`);
}
