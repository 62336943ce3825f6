import type { Context } from '../http/context.ts';
import { type Reply, redirect, safeRedirect } from '../http/reply.ts';
import type { Site } from '../kernel/site.ts';
import { isGalleyError } from '../lib/errors.ts';
import { barePage } from './bare-page.ts';
import { formTokenOf, logInBy, loginFacts } from './session-cookies.ts';

interface LoginForm {
  login?: string;
  password?: string;
  redirect_to?: string;
}

const TEXT = { type: 'string', maxLength: 4096 };
const LOGIN_SCHEMA = {
  query: { type: 'object', properties: { redirect_to: TEXT, done: { enum: ['logout', 'password', 'setup'] } } },
  body: { type: 'object', properties: { login: TEXT, password: TEXT, redirect_to: TEXT } },
} as const;
const CONFIRM_FAILED = 'That is not your password. Try again.';
const DONE: Record<string, string> = {
  logout: 'You are logged out.',
  password: 'The new password is set. Log in with it.',
  setup: 'Your account is ready. Log in.',
};

/** After a log-in people go to where they wanted, unless that would log them out again. */
function targetOf(context: Context, target: unknown): string {
  const wanted = safeRedirect(typeof target === 'string' ? target : undefined, '/admin', context.origin);
  return /^\/admin\/(login|logout|setup|reset|forgot)/.test(wanted) ? '/admin' : wanted;
}

/** The other ways to log in, with where each begins. */
function otherWays({ site }: Context): { title: string; path: string }[] {
  return site.strategies.list().flatMap(({ value: { title, path } }) => (path ? [{ title, path }] : []));
}

async function showLogin(context: Context): Promise<Reply> {
  if (context.viewer.id !== null) return redirect(targetOf(context, context.query['redirect_to']));
  const { redirect_to: back = '', done = '' } = context.query as { redirect_to?: string; done?: string };
  return barePage(context, 'login', {
    title: 'Log in',
    back,
    done: DONE[done] ?? '',
    login: '',
    ways: otherWays(context),
  });
}

async function logIn(context: Context): Promise<Reply> {
  const { login = '', password = '', redirect_to: back = '' } = context.body as LoginForm;
  const again = (error: string, status: number, retryAfter?: number): Promise<Reply> => {
    const headers: Record<string, string> = retryAfter ? { 'retry-after': String(retryAfter) } : {};
    const page = { title: 'Log in', back, login, error, done: '', ways: otherWays(context) };
    return barePage(context, 'login', page, { status, headers });
  };
  try {
    const loggedIn = await logInBy(context, 'password', { login, password });
    return redirect(loggedIn.user.mustChangePassword ? '/admin/password' : targetOf(context, back));
  } catch (error) {
    if (isGalleyError(error, 'GALLEY_LOGIN_FAILED')) return again('The login or the password is wrong.', 422);
    if (isGalleyError(error, 'GALLEY_LOGIN_BUSY'))
      return again('Many people log in at this moment. Try again in a few seconds.', 503, 5);
    if (!isGalleyError(error, 'GALLEY_RATE_LIMITED')) throw error;
    const { retryAfter = 1 } = (error.details ?? {}) as { retryAfter?: number };
    return again(waitWords(retryAfter), 429, retryAfter);
  }
}

/** A sentence that is told, and translated where it is shown. */
const says = (sentence: string): string => sentence;

function waitWords(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  if (seconds >= 90) return says(`Too many attempts. Try again in ${minutes} minutes.`);
  return seconds === 1
    ? says('Too many attempts. Try again in a second.')
    : says(`Too many attempts. Try again in ${seconds} seconds.`);
}

async function logOut(context: Context): Promise<Reply> {
  if (context.session) await context.site.login.logout(context.session.token, loginFacts(context));
  context.endSession();
  // Not the cookies: the browser keeps what it is known by, so that strangers cannot lock its owner out.
  return redirect('/admin/login?done=logout').header('clear-site-data', '"cache", "storage"');
}

function showConfirm(context: Context): Promise<Reply> {
  const back = targetOf(context, context.query['redirect_to']);
  return barePage(context, 'confirm-bare', { title: 'Is it you?', back });
}

/**
 * Asks for the password again. What was posted before comes along in `keep.…` and is offered for sending again, also
 * where it was a button alone.
 */
async function confirm(context: Context): Promise<Reply> {
  // Whoever sends something else than a form has given no password.
  const values: ReadonlyMap<string, readonly string[]> = context.body instanceof Map ? context.body : new Map();
  const back = targetOf(context, values.get('redirect_to')?.at(-1));
  const kept = [...values].flatMap(([name, list]) =>
    name.startsWith('keep.') ? list.map((value) => ({ name: name.slice('keep.'.length), value })) : [],
  );
  const isPosted = kept.length > 0 || values.has('posted');
  const again = (error: string, status: number): Promise<Reply> =>
    barePage(context, 'confirm-bare', { title: 'Is it you?', back, error, isPosted, kept: prefixed(kept) }, { status });
  try {
    const token = context.session?.token ?? '';
    const session = await context.site.login.confirm(token, values.get('password')?.at(-1) ?? '', loginFacts(context));
    context.beginSession(session);
    if (!isPosted) return redirect(back);
    return redirectWithForm(context, session.token, { back, kept });
  } catch (error) {
    if (isGalleyError(error, 'GALLEY_LOGIN_FAILED')) return again(CONFIRM_FAILED, 422);
    if (isGalleyError(error, 'GALLEY_RATE_LIMITED')) return again(error.message, 429);
    throw error;
  }
}

const prefixed = (kept: readonly { name: string; value: string }[]): { name: string; value: string }[] =>
  kept.map(({ name, value }) => ({ name: `keep.${name}`, value }));

/** The session has a new secret, so the form that was kept gets a token of it. */
async function redirectWithForm(
  context: Context,
  token: string,
  { back, kept }: { back: string; kept: { name: string; value: string }[] },
): Promise<Reply> {
  const fresh = await formTokenOf(context, token);
  return barePage(context, 'confirmed', { title: 'It is you', back, kept, token: fresh });
}

/** The routes for coming in and going out. They exist with every plugin off. */
export function addLoginRoutes(site: Site): void {
  const limit = { max: 60, seconds: 60 };
  const { routes } = site;
  const options = { name: 'login', public: true, schema: LOGIN_SCHEMA } as const;
  routes.get('/admin/login', { ...options, summary: 'The log-in form.' }, (context) => showLogin(context as Context));
  routes.post('/admin/login', { ...options, rateLimit: limit, summary: 'Logs in.' }, (context) =>
    logIn(context as Context),
  );
  routes.post('/admin/logout', { name: 'logout', authenticated: true, summary: 'Logs out.' }, logOut);
  const back = { query: { type: 'object', properties: { redirect_to: TEXT } } };
  routes.get(
    '/admin/confirm',
    { authenticated: true, schema: back, summary: 'Asks for the password again.' },
    (context) => showConfirm(context as Context),
  );
  // What was typed elsewhere comes along, and may be a long text.
  routes.post(
    '/admin/confirm',
    { name: 'confirm', authenticated: true, rawForm: true, longTexts: true, rateLimit: limit },
    confirm,
  );
}
