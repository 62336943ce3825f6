import { type Context, GalleyError, type Reply, type ScreenContext } from 'galley';
import { userOf } from './admin-users.ts';

const LIFE_S = 3600;

/** Where the own session waits while one acts for somebody else: never sent to other sites, out of reach of scripts. */
const cookieOf = ({ isSecure }: Context): string => (isSecure ? '__Secure-galley-own' : 'galley-own');
const OPTIONS = { path: '/admin', sameSite: 'strict' } as const;

/** Goes on as somebody else. */
export async function startActing(page: ScreenContext): Promise<Reply> {
  const { site, context } = page;
  const user = await userOf(page);
  const own = context.session?.token;
  if (own === undefined) throw new GalleyError('GALLEY_LOGIN_REQUIRED', 'Please log in first.');
  const facts = { address: context.address, agent: context.userAgent };
  const started = await site.impersonation.start(own, user.id, facts);
  context.setCookie(cookieOf(context), own, { ...OPTIONS, maxAge: LIFE_S });
  context.beginSession(started);
  return page.redirect('/');
}

/** Goes back to the own session. */
export async function stopActing(page: ScreenContext): Promise<Reply> {
  const { site, context } = page;
  if (context.session?.actorId === undefined)
    throw new GalleyError('GALLEY_PERMISSION_DENIED', page.t('You are yourself already.'));
  const name = cookieOf(context);
  const own = context.cookies[name] ?? '';
  const { userId, token } = context.session;
  context.setCookie(name, '', { ...OPTIONS, maxAge: 0 });
  context.endSession();
  const next = await site.impersonation.stop(token, own);
  context.beginSession(next);
  return page.redirect(`/users/${userId}`);
}
