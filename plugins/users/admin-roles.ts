import { ADMINISTRATOR, isGalleyError, type Reply, type Role, type ScreenContext } from 'galley';
import { changeRoles, mayChange, type RoleChange, readGrid, stateOfRoles } from './role-change.ts';
import { groupCapabilities } from './role-groups.ts';

export const ROLES = '/admin/roles';

/** How many people have each role. */
async function peopleOf({ site, viewer }: ScreenContext, roles: readonly Role[]): Promise<Map<string, number>> {
  const counts = await Promise.all(roles.map(({ name }) => site.users.count({ role: name }, viewer)));
  return new Map(roles.map(({ name }, index) => [name, counts[index] ?? 0]));
}

/** The roles and what each of them may do, as a grid. */
export async function showRoles(page: ScreenContext): Promise<Reply> {
  const { site, viewer } = page;
  const roles = await site.roles.list();
  const search = page.text('search').trim().toLowerCase().slice(0, 100);
  const people = await peopleOf(page, roles);
  const columns = roles.map((role) => ({
    name: role.name,
    title: page.t(role.title),
    people: people.get(role.name) ?? 0,
    isSystem: role.isDefined,
    isOpen: mayChange(role, viewer),
    url: `${ROLES}/${role.name}`,
  }));
  const groups = groupCapabilities(page)
    .map((group) => ({
      ...group,
      title: page.t(group.title),
      capabilities: group.capabilities
        .filter(({ name, label }) => `${name} ${label}`.toLowerCase().includes(search))
        .map(({ name, label }) => ({
          name,
          label,
          words: `${name} ${label}`.toLowerCase(),
          cells: cells(page, name, roles),
        })),
    }))
    .filter(({ capabilities }) => capabilities.length > 0);
  return page.view('users/roles', {
    intro: page.t('What each role may do. People with several roles may do what any of them may.'),
    actions: [{ label: page.t('New role'), url: `${ROLES}/new`, icon: 'plus-lg', isPrimary: true }],
    columns,
    groups,
    span: columns.length + 1,
    search,
    state: stateOfRoles(roles),
    scripts: [await site.assets.url('users', 'roles.js')],
    stylesheets: [await site.assets.url('users', 'people.css')],
  });
}

function cells(page: ScreenContext, capability: string, roles: readonly Role[]) {
  const { viewer } = page;
  return roles.map((role) => ({
    role: role.name,
    title: page.t(role.title),
    isHeld: role.capabilities.includes(capability),
    // Nobody gives or takes what he does not hold.
    isFixed: !mayChange(role, viewer) || !viewer.can(capability),
    isAll: role.name === ADMINISTRATOR,
  }));
}

/** Says what would change, for how many people, before it does. */
export async function reviewRoles(page: ScreenContext): Promise<Reply> {
  const { site } = page;
  const roles = await site.roles.list();
  const state = page.value('state');
  const changes = readGrid(page, roles);
  if (changes.length === 0) return page.redirect('/roles', { kind: 'info', text: page.t('Nothing was changed.') });
  if (page.value('_sure') === '1') return applyRoles(page, changes, state);
  const people = await peopleOf(page, roles);
  const total = changes.reduce((sum, { role }) => sum + (people.get(role.name) ?? 0), 0);
  const label = (name: string): string => site.capabilities.get(name)?.label ?? name;
  const hidden = ['state', 'shown', 'roles', ...roles.map(({ name }) => `role.${name}`)].flatMap((name) =>
    (page.values.get(name) ?? []).map((value) => ({ name, value })),
  );
  return page.view('users/role-review', {
    title: page.t('What changes'),
    breadcrumbs: [{ label: 'Roles', url: ROLES }],
    changes: changes.map(({ role, given, taken }) => ({
      title: role.title,
      people: people.get(role.name) ?? 0,
      given: given.map(label),
      taken: taken.map(label),
    })),
    question: page.t(
      'It holds at once for {count} people, also for those who are at work now.',
      { count: total },
      { one: 'It holds at once for one person, also if at work now.' },
    ),
    hidden,
    cancel: ROLES,
    stylesheets: [await site.assets.url('users', 'people.css')],
  });
}

async function applyRoles(page: ScreenContext, changes: readonly RoleChange[], state: string): Promise<Reply> {
  try {
    await changeRoles(page.site, { changes, state }, page.viewer);
  } catch (error) {
    if (!isGalleyError(error, 'GALLEY_USER_CONFLICT')) throw error;
    return page.redirect('/roles', { kind: 'warning', text: error.message });
  }
  const names = changes.map(({ role }) => role.title).join(', ');
  return page.redirect('/roles', {
    kind: 'success',
    text: page.t('Changed: {names}. It holds from now on.', { names }),
  });
}
