import { GalleyError, type Site, SYSTEM, type User, type Viewer } from 'galley';

const LISTED = 100;
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

/** The users whom somebody named, each once; all must be there before anything is done to one. */
async function needAll(site: Site, given: readonly string[]): Promise<User[]> {
  const users = await Promise.all(given.map((name) => need(site, name)));
  return [...new Map(users.map((user) => [user.id, user])).values()];
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
    asUser: true,
    options: {
      role: { type: 'text', summary: 'Only those with this role.' },
      search: { type: 'text', summary: 'Part of login, name or e-mail address.' },
      limit: { type: 'integer', min: 1, max: 1000, summary: 'At most so many; 100 unless given.' },
    },
    async run(context) {
      const { options, output, site: target } = context;
      const { role, search, limit = LISTED } = options;
      const query = { ...(role ? { role } : {}), ...(search ? { search } : {}) };
      const viewer = viewerOf(context);
      const users = await target.users.list({ ...query, limit }, viewer);
      const total = async () => (options.limit ? users.length : target.users.count(query, viewer));
      output.table(users.map(toRow), { fields: FIELDS, id: 'ID', total });
    },
  });

  site.commands.define('user get', {
    summary: 'Shows a user.',
    asUser: true,
    arguments: [USER],
    async run(context) {
      const { args, output, site: target } = context;
      const viewer = viewerOf(context);
      const user = await need(target, args.user);
      if (user.id !== viewer.id && !viewer.can('list_users'))
        throw new GalleyError('GALLEY_PERMISSION_DENIED', 'You may not look at others: that needs "list_users".');
      output.item(toRow(user), { id: 'ID' });
    },
  });

  site.commands.define('user create', {
    summary: 'Makes a user; without a password prints a link to choose one.',
    asUser: true,
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
    asUser: true,
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
      if (Object.keys(changes).length === 0)
        throw new GalleyError('GALLEY_COMMAND_USAGE', 'Say what is to be changed: see --help for the options.');
      await target.users.update(user.id, changes, { by: viewerOf(context) });
      output.success(`Changed ${user.login}.`);
    },
  });

  site.commands.define('user set-role', {
    summary: 'Gives a user a role in place of those he has.',
    asUser: true,
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
    asUser: true,
    arguments: [{ ...USER, many: true }],
    async run(context) {
      const { args, output, site: target } = context;
      const rows = [];
      for (const user of await needAll(target, args.user)) {
        const reset = await target.passwordResets.start(user.id, viewerOf(context));
        rows.push({ user_login: user.login, link: linkTo(target, resetPath(reset.token)) });
      }
      output.table(rows, { id: 'link' });
    },
  });

  site.commands.define('user unlock', {
    summary: 'Lets somebody try to log in again at once.',
    asUser: true,
    arguments: [USER],
    async run(context) {
      const { args, output, site: target } = context;
      const user = await need(target, args.user);
      await target.login.unlock(user.id, viewerOf(context));
      output.success(`${user.login} may log in again.`);
    },
  });

  site.commands.define('user delete', {
    summary: 'Deletes users.',
    asUser: true,
    arguments: [{ ...USER, many: true }],
    options: { reassign: { type: 'text', summary: 'To whom their entries go; to the trash where nobody is named.' } },
    async run(context) {
      const { args, options, output, site: target } = context;
      const heir = options.reassign === undefined ? null : (await need(target, options.reassign)).id;
      const users = await needAll(target, args.user);
      if (users.some(({ id }) => id === heir))
        throw new GalleyError('GALLEY_COMMAND_USAGE', `${options.reassign} is to be deleted too and inherits nothing.`);
      const fate = heir === null ? 'Their entries go to the trash.' : `Their entries go to ${options.reassign}.`;
      if (!(await output.confirm(`Delete ${users.map((user) => user.login).join(', ')}? ${fate}`))) return 1;
      for (const user of users) {
        await target.users.remove(user.id, { reassignTo: heir }, viewerOf(context));
        output.success(`Deleted ${user.login}.`);
      }
    },
  });
}
