// Another way to log in: a strategy says who somebody is, the site decides whether he may come in.
import { definePlugin, escapeHtml, html, isGalleyError, logInBy, redirect } from 'galley';

const PURPOSE = 'login-link';
const QUARTER_HOUR_MS = 15 * 60_000;

const page = (body: string, status = 200) =>
  html(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Log in</title><main>${body}</main></html>`, {
    status,
    headers: { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  });

export default definePlugin((site) => {
  site.strategies.define('link', {
    title: 'Log in by link',
    path: '/login-link',
    async authenticate({ token = '' }) {
      const found = await site.tokens.peek(PURPOSE, token);
      if (!found?.userId || !(await site.tokens.use(PURPOSE, token))) return undefined;
      return { userId: found.userId, factors: ['link'] };
    },
  });

  site.commands.define('login-link create', {
    summary: 'Prints a link that logs a user in, once, within a quarter of an hour.',
    arguments: [{ name: 'login', summary: 'The user.' }],
    examples: ['galley login-link create ada'],
    async run({ args, output }) {
      const user = await site.users.findByLogin(args.login);
      if (!user) throw new Error(`There is no user "${args.login}".`);
      const { token } = await site.tokens.create({ purpose: PURPOSE, userId: user.id, lifeMs: QUARTER_HOUR_MS });
      output.value(`/login-link?token=${token}`);
    },
  });

  const token = { type: 'string', maxLength: 100 };
  const properties = { type: 'object', properties: { token } };

  // Looking does not use the link up: mail programs open links too. The button does.
  site.routes.get('/login-link', { name: 'login-link', public: true, schema: { query: properties } }, ({ query }) => {
    const given = String(query['token'] ?? '');
    if (given === '') return page('<p>Ask an administrator for a link.</p>');
    const input = `<input type="hidden" name="token" value="${escapeHtml(given)}">`;
    return page(`<form method="post" action="/login-link">${input}<button>Log in</button></form>`);
  });

  site.routes.post(
    '/login-link',
    { public: true, schema: { body: properties }, rateLimit: { max: 20, seconds: 60 } },
    async (context) => {
      const { token: given = '' } = context.body as { token?: string };
      try {
        await logInBy(context, 'link', { token: given });
        return redirect('/admin');
      } catch (error) {
        if (!isGalleyError(error, 'GALLEY_LOGIN_FAILED')) throw error;
        return page('<p>This link was used already, or is too old.</p>', 410);
      }
    },
  );
});
