import { type Cell, type Row, type ScreenContext, sumOf, type User } from 'galley';

const LIST = '/admin/users';

/** The roles in words, for lists. */
export async function roleNames({ site }: ScreenContext): Promise<Map<string, string>> {
  return new Map((await site.roles.list()).map(({ name, title }) => [name, title]));
}

/** The rows of a list of people, with what the viewer may do with each. */
export async function rowsOf(page: ScreenContext, users: readonly User[]): Promise<Row[]> {
  const names = await roleNames(page);
  return Promise.all(users.map((user) => rowOf(page, user, names)));
}

async function rowOf(page: ScreenContext, user: User, names: ReadonlyMap<string, string>): Promise<Row> {
  const { site, viewer } = page;
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
      marks: [...(isSelf ? [page.t('you')] : []), ...(user.status === 'active' ? [] : [page.t('locked')])],
    },
    email: { text: user.email || '–' },
    roles: { text: user.roles.map((role) => page.t(names.get(role) ?? role)).join(', ') || page.t('None') },
    joined: { time: user.createdAt },
    seen: user.lastLoginAt === null ? { text: page.t('Never') } : { time: user.lastLoginAt },
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
