import {
  decodeCursor,
  exportList,
  exportTools,
  pageBothWays,
  type Reply,
  type Role,
  type ScreenContext,
  type Table,
  type TableView,
  type TwoWayPage,
  type User,
  withParameters,
} from 'galley';
import { rowsOf } from './user-rows.ts';

const LIST = '/admin/users';
const PER_PAGE = 50;
const STEP = 200;
const STATUSES = ['active', 'disabled'] as const;
const STATUS_LABELS = { active: 'Active', disabled: 'Locked' } as const;

/** What of the address narrows and sorts the list of people. */
export const USERS_QUERY = ['search', 'role', 'status', 'sort', 'direction', 'after', 'before', 'saved'];

interface Asked {
  search: string;
  role: string | undefined;
  status: (typeof STATUSES)[number] | undefined;
  order: 'id' | 'login';
  direction: 'asc' | 'desc';
  roles: readonly Role[];
}

async function readAsked(page: ScreenContext): Promise<Asked> {
  const roles = await page.site.roles.list();
  return {
    roles,
    search: page.text('search').trim().slice(0, 100),
    role: roles.find(({ name }) => name === page.text('role'))?.name,
    status: STATUSES.find((status) => status === page.text('status')),
    order: page.text('sort') === 'name' ? 'login' : 'id',
    direction: page.text('direction') === 'desc' ? 'desc' : 'asc',
  };
}

const filterOf = ({ search, role, status }: Asked) => ({
  ...(search ? { search } : {}),
  ...(role ? { role } : {}),
  ...(status ? { status } : {}),
});

const placeOf = ({ order }: Asked, user: User): { value: string | number; id: number } => ({
  value: order === 'login' ? user.login : user.id,
  id: user.id,
});

async function findPage(page: ScreenContext, asked: Asked): Promise<TwoWayPage<User>> {
  const place = { after: decodeCursor(page.text('after')), before: decodeCursor(page.text('before')) };
  const against = asked.direction === 'asc' ? 'desc' : 'asc';
  return pageBothWays(
    place,
    async (cursor, isReversed) => {
      const direction = isReversed ? against : asked.direction;
      const after = cursor ? { after: cursor.value ?? '' } : {};
      const query = { ...filterOf(asked), ...after, order: asked.order, direction, limit: PER_PAGE + 1 };
      const found = await page.site.users.list(query, page.viewer);
      return { items: found.slice(0, PER_PAGE), hasMore: found.length > PER_PAGE };
    },
    (user) => placeOf(asked, user),
  );
}

const addressOf = ({ search, role, status, order, direction }: Asked): string =>
  withParameters(LIST, {
    search,
    role,
    status,
    sort: order === 'login' ? 'name' : '',
    direction: direction === 'desc' ? 'desc' : '',
  });

async function tableOf(page: ScreenContext, asked: Asked, users: readonly User[], more: Partial<Table> = {}) {
  const table: Table = {
    caption: 'People',
    columns: [
      { key: 'name', label: 'Name', sort: 'asc' },
      { key: 'email', label: 'E-mail address', isMinor: true },
      { key: 'roles', label: 'Role' },
      { key: 'joined', label: 'Joined', sort: 'desc', isMinor: true, isOptional: true },
      { key: 'seen', label: 'Last log-in', isMinor: true },
      { key: 'published', label: 'Published', isMinor: true, isNumber: true },
    ],
    rows: await rowsOf(page, users),
    sort: { by: asked.order === 'login' ? 'name' : 'joined', direction: asked.direction },
    address: addressOf(asked),
    empty: { title: 'Nobody fits', text: 'Look for another name.', action: { label: 'Everybody', url: LIST } },
    ...more,
  };
  return page.site.admin.lists.view(page, { names: ['users'], items: users, table });
}

/** The list of all people. */
export async function showUsers(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const start = page.context.url.includes('?') ? undefined : await site.admin.lists.startOf(page, 'users', LIST);
  if (start) return page.redirect(start);
  const asked = await readAsked(page);
  const found = await findPage(page, asked);
  const address = addressOf(asked);
  const exportUrl = (format: string): string => withParameters(address.replace(LIST, `${LIST}/export`), { format });
  const table = await tableOf(page, asked, found.items, {
    filters: await tabs(page, asked),
    search: {
      action: LIST,
      label: 'Look for names, logins and addresses',
      value: asked.search,
      hidden: asked.role ? { role: asked.role } : {},
    },
    selects: [statusSelect(page, asked)],
    total: { count: await site.users.count(filterOf(asked), viewer), isMore: false },
    tools: exportTools(page, exportUrl),
    paging: {
      ...(found.newer ? { newer: withParameters(address, { before: found.newer }) } : {}),
      ...(found.older ? { older: withParameters(address, { after: found.older }) } : {}),
    },
  });
  const actions = viewer.can('create_users')
    ? [{ label: 'New person', url: `${LIST}/new`, icon: 'person-plus', isPrimary: true }]
    : [];
  return page.view('list', { table, actions });
}

function statusSelect(page: ScreenContext, { status }: Asked): NonNullable<Table['selects']>[number] {
  const all = { value: '', label: page.t('All'), selected: status === undefined };
  const each = STATUSES.map((value) => ({ value, label: page.t(STATUS_LABELS[value]), selected: value === status }));
  return { name: 'status', label: 'State', options: [all, ...each] };
}

async function tabs({ site, viewer }: ScreenContext, { roles, role: current }: Asked): Promise<Table['filters']> {
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

/** All people of the list as a file. */
export async function exportUsers(page: ScreenContext): Promise<Reply> {
  const asked = await readAsked(page);
  return exportList(page, { name: 'people', tables: tables(page, asked) });
}

async function* tables(page: ScreenContext, asked: Asked): AsyncGenerator<TableView> {
  const { order, direction } = asked;
  for (let after: number | string | undefined; ; ) {
    const query = { ...filterOf(asked), order, direction, limit: STEP, ...(after === undefined ? {} : { after }) };
    const users = await page.site.users.list(query, page.viewer);
    yield await tableOf(page, asked, users);
    const last = users.at(-1);
    if (!last || users.length < STEP) return;
    after = placeOf(asked, last).value;
  }
}
