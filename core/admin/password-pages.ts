import type { Context } from '../http/context.ts';
import { type Reply, redirect } from '../http/reply.ts';
import type { NewSession } from '../identity/sessions.ts';
import type { Site } from '../kernel/site.ts';
import { GalleyError, isGalleyError } from '../lib/errors.ts';
import { barePage } from './bare-page.ts';
import { flash } from './notices.ts';
import { formTokenOf, keepLogin, loginFacts } from './session-cookies.ts';

const TEXT = { type: 'string', maxLength: 4096 };
const TOKEN = { type: 'string', maxLength: 200 };
const TOKEN_QUERY = { type: 'object', properties: { token: TOKEN } };
const LINK_TEXTS = {
  tooOld: 'This link was used already or is too old.',
  setUp: 'Restart Galley, or run "bin/galley user create --role=administrator", to get in.',
  reset: 'Ask for a new one.',
};

interface SetupForm {
  token?: string;
  login?: string;
  name?: string;
  email?: string;
  password?: string;
  repeated?: string;
}

function tokenOf(context: Context): string {
  return String(context.query['token'] ?? '');
}

/** A link that does not work any more is told apart from a page that is not there. */
function deadLink(context: Context, hint: string): Promise<Reply> {
  return barePage(context, 'message', { title: LINK_TEXTS.tooOld, intro: hint }, { status: 410 });
}

function needSame(password = '', repeated = ''): void {
  if (password !== repeated)
    throw new GalleyError('GALLEY_INPUT_INVALID', 'The two passwords are not the same.', { status: 422 });
}

/** Runs `work`; what is wrong with the input comes back as words. */
async function problemOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const codes = [
      'GALLEY_INPUT_INVALID',
      'GALLEY_PASSWORD_WEAK',
      'GALLEY_USER_DUPLICATE',
      'GALLEY_LOGIN_FAILED',
      'GALLEY_RATE_LIMITED',
    ] as const;
    if (codes.some((code) => isGalleyError(error, code))) return (error as GalleyError).message;
    throw error;
  }
}

async function showSetup(context: Context): Promise<Reply> {
  const token = tokenOf(context);
  if (!(await context.site.setup.check(token))) return deadLink(context, LINK_TEXTS.setUp);
  return barePage(context, 'setup', { title: 'Set up your site', values: { token, login: '' } });
}

async function setUp(context: Context): Promise<Reply> {
  const { token = '', login = '', name = '', email = '', password = '', repeated } = context.body as SetupForm;
  if (!(await context.site.setup.check(token))) return deadLink(context, LINK_TEXTS.setUp);
  const person = { login, email, password, ...(name.trim() ? { name } : {}) };
  const error = await problemOf(async () => {
    needSame(password, repeated);
    await context.site.setup.complete(token, person);
  });
  if (error)
    return barePage(
      context,
      'setup',
      { title: 'Set up your site', error, values: { token, login, name, email } },
      { status: 422 },
    );
  keepLogin(context, await context.site.login.withPassword(login, password, loginFacts(context)));
  return redirect('/admin');
}

function showForgot(context: Context): Promise<Reply> {
  return barePage(context, 'forgot', { title: 'Forgotten password' });
}

/** The same page for everybody, at the same speed: what there is to do is done after the reply. */
async function askForReset(context: Context): Promise<Reply> {
  const { login = '' } = context.body as { login?: string };
  const { site } = context;
  const canSend = site.hooks.hasAction('password-reset:requested');
  if (canSend)
    void sendReset(site, login).catch((error: unknown) => site.log.error({ err: error }, 'a reset could not be begun'));
  return barePage(context, 'forgot', { title: 'Forgotten password', isAsked: true, canSend });
}

async function sendReset(site: Site, login: string): Promise<void> {
  const user = await site.passwordResets.findUser(login);
  await site.hooks.doAction('password-reset:requested', { user: user ?? null });
}

async function showReset(context: Context): Promise<Reply> {
  const token = tokenOf(context);
  const user = await context.site.passwordResets.check(token);
  if (!user) return deadLink(context, LINK_TEXTS.reset);
  return barePage(context, 'reset', { title: 'Choose a new password', linkToken: token, login: user.login });
}

