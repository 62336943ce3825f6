import type { SheetContext, SheetSaved, SheetTarget, SheetValues } from './sheet-target.ts';
import { itemsOf, refuse, textOf } from './sheet-values.ts';

const PLAIN = ['login', 'email', 'name', 'slug', 'bio', 'url'] as const;

/** Rows as people. Passwords do not come in: who is new gets one by a link. */
export function userTarget(): SheetTarget {
  return {
    name: 'users',
    title: 'People',
    capability: 'create_users',
    fields: [
      { name: 'id', label: 'ID', names: ['user_id'], isKey: true },
      { name: 'login', label: 'Login', names: ['user_login', 'username'], isKey: true },
      { name: 'email', label: 'E-mail address', names: ['user_email', 'mail', 'e-mail'], isKey: true },
      { name: 'name', label: 'Name', names: ['display_name'] },
      { name: 'slug', label: 'Address', names: ['user_nicename'] },
      { name: 'bio', label: 'About', names: ['biography', 'description'] },
      { name: 'url', label: 'Website', names: ['user_url'] },
      { name: 'roles', label: 'Role' },
    ],
    async find(field, value, { site: { users } }) {
      if (field === 'login') return (await users.findByLogin(value))?.id;
      if (field === 'email') return value === '' ? undefined : (await users.findByEmail(value))?.id;
      return /^\d{1,15}$/.test(value) ? (await users.find(Number(value)))?.id : undefined;
    },
    has: async (id, { site }) => (await site.users.find(id)) !== undefined,
    save: saveUser,
  };
}

async function saveUser(values: SheetValues, id: number | undefined, context: SheetContext): Promise<SheetSaved> {
  const { site, viewer } = context;
  const user = id === undefined ? undefined : await site.users.find(id);
  const changes: Partial<Record<(typeof PLAIN)[number], string>> = {};
  for (const name of PLAIN) {
    const text = textOf(values[name]).trim();
    const isNeeded = name === 'login' || name === 'name' || name === 'slug';
    if (values[name] !== undefined && text !== (user?.[name] ?? '') && (text !== '' || !isNeeded)) changes[name] = text;
  }
  const roles = await rolesOf(values['roles'], user?.roles, context);
  if (!user) {
    const login = changes.login ?? changes.email;
    if (!login) throw refuse(context.t('It has neither a login nor an e-mail address.'));
    const made = await site.users.create({ ...changes, login, ...(roles ? { roles } : {}) }, viewer);
    return { id: made.id, outcome: 'new', name: made.name };
  }
  const fields = [...Object.keys(changes), ...(roles ? ['roles'] : [])];
  if (Object.keys(changes).length > 0) await site.users.update(user.id, changes, { by: viewer, version: user.version });
  if (roles) await site.users.setRoles(user.id, roles, viewer);
  return { id: user.id, outcome: fields.length > 0 ? 'changed' : 'same', name: user.name, fields };
}

/** The roles that a cell names; undefined where they are those that are there. */
async function rolesOf(
  value: unknown,
  current: readonly string[] | undefined,
  context: SheetContext,
): Promise<string[] | undefined> {
  const { site, words } = context;
  const items = itemsOf(value);
  if (items.length === 0 || (items.length === 1 && words('None').includes(items[0] ?? ''))) return undefined;
  const all = await site.roles.list();
  const roles = items.map((item) => {
    const found = all.find(({ name, title }) => name === item || words(title).includes(item));
    if (!found) throw refuse(context.t('There is no role “{text}”.', { text: item.slice(0, 60) }));
    return found.name;
  });
  const isSame = current?.length === roles.length && roles.every((role) => current.includes(role));
  return isSame ? undefined : roles;
}
