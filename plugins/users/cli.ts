import { GalleyError, type Site, SYSTEM, type User, type Viewer } from 'galley';

const FIELDS = ['ID', 'user_login', 'display_name', 'user_email', 'roles'];

const viewerOf = (context: object): Viewer => ('viewer' in context ? (context.viewer as Viewer) : SYSTEM);

/** A user under the names that WP-CLI prints. */
function toRow(user: User): Record<string, unknown> {
  return {
    ID: user.id,
    user_login: user.login,
    display_name: user.name,
    user_email: user.email,
    user_nicename: user.slug,
    roles: user.roles.join(', '),
    status: user.status,
    user_registered: new Date(user.createdAt).toISOString(),
    last_login: user.lastLoginAt ? new Date(user.lastLoginAt).toISOString() : '',
  };
}

/** A user by id, login or e-mail address. */
async function need(site: Site, given: string): Promise<User> {
  const byId = /^\d{1,15}$/.test(given) ? await site.users.find(Number(given)) : undefined;
  const user = byId ?? (await site.users.findByLogin(given)) ?? (await site.users.findByEmail(given));
  if (!user)
    throw new GalleyError(
      'GALLEY_USER_UNKNOWN',
      `There is no user "${given}". Name one by id, login or e-mail address.`,
    );
  return user;
}

/** Where the admin takes a new password. */
const resetPath = (token: string): string => `/admin/reset?token=${encodeURIComponent(token)}`;

/** Where a reset link leads; absolute where the public address is known. */
const linkTo = (site: Site, path: string): string => site.config.http.url.replace(/\/$/, '') + path;

/** `galley user list | get | create | update | set-role | reset-password | delete | unlock`. */
export function addUserCommands(site: Site): void {
  const USER = { name: 'user', summary: 'Id, login or e-mail address.' } as const;

  site.commands.define('user list', {
    summary: 'Lists users.',
    options: {
      role: { type: 'text', summary: 'Only those with this role.' },
      search: { type: 'text', summary: 'Part of login, name or e-mail address.' },
      limit: { type: 'integer', min: 1, max: 1000, default: 100, summary: 'At most so many.' },
    },
    async run(context) {
      const { options, output, site: target } = context;
      const users = await target.users.list(
        {
          limit: options.limit,
          ...(options.role ? { role: options.role } : {}),
          ...(options.search ? { search: options.search } : {}),
        },
        viewerOf(context),
      );
      output.table(users.map(toRow), { fields: FIELDS, id: 'ID' });
    },
  });

  site.commands.define('user get', {
    summary: 'Shows a user.',
    arguments: [USER],
    async run({ args, output, site: target }) {
      output.item(toRow(await need(target, args.user)), { id: 'ID' });
    },
  });

  site.commands.define('user create', {
    summary: 'Makes a user; without a password prints a link to choose one.',
    arguments: [
      { name: 'login', summary: 'The login.' },
      { name: 'email', summary: 'The e-mail address.' },
    ],
    options: {
      role: { type: 'text', default: 'subscriber', summary: 'The role.' },
      display_name: { type: 'text', summary: 'The name that is shown.' },
      user_pass: { type: 'text', summary: 'The password. Others on this machine may see it; the link is safer.' },
    },
    examples: ['galley user create ada ada@example.org --role=author'],
    async run(context) {
      const { args, options, output, site: target } = context;
      const user = await target.users.create(
        {
          login: args.login,
          email: args.email,
          name: options.display_name ?? args.login,
          roles: [options.role],
          ...(options.user_pass ? { password: options.user_pass } : {}),
        },
        viewerOf(context),
      );
      if (!options.user_pass) {
        const reset = await target.passwordResets.start(user.id, viewerOf(context));
        output.info(`Choose the password at ${linkTo(target, resetPath(reset.token))}`);
      }
      output.value(user.id);
    },
  });

  site.commands.define('user update', {
    summary: 'Changes a user.',
    arguments: [USER],
    options: {
      user_email: { type: 'text', summary: 'The e-mail address.' },
      display_name: { type: 'text', summary: 'The name that is shown.' },
      user_url: { type: 'text', summary: 'The website.' },
      description: { type: 'text', summary: 'The biography.' },
    },
    async run(context) {
      const { args, options, output, site: target } = context;
      const user = await need(target, args.user);
      const changes = Object.fromEntries(
        Object.entries({
          email: options.user_email,
          name: options.display_name,
          url: options.user_url,
          bio: options.description,
        }).filter(([, value]) => value !== undefined),
      );
      await target.users.update(user.id, changes, { by: viewerOf(context) });
      output.success(`Changed ${user.login}.`);
    },
  });

  site.commands.define('user set-role', {
    summary: 'Gives a user a role in place of those he has.',
    arguments: [USER, { name: 'role', summary: 'Such as editor.', many: true }],
    async run(context) {
      const { args, output, site: target } = context;
      const user = await need(target, args.user);
      await target.users.setRoles(user.id, args.role, viewerOf(context));
      output.success(`${user.login} is ${args.role.join(', ')} now.`);
    },
  });

  site.commands.define('user reset-password', {
    summary: 'Prints links with which users choose a new password.',
    arguments: [{ ...USER, many: true }],
    async run(context) {
      const { args, output, site: target } = context;
      const rows = [];
      for (const given of args.user) {
        const user = await need(target, given);
        const reset = await target.passwordResets.start(user.id, viewerOf(context));
        rows.push({ user_login: user.login, link: linkTo(target, resetPath(reset.token)) });
      }
      output.table(rows, { id: 'link' });
    },
  });

  site.commands.define('user unlock', {
    summary: 'Lets somebody try to log in again at once.',
    arguments: [USER],
    async run({ args, output, site: target }) {
      const user = await need(target, args.user);
      await target.login.unlock(user.id);
      output.success(`${user.login} may log in again.`);
    },
  });

  site.commands.define('user delete', {
    summary: 'Deletes users.',
    arguments: [{ ...USER, many: true }],
    options: { reassign: { type: 'text', summary: 'To whom their entries go; to the trash where nobody is named.' } },
    async run(context) {
      const { args, options, output, site: target } = context;
      const heir = options.reassign === undefined ? null : (await need(target, options.reassign)).id;
      const users = await Promise.all(args.user.map((given) => need(target, given)));
      const fate = heir === null ? 'Their entries go to the trash.' : `Their entries go to ${options.reassign}.`;
      if (!(await output.confirm(`Delete ${users.map((user) => user.login).join(', ')}? ${fate}`))) return 1;
      for (const user of users) {
        await target.users.remove(user.id, { reassignTo: heir }, viewerOf(context));
        output.success(`Deleted ${user.login}.`);
      }
    },
  });
}
