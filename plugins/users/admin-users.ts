import {
  type Cell,
  GalleyError,
  makeControl,
  type Reply,
  type Role,
  type Row,
  type ScreenContext,
  SYSTEM,
  sumOf,
  tableView,
  trashUndo,
  type User,
  withParameters,
} from 'galley';
import { trashedUser } from './trash.ts';

const LIST = '/admin/users';
const PER_PAGE = 50;

/** The roles in words, for lists. */
export async function roleNames({ site }: ScreenContext): Promise<Map<string, string>> {
  return new Map((await site.roles.list()).map(({ name, title }) => [name, title]));
}

/** The list of all people. */
export async function showUsers(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const search = page.text('search').trim().slice(0, 100);
  const roles = await site.roles.list();
  const role = roles.find(({ name }) => name === page.text('role'))?.name;
  const query = { ...(search ? { search } : {}), ...(role ? { role } : {}) };
  const found = await site.users.list(
    { ...query, limit: PER_PAGE + 1, after: Number(page.text('after')) || 0 },
    viewer,
  );
  const users = found.slice(0, PER_PAGE);
  const address = withParameters(LIST, { search, role });
  const names = await roleNames(page);
  const table = tableView({
    caption: 'People',
    columns: [
      { key: 'name', label: 'Name' },
      { key: 'email', label: 'E-mail address', isMinor: true },
      { key: 'roles', label: 'Role' },
      { key: 'seen', label: 'Last log-in', isMinor: true },
      { key: 'published', label: 'Published', isMinor: true, isNumber: true },
    ],
    rows: await Promise.all(users.map((user) => rowOf(page, user, names))),
    filters: await filters(page, roles, role),
    search: {
      action: LIST,
      label: 'Look for names, logins and addresses',
      value: search,
      hidden: role ? { role } : {},
    },
    address,
    paging: {
      newer: page.text('after') ? address : undefined,
      older: found.length > PER_PAGE ? withParameters(address, { after: users.at(-1)?.id }) : undefined,
    },
    empty: { title: 'Nobody fits', text: 'Look for another name.', action: { label: 'Everybody', url: LIST } },
  });
  const actions = viewer.can('create_users')
    ? [{ label: 'New person', url: `${LIST}/new`, icon: 'person-plus', isPrimary: true }]
    : [];
  return page.view('list', { table, actions });
}

async function filters({ site, viewer }: ScreenContext, roles: readonly Role[], current: string | undefined) {
  const counts = await Promise.all(roles.map(({ name }) => site.users.count({ role: name }, viewer)));
  const all = {
    label: 'Everybody',
    url: LIST,
    count: await site.users.count({}, viewer),
    isCurrent: current === undefined,
  };
  const each = roles.map(({ name, title }, index) => ({
    label: title,
    url: `${LIST}?role=${name}`,
    count: counts[index] ?? 0,
    isCurrent: name === current,
  }));
  return [all, ...each.filter(({ count, isCurrent }) => count > 0 || isCurrent)];
}

async function rowOf({ site, viewer }: ScreenContext, user: User, names: ReadonlyMap<string, string>): Promise<Row> {
  const tallies = await site.entries.counts(`author:${user.id}`);
  const published = site.types.publicNames().reduce((sum, type) => sum + sumOf(tallies, type), 0);
  const isSelf = user.id === viewer.id;
  const mayEdit = viewer.can('edit_users');
  const url = isSelf && !mayEdit ? '/admin/profile' : `${LIST}/${user.id}`;
  const cells: Record<string, Cell> = {
    name: {
      text: user.name,
      ...(mayEdit || isSelf ? { url } : {}),
      note: user.login,
      marks: [...(isSelf ? ['you'] : []), ...(user.status === 'active' ? [] : ['locked'])],
    },
    email: { text: user.email || '–' },
    roles: { text: user.roles.map((role) => names.get(role) ?? role).join(', ') || 'None' },
    seen: user.lastLoginAt === null ? { text: 'Never' } : { time: user.lastLoginAt },
    published: { text: String(published) },
  };
  const actions = [
    ...(mayEdit || isSelf ? [{ label: 'Edit', url }] : []),
    ...(viewer.can('delete_users') && !isSelf
      ? [{ label: 'Delete', url: `${LIST}/${user.id}/delete`, isDanger: true }]
      : []),
  ];
  return { id: String(user.id), label: user.name, cells, actions };
}

/** The user that a screen is about. @throws GALLEY_USER_UNKNOWN */
export async function userOf(page: ScreenContext): Promise<User> {
  const user = await page.site.users.find(page.id());
  if (!user) throw new GalleyError('GALLEY_USER_UNKNOWN', 'There is no such person.');
  return user;
}

/** Asks what is to become of somebody's work. */
export async function askToDelete(page: ScreenContext): Promise<Reply> {
  const user = await userOf(page);
  if (user.id === page.viewer.id)
    throw new GalleyError('GALLEY_PERMISSION_DENIED', 'Nobody deletes himself. Ask another administrator.');
  const tallies = await page.site.entries.counts(`author:${user.id}`);
  const works = tallies.reduce((sum, { status, amount }) => (status === 'trash' ? sum : sum + amount), 0);
  const others = (await page.site.users.list({ status: 'active', limit: 500 }, SYSTEM)).filter(
    ({ id }) => id !== user.id,
  );
  const options = [
    { value: '', label: 'Move it to the trash', selected: false },
    ...others.map(({ id, name }) => ({
      value: String(id),
      label: `Give it to ${name}`,
      selected: id === page.viewer.id,
    })),
  ];
  const field = { kind: 'select' as const, label: `What becomes of ${user.name}’s work?` };
  return page.view('act', {
    title: `Delete ${user.name}?`,
    breadcrumbs: [{ label: 'People', url: LIST }],
    question: page.t(
      '{name} has written {count} entries. The account can be brought back for {days} days, with a new password.',
      { name: user.name, count: works, days: await page.site.options.get<number>('trash_days') },
      {
        one: '{name} has written one entry. The account can be brought back for {days} days, with a new password.',
      },
    ),
    controls: works > 0 ? [makeControl(field, { name: 'reassign', value: null, zone: 'UTC', options })] : [],
    submit: 'Delete the account',
    isDanger: true,
    cancel: `${LIST}/${user.id}`,
  });
}

/** Deletes somebody and hands the work over. */
export async function deleteUser(page: ScreenContext): Promise<Reply> {
  const user = await userOf(page);
  const to = Number(page.value('reassign')) || null;
  await page.site.users.remove(user.id, { reassignTo: to }, page.viewer);
  const text = page.t('The account of {name} is deleted.', { name: user.name });
  const id = await trashedUser(page.site, user.name, page.viewer);
  return page.redirect('/users', { kind: 'success', text, ...trashUndo(page, [id]) });
}
