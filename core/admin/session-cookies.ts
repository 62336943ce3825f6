import type { Context } from '../http/context.ts';
import { makeCsrfToken } from '../http/csrf.ts';
import type { LoggedIn, LoginFacts } from '../identity/login.ts';

const YEAR_S = 365 * 24 * 3600;

function deviceName(context: Context): string {
  return context.isSecure ? '__Host-galley-device' : 'galley-device';
}

/** What a log-in is told about the request. */
export function loginFacts(context: Context): LoginFacts {
  const { cookies } = context;
  return {
    address: context.address,
    agent: context.userAgent,
    device: cookies[deviceName(context)],
    previousToken: cookies['__Host-galley'] ?? cookies['galley'],
  };
}

/** Gives the browser its session after a log-in, and what it is known by from now on. */
export function keepLogin(context: Context, login: LoggedIn): void {
  context.beginSession(login);
  context.setCookie(deviceName(context), login.device, { maxAge: YEAR_S });
}

/**
 * Logs in by a strategy, and gives the browser its session: what a route of a plugin's own way to log in does.
 * @throws GALLEY_LOGIN_FAILED | GALLEY_RATE_LIMITED with `details.retryAfter` in seconds | GALLEY_LOGIN_BUSY
 */
export async function logInBy(
  context: Context,
  strategy: string,
  credentials: Readonly<Record<string, string>>,
): Promise<LoggedIn> {
  const login = await context.site.login.with(strategy, credentials, loginFacts(context));
  keepLogin(context, login);
  return login;
}

/** The token for forms of a session that began in this very request. */
export async function formTokenOf(context: Context, sessionToken: string): Promise<string> {
  const session = await context.site.sessions.read(sessionToken);
  return session ? makeCsrfToken(session.csrfSecret) : '';
}