async function reset(context: Context): Promise<Reply> {
  const { token = '', password = '', repeated } = context.body as SetupForm;
  const user = await context.site.passwordResets.check(token);
  if (!user) return deadLink(context, LINK_TEXTS.reset);
  const error = await problemOf(async () => {
    needSame(password, repeated);
    await context.site.passwordResets.complete(token, password);
  });
  if (!error) return redirect('/admin/login?done=password');
  const data = { title: 'Choose a new password', linkToken: token, login: user.login, error };
  return barePage(context, 'reset', data, { status: 422 });
}

async function showPassword(context: Context): Promise<Reply> {
  const user = await context.site.users.find(context.viewer.id ?? 0);
  const { login = '', mustChangePassword: mustChange = false } = user ?? {};
  return barePage(context, 'password', { title: 'Change your password', login, mustChange });
}

async function changePassword(context: Context): Promise<Reply> {
  const { session, site } = context;
  const user = session && (await site.users.find(session.userId));
  if (!user) throw new GalleyError('GALLEY_LOGIN_REQUIRED', 'Please log in first.');
  const {
    current = '',
    password = '',
    repeated,
  } = context.body as { current?: string; password?: string; repeated?: string };
  let token = '';
  const error = await problemOf(async () => {
    needSame(password, repeated);
    if (password === current) throw new GalleyError('GALLEY_PASSWORD_WEAK', 'Take another password than before.');
    const fresh = await proveAgain(context, session.token, current);
    // All other sessions end; this one goes on under its new token.
    context.beginSession(fresh);
    token = await formTokenOf(context, fresh.token);
    await site.users.setPassword(user.id, password, { by: context.viewer, keep: fresh.token });
  });
  if (!error) {
    flash(context, { kind: 'success', text: 'Your password is changed. All other devices are logged out.' });
    return redirect('/admin');
  }
  const data = {
    title: 'Change your password',
    login: user.login,
    mustChange: user.mustChangePassword,
    error,
    ...(token ? { token } : {}),
  };
  return barePage(context, 'password', data, { status: 422 });
}

async function proveAgain(context: Context, token: string, password: string): Promise<NewSession> {
  try {
    return await context.site.login.confirm(token, password, loginFacts(context));
  } catch (error) {
    if (!isGalleyError(error, 'GALLEY_LOGIN_FAILED')) throw error;
    throw new GalleyError('GALLEY_LOGIN_FAILED', 'The present password is wrong.', { cause: error });
  }
}

/** The routes for the first administrator and for new passwords. They exist with every plugin off. */
export function addPasswordRoutes(site: Site): void {
  const { routes } = site;
  const rateLimit = { max: 30, seconds: 60 };
  const person = { token: TOKEN, login: TEXT, name: TEXT, email: TEXT, password: TEXT, repeated: TEXT };
  const chosen = { type: 'object', properties: { token: TOKEN, password: TEXT, repeated: TEXT } };
  const open = { public: true, schema: { query: TOKEN_QUERY } } as const;
  routes.get('/admin/setup', { ...open, name: 'setup', summary: 'The one-time set-up.' }, (context) =>
    showSetup(context as Context),
  );
  routes.post(
    '/admin/setup',
    { public: true, rateLimit, schema: { body: { type: 'object', properties: person } } },
    (context) => setUp(context as Context),
  );
  routes.get('/admin/forgot', { name: 'forgot', public: true, summary: 'Asks for a reset link.' }, showForgot);
  const login = { type: 'object', properties: { login: TEXT } };
  routes.post('/admin/forgot', { public: true, rateLimit, schema: { body: login } }, (context) =>
    askForReset(context as Context),
  );
  routes.get('/admin/reset', { ...open, name: 'reset', summary: 'A new password, by link.' }, (context) =>
    showReset(context as Context),
  );
  routes.post('/admin/reset', { public: true, rateLimit, schema: { body: chosen } }, (context) =>
    reset(context as Context),
  );
  const change = { type: 'object', properties: { current: TEXT, password: TEXT, repeated: TEXT } };
  routes.get('/admin/password', { name: 'password', authenticated: true, summary: 'A new password.' }, showPassword);
  routes.post('/admin/password', { authenticated: true, rateLimit, schema: { body: change } }, (context) =>
    changePassword(context as Context),
  );
}
